"""Pages of a list that is computed again for each page."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.indexing.computed_pages import build_time_key, cut_sorted_page

BEGIN = datetime(2021, 9, 1, tzinfo=UTC)
THINGS = st.lists(st.tuples(st.integers(0, 5_000_000), st.text("abc", min_size=1)), unique=True, max_size=30)


@given(things=THINGS, limit=st.integers(1, 7))
def test_pages_show_each_thing_once_in_order(things: list[tuple[int, str]], limit: int) -> None:
    """The pages show each item of the list once, by its time and then by its id, even if many items share a time."""
    placed = [(build_time_key(BEGIN + timedelta(microseconds=at), id), (at, id)) for at, id in things]
    listed: list[tuple[int, str]] = []
    after = ""
    while True:
        page = cut_sorted_page(placed, after=after, limit=limit)
        assert len(page.items) <= limit
        listed += page.items
        if not (after := page.cursor):
            break

    assert listed == sorted(things)


@given(things=THINGS, limit=st.integers(1, 7))
def test_previous_cursors_lead_to_the_same_pages(things: list[tuple[int, str]], limit: int) -> None:
    """The previous cursor of each page leads to the page before it, and each page has the list's total."""
    placed = [(build_time_key(BEGIN + timedelta(microseconds=at), id), (at, id)) for at, id in things]
    pages = [cut_sorted_page(placed, after="", limit=limit)]
    assert pages[0].previous == ""
    while pages[-1].cursor:
        pages.append(cut_sorted_page(placed, after=pages[-1].cursor, limit=limit))
    for earlier, later in pairwise(pages):
        assert cut_sorted_page(placed, after=later.previous, limit=limit) == earlier
    assert {page.counted().total for page in pages} == {len(things)}


def test_removed_item_hides_no_other() -> None:
    """An item that disappears between two pages doesn't hide others, because the cursor names a place in the order and
    not an item.
    """
    placed = [(build_time_key(BEGIN + timedelta(hours=hour), "x"), hour) for hour in range(5)]
    first = cut_sorted_page(placed, after="", limit=2)

    assert cut_sorted_page([*placed[:1], *placed[2:]], after=first.cursor, limit=2).items == (2, 3)


def test_place_is_independent_of_the_time_zone() -> None:
    """The same moment in two time zones gives the same cursor."""
    assert build_time_key(BEGIN.astimezone(VIETNAM), "x") == build_time_key(BEGIN, "x")


@pytest.mark.parametrize("after", ["x", "/", "2021-09-01/x", "2021-09-01T00:00:00/x", "2021-13-01T00:00:00+00:00/x"])
def test_invalid_cursor_is_refused(after: str) -> None:
    """An invalid cursor is refused, instead of giving the first or an empty page."""
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        cut_sorted_page([], after=after, limit=1)


def test_limit_of_zero_is_refused() -> None:
    """A page limit below 1 is refused."""
    with pytest.raises(BadInput, match="items: ask for 1 or more"):
        cut_sorted_page([], after="", limit=0)
