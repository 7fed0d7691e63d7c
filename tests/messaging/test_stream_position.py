"""How far something has come, and who moves it on."""

from datetime import date

import pytest

from anninh_core.app import App
from anninh_core.messaging.stream_position import StreamPosition

TODAY = date(2021, 9, 2)


def test_one_moves_it_on(app: App) -> None:
    """Of two that read the same word, the first moves it on, again too; the second is told."""
    states = app.internals.context.storage.states
    one, two = (StreamPosition.read(states, "test", "word") for _ in range(2))
    assert (one.value, one.move("a"), two.move("b"), one.move("c")) == ("", True, False, True)
    assert (StreamPosition.read(states, "test", "word").value, one.value, two.value) == ("c", "c", "")


def test_a_day_s_walk(app: App) -> None:
    """It goes on at its place until it is over for the day; broken off, it goes on there the next day."""
    walk = StreamPosition.read(app.internals.context.storage.states, "test", "walk")
    assert walk.position_on(TODAY) == ""
    walk.move_to(TODAY, "g7")
    assert [walk.position_on(day) for day in (TODAY, date(2021, 9, 3))] == ["g7", "g7"]
    walk.move_to(TODAY, "")
    assert [walk.position_on(day) for day in (TODAY, date(2021, 9, 3))] == [None, ""]


@pytest.mark.parametrize("body", [b"", b"2021-09-x2", b"\xff", b"{"])
def test_a_damaged_position_is_as_if_there_were_none(app: App, body: bytes) -> None:
    """What was altered parses to nothing, and the next word replaces it."""
    states = app.internals.context.storage.states
    assert states.put("test", "day", body, 0)
    position = StreamPosition.read(states, "test", "day")
    assert position.parse(date.fromisoformat) is None
    assert position.move(TODAY.isoformat())
    assert StreamPosition.read(states, "test", "day").parse(date.fromisoformat) == TODAY
