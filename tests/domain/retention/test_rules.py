from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.retention.rules import RetainedItem, find_purgeable, get_last_retention_day
from anninh_core.kernel.errors import BadInput

ENDED = date(2021, 9, 1)


def build_retained_item(scope: str, data: str = "chatter", ended: date = ENDED) -> RetainedItem:
    return RetainedItem(scope=scope, unit="ninh-hoa", data=data, ended_on=ended)


@given(st.integers(1, 4000), st.integers(-5, 5))
def test_data_is_due_after_its_last_day(days: int, off: int) -> None:
    """Data is retained on its last day and due from the day after."""
    on = ENDED + timedelta(days=days + off)
    due = find_purgeable([build_retained_item("tip:1")], {"chatter": days}, set(), on)
    assert bool(due) == (off > 0)
    assert get_last_retention_day(build_retained_item("tip:1"), {"chatter": days}) == ENDED + timedelta(days=days)


def test_held_data_is_listed_as_held() -> None:
    """Data under a legal hold is listed as held when it is due, and the longest overdue comes first."""
    items = [build_retained_item("tip:new"), build_retained_item("tip:old", ended=ENDED - timedelta(days=90))]
    due = find_purgeable(items, {"chatter": 30}, {"tip:old"}, ENDED + timedelta(days=31))
    assert [(item.keepsake.scope, item.held) for item in due] == [("tip:old", True), ("tip:new", False)]


def test_unknown_data_is_refused() -> None:
    """Data of a kind without a retention period in the profile is refused, not destroyed by guess."""
    with pytest.raises(BadInput, match="The profile keeps no data of kind"):
        find_purgeable([build_retained_item("tip:1", "diary")], {"chatter": 30}, set(), ENDED)
