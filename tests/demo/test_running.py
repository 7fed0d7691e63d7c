"""The clock of a running demo stays where the play ended, and advances only to let the claims of a killed process
expire.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from anninh_core.demo.cast import appoint_first_officers
from anninh_core.demo.running.opening import needs_run, open_demo
from anninh_core.demo.stage import open_stage

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stage = open_stage(tmp_path)
    stage.mark_over()
    stage.close()
    return tmp_path


def test_clock_stays_at_the_plays_end(folder: Path) -> None:
    """Opening a demo again doesn't advance its clock while nothing is done in it."""
    moments = []
    for _ in range(3):
        with open_demo(folder) as demo:
            moments.append(demo.clock.now())
    assert len(set(moments)) == 1


def test_reopened_demo_keeps_the_chat(folder: Path) -> None:
    """A reopened demo keeps the chat, and its clock is some minutes later, when the claims of a killed process have
    expired.
    """
    with open_demo(folder) as demo:
        first = demo.clock.now()
        demo.resident.write("Có trộm xe máy ở chợ")
    with open_demo(folder) as demo:
        assert demo.clock.now() == first + timedelta(minutes=3)
        assert demo.resident.transcript()[0].text == "Có trộm xe máy ở chợ"


def test_later_acts_have_later_times(folder: Path) -> None:
    """Later acts in a demo have later times, but less than a second passes on its clock."""
    with open_demo(folder) as demo:
        before = demo.clock.now()
        demo.catch_up()
        demo.resident.write("Có trộm xe máy ở chợ")
        demo.catch_up()
        demo.resident.write("Kẻ trộm đi xe màu đỏ")
        first, last = demo.resident.transcript()[0], demo.resident.transcript()[-1]
        assert before < first.at < last.at < before + timedelta(seconds=1)


def test_unfinished_folders_need_a_play(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty folder and a stopped play need to be played; a finished demo and a folder with other settings don't."""
    empty, stopped, other = (tmp_path_factory.mktemp(name) for name in ("empty", "stopped", "other"))
    stage = open_stage(stopped)
    appoint_first_officers(stage)
    stage.mark_done(1)
    stage.close()
    (other / "anninh.toml").write_text('profile = "hoa_lu_2021"\n', encoding="utf-8")

    assert [needs_run(candidate) for candidate in (empty, stopped, folder, other)] == [True, True, False, False]
