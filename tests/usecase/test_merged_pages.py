"""Pages of a list that is merged from several sources, each read only as far as a page needs."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.indexing.merged_pages import Placed, Source, merge_page

Rows = list[tuple[int, str]]
SOURCES = st.lists(st.lists(st.integers(0, 40), max_size=15), min_size=1, max_size=4)


def build_source(number: int, moments: list[int], read: list[str] | None = None) -> Source[str]:
    """Return a source of items that are grouped by ten moments; `read` collects the places that were read."""
    rows = sorted((f"{moment:02}.{number}.{index:02}", f"{moment // 10}") for index, moment in enumerate(moments))

    def read_from(group: str) -> Iterator[Placed[str]]:
        for place, item_group in rows:
            if item_group >= group:
                if read is not None:
                    read.append(place)
                yield Placed(place, item_group, lambda place=place: place)  # type: ignore[misc]

    return read_from


@given(lists=SOURCES, limit=st.integers(1, 7))
def test_pages_show_each_thing_once_in_order(lists: list[list[int]], limit: int) -> None:
    """The pages list each item of all sources once and in order, even if many share a group."""
    sources = [build_source(number, moments) for number, moments in enumerate(lists)]
    listed: list[str] = []
    after = ""
    while True:
        page = merge_page(sources, after=after, limit=limit)
        assert len(page.items) <= limit
        listed += page.items
        if not (after := page.cursor):
            break
        assert len(page.items) == limit

    assert listed == sorted(placed.open() for open_source in sources for placed in open_source(""))


def test_page_reads_little_more_than_its_items() -> None:
    """A page reads its items and one more per source, and the next page begins in the group of its cursor."""
    read: list[str] = []
    sources = [build_source(0, list(range(40)), read), build_source(1, [39, 39], read)]
    first = merge_page(sources, after="", limit=12)
    assert len(read) == 14
    read.clear()
    assert merge_page(sources, after=first.cursor, limit=2).items == ("12.0.12", "13.0.13")
    assert read[0] == "10.0.10"
    assert len(read) == 6


def test_unsorted_source_loses_nothing() -> None:
    """A source that isn't sorted loses no item, and repeats none."""

    def read_unsorted(group: str) -> Iterator[Placed[str]]:
        for number, place in enumerate(["05", "09", "07", "11"]):
            if str(number) >= group:
                yield Placed(place, str(number), lambda place=place: place)  # type: ignore[misc]

    sources = [read_unsorted, build_source(1, [6, 8, 10])]
    listed = list[str]()
    after = ""
    while True:
        page = merge_page(sources, after=after, limit=1)
        listed += page.items
        if not (after := page.cursor):
            break
    assert sorted(listed) == ["05", "06.1.00", "07", "08.1.01", "09", "10.1.02", "11"]


@pytest.mark.parametrize("after", ["x", "AAAA", "W10", "W1tdLFtdXQ", "ä", "e30"])
def test_invalid_cursor_is_refused(after: str) -> None:
    """An invalid cursor is refused, instead of giving the first page."""
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        merge_page([build_source(0, [1]), build_source(1, [1])], after=after, limit=1)


def test_limit_of_zero_is_refused() -> None:
    """A page limit below 1 is refused."""
    with pytest.raises(BadInput, match="items: ask for 1 or more"):
        merge_page([build_source(0, [1])], after="", limit=0)
