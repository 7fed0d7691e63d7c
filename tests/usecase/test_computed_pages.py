"""Pages of a list that is computed anew for each of them."""

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
    """By its moment, then by its id, however many share a moment."""
    placed = [(place_in_time(BEGIN + timedelta(microseconds=at), id), (at, id)) for at, id in things]
    shown: list[tuple[int, str]] = []
    after = ""
    while True:
        page = page_of(placed, after=after, limit=limit)
        assert len(page.items) <= limit
        shown += page.items
        if not (after := page.cursor):
            break

    assert shown == sorted(things)


@given(things=THINGS, limit=st.integers(1, 7))
def test_the_way_back_shows_the_same_pages(things: list[tuple[int, str]], limit: int) -> None:
    """Each page leads to the one before, which leads on as it did; all of them tell how many there are."""
    placed = [(place_in_time(BEGIN + timedelta(microseconds=at), id), (at, id)) for at, id in things]
    pages = [page_of(placed, after="", limit=limit)]
    assert pages[0].previous == ""
    while pages[-1].cursor:
        pages.append(page_of(placed, after=pages[-1].cursor, limit=limit))
    for earlier, later in pairwise(pages):
        assert page_of(placed, after=later.previous, limit=limit) == earlier
    assert {page.counted().total for page in pages} == {len(things)}


def test_what_ends_between_two_pages_is_missed_by_nobody_else() -> None:
    """The cursor is a place and not a thing: a tip that was settled meanwhile takes none of the others with it."""
    placed = [(place_in_time(BEGIN + timedelta(hours=hour), "x"), hour) for hour in range(5)]
    first = page_of(placed, after="", limit=2)

    assert page_of([*placed[:1], *placed[2:]], after=first.cursor, limit=2).items == (2, 3)


def test_a_place_is_the_moment_wherever_it_is_told() -> None:
    """Two clocks that show the same moment differently make the same place."""
    assert place_in_time(BEGIN.astimezone(VIETNAM), "x") == place_in_time(BEGIN, "x")


@pytest.mark.parametrize("after", ["x", "/", "2021-09-01/x", "2021-09-01T00:00:00/x", "2021-13-01T00:00:00+00:00/x"])
def test_what_is_no_cursor(after: str) -> None:
    """Refused, and not taken for the first page or an empty one."""
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        page_of([], after=after, limit=1)


def test_a_page_of_nothing_is_none() -> None:
    """A limit begins with 1."""
    with pytest.raises(BadInput, match="items: ask for 1 or more"):
        page_of([], after="", limit=0)
