"""Pages of a list that is computed for each page again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.indexing.computed_pages import page_of, place_in_time

BEGIN = datetime(2021, 9, 1, tzinfo=UTC)
THINGS = st.lists(st.tuples(st.integers(0, 5_000_000), st.text("abc", min_size=1)), unique=True, max_size=30)


@given(things=THINGS, limit=st.integers(1, 7))
def test_pages_show_each_thing_once_in_order(things: list[tuple[int, str]], limit: int) -> None:
    """The pages list each thing once, by its time and then by its id, even if many share a time."""
    placed = [(place_in_time(BEGIN + timedelta(microseconds=at), id), (at, id)) for at, id in things]
    listed: list[tuple[int, str]] = []
    after = ""
    while True:
        page = page_of(placed, after=after, limit=limit)
        assert len(page.items) <= limit
        listed += page.items
        if not (after := page.cursor):
            break

    assert listed == sorted(things)


@given(things=THINGS, limit=st.integers(1, 7))
def test_previous_cursors_lead_to_the_same_pages(things: list[tuple[int, str]], limit: int) -> None:
    """The previous cursor of each page leads to the page before, and each page has the total."""
    placed = [(place_in_time(BEGIN + timedelta(microseconds=at), id), (at, id)) for at, id in things]
    pages = [page_of(placed, after="", limit=limit)]
    assert pages[0].previous == ""
    while pages[-1].cursor:
        pages.append(page_of(placed, after=pages[-1].cursor, limit=limit))
    for earlier, later in pairwise(pages):
        assert page_of(placed, after=later.previous, limit=limit) == earlier
    assert {page.counted().total for page in pages} == {len(things)}


def test_removed_item_hides_no_other() -> None:
    """An item that disappears between two pages doesn't hide others, because the cursor is a place and not an item."""
    placed = [(place_in_time(BEGIN + timedelta(hours=hour), "x"), hour) for hour in range(5)]
    first = page_of(placed, after="", limit=2)

    assert page_of([*placed[:1], *placed[2:]], after=first.cursor, limit=2).items == (2, 3)


def test_place_is_independent_of_the_time_zone() -> None:
    """Equal times in different zones make the same place."""
    assert place_in_time(BEGIN.astimezone(VIETNAM), "x") == place_in_time(BEGIN, "x")


@pytest.mark.parametrize("after", ["x", "/", "2021-09-01/x", "2021-09-01T00:00:00/x", "2021-13-01T00:00:00+00:00/x"])
def test_invalid_cursor_is_refused(after: str) -> None:
    """An invalid cursor is refused, instead of giving the first or an empty page."""
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        page_of([], after=after, limit=1)


def test_limit_of_zero_is_refused() -> None:
    """A page limit below 1 is refused."""
    with pytest.raises(BadInput, match="items: ask for 1 or more"):
        page_of([], after="", limit=0)
