"""The clock of a running demo: it stands where the play ended, and moves on only over what a killed process left."""

from datetime import timedelta
from pathlib import Path

import pytest

from anninh_core.demo.cast import appoint_all
from anninh_core.demo.running.opening import needs_play, open_demo
from anninh_core.demo.stage import open_stage

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stage = open_stage(tmp_path)
    stage.mark_over()
    stage.close()
    return tmp_path


def test_the_clock_stands_at_the_end_of_the_play(folder: Path) -> None:
    """However often it is opened, as long as nobody does anything."""
    moments = []
    for _ in range(3):
        with open_demo(folder) as demo:
            moments.append(demo.clock.now())
    assert len(set(moments)) == 1


def test_what_was_done_is_there_when_it_is_opened_again(folder: Path) -> None:
    """The chat goes on, some minutes later: what a killed process had claimed is free by then."""
    with open_demo(folder) as demo:
        first = demo.clock.now()
        demo.resident.write("Có trộm xe máy ở chợ")
    with open_demo(folder) as demo:
        assert demo.clock.now() == first + timedelta(minutes=3)
        assert demo.resident.transcript()[0].text == "Có trộm xe máy ở chợ"


def test_acts_come_one_after_the_other(folder: Path) -> None:
    """Although the clock stands, what was done later is told to be later; minutes don't pass by that."""
    with open_demo(folder) as demo:
        before = demo.clock.now()
        demo.catch_up()
        demo.resident.write("Có trộm xe máy ở chợ")
        demo.catch_up()
        demo.resident.write("Kẻ trộm đi xe màu đỏ")
        first, last = demo.resident.transcript()[0], demo.resident.transcript()[-1]
        assert before < first.at < last.at < before + timedelta(seconds=1)


def test_what_has_to_be_played_first(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty folder and a play that was stopped; neither a finished demo nor settings of something else."""
    empty, stopped, other = (tmp_path_factory.mktemp(name) for name in ("empty", "stopped", "other"))
    stage = open_stage(stopped)
    appoint_all(stage)
    stage.mark_done(1)
    stage.close()
    (other / "anninh.toml").write_text('profile = "hoa_lu_2021"\n', encoding="utf-8")

    assert [needs_play(one) for one in (empty, stopped, folder, other)] == [True, True, False, False]
