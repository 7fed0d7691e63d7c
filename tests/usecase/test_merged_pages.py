"""Pages of a list that is merged from several, each read no further than a page goes."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.indexing.merged_pages import Placed, Source, merge_page

Rows = list[tuple[int, str]]
SOURCES = st.lists(st.lists(st.integers(0, 40), max_size=15), min_size=1, max_size=4)


def source(number: int, moments: list[int], read: list[str] | None = None) -> Source[str]:
    """Return a list of things in groups of ten moments."""
    rows = sorted((f"{moment:02}.{number}.{index:02}", f"{moment // 10}") for index, moment in enumerate(moments))

    def read_from(group: str) -> Iterator[Placed[str]]:
        for place, own in rows:
            if own >= group:
                if read is not None:
                    read.append(place)
                yield Placed(place, own, lambda place=place: place)  # type: ignore[misc]

    return read_from


@given(lists=SOURCES, limit=st.integers(1, 7))
def test_pages_show_each_thing_once_in_order(lists: list[list[int]], limit: int) -> None:
    """Of all lists, however many share a group."""
    sources = [source(number, moments) for number, moments in enumerate(lists)]
    shown: list[str] = []
    after = ""
    while True:
        page = merge_page(sources, after=after, limit=limit)
        assert len(page.items) <= limit
        shown += page.items
        if not (after := page.cursor):
            break
        assert len(page.items) == limit

    assert shown == sorted(placed.open() for one in sources for placed in one(""))


def test_a_page_reads_what_it_shows() -> None:
    """And one thing more of each list, to know what comes next; the second page begins in the group of the first."""
    read: list[str] = []
    sources = [source(0, list(range(40)), read), source(1, [39, 39], read)]
    first = merge_page(sources, after="", limit=12)
    assert len(read) == 14
    read.clear()
    assert merge_page(sources, after=first.cursor, limit=2).items == ("12.0.12", "13.0.13")
    assert read[0] == "10.0.10"
    assert len(read) == 6


def test_a_list_that_goes_back_loses_nothing() -> None:
    """An entry that was written after a later one stands behind it, once."""

    def unsorted(group: str) -> Iterator[Placed[str]]:
        for number, place in enumerate(["05", "09", "07", "11"]):
            if str(number) >= group:
                yield Placed(place, str(number), lambda place=place: place)  # type: ignore[misc]

    sources = [unsorted, source(1, [6, 8, 10])]
    shown = list[str]()
    after = ""
    while True:
        page = merge_page(sources, after=after, limit=1)
        shown += page.items
        if not (after := page.cursor):
            break
    assert sorted(shown) == ["05", "06.1.00", "07", "08.1.01", "09", "10.1.02", "11"]


@pytest.mark.parametrize("after", ["x", "AAAA", "W10", "W1tdLFtdXQ", "ä", "e30"])
def test_what_is_no_cursor(after: str) -> None:
    """Refused, and not taken for the first page."""
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        merge_page([source(0, [1]), source(1, [1])], after=after, limit=1)


def test_a_page_of_nothing_is_none() -> None:
    """A limit begins with 1."""
    with pytest.raises(BadInput, match="items: ask for 1 or more"):
        merge_page([source(0, [1])], after="", limit=0)
