"""`anninh work` and `anninh tick`."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired

import httpx
import pytest
from tests.cli.conftest import Run, get_mock_messenger, open_folder, start_process

from anninh_core.app import App
from anninh_core.cli.running.work import JOB_LABELS

pytestmark = pytest.mark.slow  # These tests are slow, because each of them runs processes.


def receive_message(folder: Path, text: str) -> None:
    """Send a resident's message to the app, which stores it without processing it."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        chat.says(chat.person("Bà Mẫu"), text)
        for request in chat.webhooks():
            app.intake.accept("oa", request)


def list_received_replies(folder: Path) -> list[str]:
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        return chat.hears(chat.person("Bà Mẫu"))


def test_once_processes_all_waiting_messages(run: Run, folder: Path) -> None:
    """`work --once` replies to the received message, and leaves nothing to do."""
    run("work", "--once")
    receive_message(folder, "Hôm qua mất trộm ở nhà văn hoá")

    assert run("work", "--once").stdout.startswith("received 1, ")
    assert run("work", "--once").stdout == "received 0, reacted to 0, sent 0\n"
    assert len(list_received_replies(folder)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("threads", ["1", "4"])
def test_signal_lets_current_sends_finish(folder: Path, number: signal.Signals, threads: str) -> None:
    """After a signal the worker finishes the current sends, prints "stopped", and ends with exit code 0."""
    with start_process("work", "--threads", threads, at=folder) as started:
        assert started.stderr is not None
        assert started.stderr.readline().startswith("working")
        started.send_signal(number)
        assert started.wait() == 0
        assert started.stderr.read() == "stopped\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
def test_worker_serves_metrics_and_readiness(folder: Path) -> None:
    """With `--metrics` the worker serves its figures and its readiness on this machine until it ends."""
    with start_process("work", "--metrics", "0", at=folder) as started:
        assert started.stderr is not None
        url = started.stderr.readline().removeprefix("figures at ").strip()
        assert started.stderr.readline().startswith("working")
        figures = httpx.get(url)
        ready = httpx.get(url.replace("/metrics", "/readyz"))
        started.send_signal(signal.SIGTERM)
        assert started.wait() == 0

    assert url.startswith("http://127.0.0.1:")
    assert "anninh_queue_rows" in figures.text
    assert set(ready.json()["checks"].values()) == {"ok"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--metrics", "prometheus"], "'prometheus' names no port; write for instance 9139"),
        (["--metrics", "99999"], "names no port"),
        (["--metrics", "[2001:db8::1]:9139"], "The server can't listen on '2001:db8::1', port 9139 ("),
        (["--metrics", "9139", "--once"], "leave out --metrics"),
    ],
)
def test_wrong_metrics_address_is_refused(run: Run, options: list[str], said: str) -> None:
    """An unusable address for `--metrics` is named, and the worker doesn't start."""
    result = run("work", *options)

    assert result.exit_code == 2
    assert said in result.stderr


def test_missing_prometheus_client_names_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the Prometheus client, the error names the extra to install."""
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "anninh_core.web.metrics.figures", raising=False)
    result = run("work", "--metrics", "0")

    assert result.exit_code == 2
    assert "pip install 'anninh[metrics]'" in result.stderr


HANGING = """
import signal, sys, threading
from anninh_core.cli.root import anninh
from anninh_core.testing import MockMessenger

def hang(*_):
    print("sending", file=sys.stderr, flush=True)
    threading.Event().wait()

MockMessenger.send = hang
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it starts in the background
anninh(["work", "--threads", "2"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_it_at_once(folder: Path, number: signal.Signals) -> None:
    """A second signal ends the worker even if a platform never answers."""
    receive_message(folder, "Hôm qua mất trộm ở nhà văn hoá")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ANNINH_AT": str(folder)}
    command = [sys.executable, "-c", HANGING]
    with Popen(command, env=environment, stdout=PIPE, stderr=PIPE, encoding="utf-8") as started:
        assert started.stderr is not None
        assert [started.stderr.readline().split(";")[0].strip() for _ in range(2)] == ["working", "sending"]
        for _ in range(100):  # The signal is repeated, because two signals in quick succession count as one.
            started.send_signal(number)
            with suppress(TimeoutExpired):
                started.wait(0.2)
                break
        assert started.poll() not in (None, 0)


def test_tick_prints_each_rounds_count(run: Run) -> None:
    """`anninh tick` prints each round with the number of things it did."""
    lines = run("tick").stdout.splitlines()

    assert lines[0].split() == ["round", "done"]
    assert "urged" in {line.split()[0] for line in lines}


def test_every_job_has_its_label(anninh_app: App) -> None:
    """Each job has a label of its own, so that the output of `anninh tick` doesn't change with the names of jobs."""
    assert JOB_LABELS.keys() == anninh_app.worker.jobs.keys()
    assert len(set(JOB_LABELS.values())) == len(JOB_LABELS)
