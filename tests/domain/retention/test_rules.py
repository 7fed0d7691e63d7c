"""What is due to be destroyed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.retention.rules import RetainedItem, find_purgeable, last_retention_day
from anninh_core.kernel.errors import BadInput

ENDED = date(2021, 9, 1)


def kept(scope: str, data: str = "chatter", ended: date = ENDED) -> RetainedItem:
    return RetainedItem(scope=scope, unit="ninh-hoa", data=data, ended_on=ended)


@given(st.integers(1, 4000), st.integers(-5, 5))
def test_nothing_goes_before_its_last_day_is_over(days: int, off: int) -> None:
    """The last day counts as kept; it is due from the day after."""
    on = ENDED + timedelta(days=days + off)
    due = find_purgeable([kept("tip:1")], {"chatter": days}, set(), on)
    assert bool(due) == (off > 0)
    assert last_retention_day(kept("tip:1"), {"chatter": days}) == ENDED + timedelta(days=days)


def test_what_is_held_is_shown_as_held() -> None:
    """A legal hold doesn't hide what is due; the longest overdue stands first."""
    things = [kept("tip:new"), kept("tip:old", ended=ENDED - timedelta(days=90))]
    due = find_purgeable(things, {"chatter": 30}, {"tip:old"}, ENDED + timedelta(days=31))
    assert [(one.keepsake.scope, one.held) for one in due] == [("tip:old", True), ("tip:new", False)]


def test_unknown_data_is_refused() -> None:
    """What the profile sets no time for isn't destroyed by guess."""
    with pytest.raises(BadInput, match="The profile keeps no data of kind"):
        find_purgeable([kept("tip:1", "diary")], {"chatter": 30}, set(), ENDED)
