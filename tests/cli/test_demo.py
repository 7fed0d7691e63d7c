"""`anninh demo`: how it is told. What is played has tests of its own."""

from pathlib import Path

import httpx
import pytest
from attrs import evolve
from tests.cli.conftest import Run

from anninh_core.demo.platform_setup import OpenDoor
from anninh_core.demo.play import ProgressCallback
from anninh_core.demo.summary import Summary
from anninh_core.testing import memory_app

SUMMARY = Summary(
    said=266,
    heard=266,
    tips={"closed": 151, "verifying": 1, "received": 0},
    inquiries={"closed": 52},
    groups={"active": 34},
    items={"published": 5, "expired": 1},
    posts={"decided": 2},
    duties={},
    reports={"consolidated": 33},
    queues={"inbox.done": 266},
    journal=10250,
    chain_ok=True,
    recount_ok=True,
    routed_right=0.924,
    files=("danh-ba.html", "bao-cao-nam.docx"),
)


def play(monkeypatch: pytest.MonkeyPatch, summary: Summary) -> None:
    def run(out: Path, *, progress: ProgressCallback, messenger: str, door: OpenDoor) -> Summary:
        assert messenger == "mock"
        assert callable(door)
        progress(1, 2, "messages")
        progress(2, 2, "done")
        return summary

    monkeypatch.setattr("anninh_core.cli.running.demo.run", run)


def test_another_messenger_is_played_on(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The plugin's name is handed on, with a web door that opens on loopback if the platform asks for one."""
    heard: list[tuple[str, int]] = []

    def played(out: Path, *, progress: ProgressCallback, messenger: str, door: OpenDoor) -> Summary:
        with door(memory_app()) as url:
            heard.append((messenger, httpx.get(f"{url}/livez").status_code))
        return SUMMARY

    monkeypatch.setattr("anninh_core.cli.running.demo.run", played)

    assert run("demo", "--out", str(tmp_path), "--messenger", "zalo").exit_code == 0
    assert heard == [("zalo", 200)]


def test_what_cannot_be_played_on_is_refused(run: Run, tmp_path: Path) -> None:
    """A plugin without a pretend platform: a sentence, and nothing is written."""
    done = run("demo", "--out", str(tmp_path / "play"), "--messenger", "assisted")

    assert done.exit_code == 2
    assert (
        "Plugin 'assisted' has no messenger that a demo can run on: choose a plugin whose messenger defines"
        in done.stderr
    )
    assert not (tmp_path / "play").exists()


def test_the_summary_is_readable(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What came of it, which files there are, and how to go on; a pipe gets no bar."""
    play(monkeypatch, SUMMARY)

    done = run("demo", "--out", str(tmp_path))

    assert (done.exit_code, done.stderr) == (0, "")
    assert "messages         266 said, 266 written down\n" in done.stdout
    assert "tips             151 closed, 1 verifying\n" in done.stdout
    assert "  bao-cao-nam.docx\n  danh-ba.html\n" in done.stdout
    assert f"ANNINH_AT={tmp_path}" in done.stdout
    assert f"anninh board --demo {tmp_path}" in done.stdout


@pytest.mark.parametrize(
    "wrong", [evolve(SUMMARY, heard=265), evolve(SUMMARY, chain_ok=False), evolve(SUMMARY, recount_ok=False)]
)
def test_a_play_that_lost_something_fails(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: Summary
) -> None:
    """With exit code 1, after the summary."""
    play(monkeypatch, wrong)

    done = run("demo", "--out", str(tmp_path))

    assert done.exit_code == 1
    assert "lost something" in done.stderr
    assert "journal" in done.stdout
