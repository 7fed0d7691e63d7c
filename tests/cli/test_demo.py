"""The output of `anninh demo`; the played content has its own tests."""

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


def replace_play(monkeypatch: pytest.MonkeyPatch, summary: Summary) -> None:
    def return_summary(out: Path, *, progress: ProgressCallback, messenger: str, door: OpenDoor) -> Summary:
        assert messenger == "mock"
        assert callable(door)
        progress(1, 2, "messages")
        progress(2, 2, "done")
        return summary

    monkeypatch.setattr("anninh_core.cli.running.demo.run", return_summary)


def test_demo_runs_on_another_messenger(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`--messenger` passes the plugin's name on, with a web server on loopback for platforms that need one."""
    calls: list[tuple[str, int]] = []

    def record_messenger(out: Path, *, progress: ProgressCallback, messenger: str, door: OpenDoor) -> Summary:
        with door(memory_app()) as url:
            calls.append((messenger, httpx.get(f"{url}/livez").status_code))
        return SUMMARY

    monkeypatch.setattr("anninh_core.cli.running.demo.run", record_messenger)

    assert run("demo", "--out", str(tmp_path), "--messenger", "zalo").exit_code == 0
    assert calls == [("zalo", 200)]


def test_messenger_without_simulation_is_refused(run: Run, tmp_path: Path) -> None:
    """A plugin without a simulated platform is refused, and nothing is written."""
    result = run("demo", "--out", str(tmp_path / "play"), "--messenger", "assisted")

    assert result.exit_code == 2
    assert (
        "Plugin 'assisted' has no messenger that a demo can run on: choose a plugin whose messenger defines"
        in result.stderr
    )
    assert not (tmp_path / "play").exists()


def test_demo_summary_shows_counts_and_files(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The summary shows the counts, the files and the next commands, and without a terminal no progress bar."""
    replace_play(monkeypatch, SUMMARY)

    result = run("demo", "--out", str(tmp_path))

    assert (result.exit_code, result.stderr) == (0, "")
    assert "messages         266 said, 266 written down\n" in result.stdout
    assert "tips             151 closed, 1 verifying\n" in result.stdout
    assert "  bao-cao-nam.docx\n  danh-ba.html\n" in result.stdout
    assert f"ANNINH_AT={tmp_path}" in result.stdout
    assert f"anninh board --demo {tmp_path}" in result.stdout


@pytest.mark.parametrize(
    "wrong", [evolve(SUMMARY, heard=265), evolve(SUMMARY, chain_ok=False), evolve(SUMMARY, recount_ok=False)]
)
def test_demo_with_losses_fails(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: Summary) -> None:
    """A demo with lost messages or a failed check ends with exit code 1 after the summary."""
    replace_play(monkeypatch, wrong)

    result = run("demo", "--out", str(tmp_path))

    assert result.exit_code == 1
    assert "lost something" in result.stderr
    assert "journal" in result.stdout
