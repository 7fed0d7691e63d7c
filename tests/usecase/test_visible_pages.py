"""A page is filled with what may be shown, and neither its length nor its cursor tells of what is hidden."""

from collections.abc import Callable

import pytest
from attrs import frozen

from anninh_core.ports.changes import IndexSpec
from anninh_core.ports.query import decode_cursor, encode_cursor
from anninh_core.usecase.indexing import visible_pages
from anninh_core.usecase.indexing.visible_pages import fill_page
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import Listing


@frozen
class Thing:
    """Something with a number, shown if that is even."""

    id: str
    number: int


SPEC = IndexSpec(kind="thing", columns={"number": int}, orders={"up": ("number",)})
THING = Kind(
    spec=SPEC,
    model=Thing,
    unit=lambda _: "hoa-lu",
    columns=lambda thing: {"number": thing.number},
    scope=lambda _: "",
)
Find = Callable[..., Listing[Thing]]


def finder(*numbers: int) -> Find:
    """Return what finds things with these numbers, page by page."""

    def find(*, after: str, limit: int) -> Listing[Thing]:
        start = decode_cursor(SPEC, "up", after)[0][0] if after else -1
        found = [Thing(str(number), number) for number in numbers if number > int(start or 0)]
        cursor = encode_cursor("up", [found[limit - 1].number], found[limit - 1].id) if len(found) > limit else ""
        return Listing(tuple(found[:limit]), cursor)

    return find


def pages(find: Find, limit: int) -> list[list[int]]:
    """Return the numbers that are shown, page by page to the end."""
    shown: list[list[int]] = []
    after = ""
    while True:
        items, after = fill_page(THING, "up", find, lambda thing: thing.number % 2 == 0, after=after, limit=limit)
        shown.append([thing.number for thing in items])
        if not after:
            return shown


@pytest.mark.parametrize("hidden", [(), (1,), (3, 5, 7), (1, 3, 5, 7, 9, 11, 13), (9, 11, 13)])
def test_what_is_hidden_changes_no_page(hidden: tuple[int, ...]) -> None:
    """However much lies between, before or behind."""
    for limit, expected in ((1, [[2], [4], [6], [8]]), (3, [[2, 4, 6], [8]]), (4, [[2, 4, 6, 8]]), (9, [[2, 4, 6, 8]])):
        assert pages(finder(*sorted((2, 4, 6, 8, *hidden))), limit) == expected


def test_nothing_visible_is_one_empty_page() -> None:
    """With no cursor that would tell of something behind it."""
    assert pages(finder(1, 3, 5), 1) == [[]]


def test_a_page_is_not_looked_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many records it ends, and its cursor goes on from there."""
    monkeypatch.setattr(visible_pages, "MAX_EXAMINED", 4)
    assert pages(finder(1, 3, 5, 7, 9, 11, 12), 1) == [[], [12]]
