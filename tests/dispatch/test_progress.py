"""How far something has come, and who moves it on."""

from datetime import date

from anninh_core.app import App
from anninh_core.dispatch.progress import Progress

TODAY = date(2021, 9, 2)


def test_one_moves_it_on(app: App) -> None:
    """Of two that read the same word, the first moves it on, again too; the second is told."""
    states = app.context.storage.states
    one, two = (Progress.read(states, "test", "word") for _ in range(2))
    assert (one.word, one.move("a"), two.move("b"), one.move("c")) == ("", True, False, True)
    assert (Progress.read(states, "test", "word").word, one.word, two.word) == ("c", "c", "")


def test_a_day_s_walk(app: App) -> None:
    """It goes on at its place until it is over for the day; broken off, it goes on there the next day."""
    walk = Progress.read(app.context.storage.states, "test", "walk")
    assert walk.place_on(TODAY) == ""
    walk.move_to(TODAY, "g7")
    assert [walk.place_on(day) for day in (TODAY, date(2021, 9, 3))] == ["g7", "g7"]
    walk.move_to(TODAY, "")
    assert [walk.place_on(day) for day in (TODAY, date(2021, 9, 3))] == [None, ""]
