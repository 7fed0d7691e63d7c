"""Stored positions in a stream, and which process may advance a position."""

from datetime import date

import pytest

from anninh_core.app import App
from anninh_core.messaging.stream_position import StreamPosition

TODAY = date(2021, 9, 2)


def test_only_first_reader_moves_the_position(app: App) -> None:
    """Of two readers of the same position, only the first can move it, even if they try repeatedly."""
    states = app.internals.context.storage.states
    first, second = (StreamPosition.read(states, "test", "word") for _ in range(2))
    assert (first.value, first.store_next("a"), second.store_next("b"), first.store_next("c")) == (
        "",
        True,
        False,
        True,
    )
    assert (StreamPosition.read(states, "test", "word").value, first.value, second.value) == ("c", "c", "")


def test_daily_pass_continues_at_its_position(app: App) -> None:
    """A daily pass continues at its position until it is finished for the day, and an interrupted pass continues the
    next day.
    """
    walk = StreamPosition.read(app.internals.context.storage.states, "test", "walk")
    assert walk.find_position_on(TODAY) == ""
    walk.store_next_of_day(TODAY, "g7")
    assert [walk.find_position_on(day) for day in (TODAY, date(2021, 9, 3))] == ["g7", "g7"]
    walk.store_next_of_day(TODAY, "")
    assert [walk.find_position_on(day) for day in (TODAY, date(2021, 9, 3))] == [None, ""]


@pytest.mark.parametrize("body", [b"", b"2021-09-x2", b"\xff", b"{"])
def test_damaged_position_is_replaced(app: App, body: bytes) -> None:
    """A damaged position is read as None, and the next move replaces it."""
    states = app.internals.context.storage.states
    assert states.put("test", "day", body, 0)
    position = StreamPosition.read(states, "test", "day")
    assert position.parse(date.fromisoformat) is None
    assert position.store_next(TODAY.isoformat())
    assert StreamPosition.read(states, "test", "day").parse(date.fromisoformat) == TODAY
