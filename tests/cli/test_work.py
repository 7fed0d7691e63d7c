"""`anninh work` and `anninh tick`."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired

import pytest
from tests.cli.conftest import Run, mock, opened, process


def say(folder: Path, text: str) -> None:
    """Take a message in without working on it."""
    with opened(folder) as (app, _):
        chat = mock(app).chat
        chat.says(chat.person("Bà Mẫu"), text)
        for request in chat.webhooks():
            app.intake.accept("oa", request)


def heard(folder: Path) -> list[str]:
    with opened(folder) as (app, _):
        chat = mock(app).chat
        return chat.hears(chat.person("Bà Mẫu"))


def test_once_works_through_what_is_there(run: Run, folder: Path) -> None:
    """A message that was taken in is answered, and then there is nothing left."""
    run("work", "--once")
    say(folder, "Có trộm vào nhà văn hoá")

    assert run("work", "--once").stdout.startswith("received 1, ")
    assert run("work", "--once").stdout == "received 0, reacted to 0, sent 0\n"
    assert len(heard(folder)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("threads", ["1", "4"])
def test_a_signal_ends_the_loop_gently(folder: Path, number: signal.Signals, threads: str) -> None:
    """It ends once what is being sent has left, with exit code 0, having said that it stopped."""
    with process("work", "--threads", threads, at=folder) as started:
        assert started.stderr is not None
        assert started.stderr.readline().startswith("working")
        started.send_signal(number)
        assert started.wait() == 0
        assert started.stderr.read() == "stopped\n"


HANGING = """
import sys, threading
from anninh_core.cli.root import anninh
from anninh_core.testing.mock import MockMessenger

def hang(*_):
    print("sending", file=sys.stderr, flush=True)
    threading.Event().wait()

MockMessenger.send = hang
anninh(["work", "--threads", "2"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_it_at_once(folder: Path, number: signal.Signals) -> None:
    """Whoever asks twice doesn't wait for a platform that never answers."""
    say(folder, "Có trộm vào nhà văn hoá")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ANNINH_AT": str(folder)}
    command = [sys.executable, "-c", HANGING]
    with Popen(command, env=environment, stdout=PIPE, stderr=PIPE, encoding="utf-8") as started:
        assert started.stderr is not None
        assert [started.stderr.readline().split(";")[0].strip() for _ in range(2)] == ["working", "sending"]
        for _ in range(100):  # two signals that come together count as one
            started.send_signal(number)
            with suppress(TimeoutExpired):
                started.wait(0.2)
                break
        assert started.poll() not in (None, 0)


def test_tick_tells_what_it_did(run: Run) -> None:
    """Each round with how much it did."""
    lines = run("tick").stdout.splitlines()

    assert lines[0].split() == ["round", "done"]
    assert "urged" in {line.split()[0] for line in lines}
