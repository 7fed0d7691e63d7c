"""`anninh board --demo` plays a missing demo first, and serves it only on this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.support.demos import finish_demo

from anninh_core.app import App
from anninh_core.demo.cast import appoint_first_officers
from anninh_core.demo.play import ProgressCallback
from anninh_core.demo.running.opening import RunningDemo
from anninh_core.demo.stage import open_stage

pytestmark = pytest.mark.slow


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders in which a demo was played; a short version replaces the real play."""
    folders: list[Path] = []

    def play_short_demo(out: Path, *, progress: ProgressCallback) -> None:
        folders.append(out)
        progress(1, 1, "done")
        finish_demo(out)

    monkeypatch.setattr("anninh_core.cli.running.demo_board.run", play_short_demo)
    return folders


@pytest.fixture
def served_demos(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The address of each served demo, and the number of officers that it offers for signing in."""
    calls: list[tuple[str, int]] = []

    def serve(
        app: App, config: object, host: str, port: int, *, demo: RunningDemo, ready: Callable[[str], Any]
    ) -> None:
        assert demo.app is app
        ready(f"http://{host}:{port}")
        calls.append((f"{host}:{port}", len(demo.sign_in.officers())))

    monkeypatch.setattr("anninh_core.cli.running.demo_board.serve_board", serve)
    return calls


def test_missing_demo_is_played_once(
    run: Run, played: list[Path], served_demos: list[tuple[str, int]], tmp_path: Path
) -> None:
    """A missing demo is played once, and each start prints the address to open."""
    for _ in range(2):
        result = run("board", "--demo", str(tmp_path / "demo"), "--port", "8200")
        assert result.exit_code == 0, result.stderr
        assert "http://127.0.0.1:8200/demo" in result.stderr
    assert played == [tmp_path / "demo"]
    assert [address for address, _ in served_demos] == ["127.0.0.1:8200"] * 2
    assert min(count for _, count in served_demos) > 30


def test_interrupted_demo_is_completed(
    run: Run, played: list[Path], served_demos: list[tuple[str, int]], tmp_path: Path
) -> None:
    """An interrupted demo in the folder is completed first."""
    stage = open_stage(tmp_path)
    appoint_first_officers(stage)
    stage.mark_done(1)
    stage.close()

    result = run("board", "--demo", str(tmp_path))

    assert result.exit_code == 0, result.stderr
    assert (played, len(served_demos)) == ([tmp_path], 1)


def test_demo_without_folder_is_temporary(run: Run, played: list[Path], served_demos: list[tuple[str, int]]) -> None:
    """Without a folder the demo is played in a temporary one."""
    result = run("board", "--demo")
    assert result.exit_code == 0, result.stderr
    assert len(served_demos) == 1
    assert not played[0].exists()


def test_folder_without_demo_is_refused(run: Run, tmp_path: Path) -> None:
    """A folder with settings that aren't a demo's is refused."""
    (tmp_path / "anninh.toml").write_text('profile = "hoa_lu_2021"\n', encoding="utf-8")
    result = run("board", "--demo", str(tmp_path))
    assert result.exit_code == 2
    assert "doesn't hold a complete demo: complete it with `anninh demo --out " in result.stderr


@pytest.mark.parametrize("given", [["--host", "192.0.2.1"], ["--public-url", "https://board.example.vn"]])
def test_demo_board_is_served_only_locally(run: Run, tmp_path: Path, given: list[str]) -> None:
    """A demo is refused with a public address or another host than loopback, before it listens."""
    finish_demo(tmp_path)
    result = run("board", "--demo", str(tmp_path), "--port", "0", *given)
    assert result.exit_code == 2
    assert "The demo can be used on this machine only: " in result.stderr
