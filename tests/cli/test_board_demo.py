"""`anninh board --demo`: a demo is played if none is there, and shown on this machine alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.support.demos import finish_demo

from anninh_core.app import App
from anninh_core.demo.cast import appoint_all
from anninh_core.demo.play import ProgressCallback
from anninh_core.demo.running.opening import RunningDemo
from anninh_core.demo.stage import open_stage

pytestmark = pytest.mark.slow


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders in which a demo was played; the play is a short one."""
    folders: list[Path] = []

    def run(out: Path, *, progress: ProgressCallback) -> None:
        folders.append(out)
        progress(1, 1, "done")
        finish_demo(out)

    monkeypatch.setattr("anninh_core.cli.running.demo_board.run", run)
    return folders


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """How many officers were to be chosen from, and where."""
    shown: list[tuple[str, int]] = []

    def serve(
        app: App, config: object, host: str, port: int, *, demo: RunningDemo, ready: Callable[[str], Any]
    ) -> None:
        assert demo.app is app
        ready(f"http://{host}:{port}")
        shown.append((f"{host}:{port}", len(demo.sign_in.officers())))

    monkeypatch.setattr("anninh_core.cli.running.demo_board.serve_board", serve)
    return shown


def test_a_missing_demo_is_played_first(
    run: Run, played: list[Path], served: list[tuple[str, int]], tmp_path: Path
) -> None:
    """Once: the second time it is there. The address to open is told."""
    for _ in range(2):
        done = run("board", "--demo", str(tmp_path / "demo"), "--port", "8200")
        assert done.exit_code == 0, done.stderr
        assert "http://127.0.0.1:8200/demo" in done.stderr
    assert played == [tmp_path / "demo"]
    assert [where for where, _ in served] == ["127.0.0.1:8200"] * 2
    assert min(count for _, count in served) > 30


def test_a_play_that_was_stopped_goes_on(
    run: Run, played: list[Path], served: list[tuple[str, int]], tmp_path: Path
) -> None:
    """Half a play in the folder is finished first."""
    stage = open_stage(tmp_path)
    appoint_all(stage)
    stage.mark_done(1)
    stage.close()

    done = run("board", "--demo", str(tmp_path))

    assert done.exit_code == 0, done.stderr
    assert (played, len(served)) == ([tmp_path], 1)


def test_without_a_folder_nothing_is_left(run: Run, played: list[Path], served: list[tuple[str, int]]) -> None:
    """It is played in a folder that is gone afterwards."""
    done = run("board", "--demo")
    assert done.exit_code == 0, done.stderr
    assert len(served) == 1
    assert not played[0].exists()


def test_what_is_no_demo_is_refused(run: Run, tmp_path: Path) -> None:
    """Settings of one's own are not shown as a demo, and stay as they are."""
    (tmp_path / "anninh.toml").write_text('profile = "hoa_lu_2021"\n', encoding="utf-8")
    done = run("board", "--demo", str(tmp_path))
    assert done.exit_code == 2
    assert "doesn't hold a complete demo: complete it with `anninh demo --out " in done.stderr


@pytest.mark.parametrize("given", [["--host", "192.0.2.1"], ["--public-url", "https://board.example.vn"]])
def test_a_demo_is_for_this_machine(run: Run, tmp_path: Path, given: list[str]) -> None:
    """Whatever would open it to others is refused before anything listens."""
    finish_demo(tmp_path)
    done = run("board", "--demo", str(tmp_path), "--port", "0", *given)
    assert done.exit_code == 2
    assert "The demo can be used on this machine only: " in done.stderr
