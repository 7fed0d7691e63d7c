"""A page is filled with what may be shown, and neither its length nor its cursor tells of what is hidden."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.query import decode_cursor, encode_cursor
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.permissions import visible_pages
from anninh_core.usecase.permissions.visible_pages import count_visible, fill_page, shares_units
from anninh_core.usecase.read_session import BACK, Listing
from anninh_core.vocabulary.district import District


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
        if after.startswith(BACK):
            end = int(decode_cursor(SPEC, "up", after.removeprefix(BACK))[0][0] or 0)
            before = [Thing(str(number), number) for number in numbers if number < end]
            shown = before[-limit:]
            back = encode_cursor("up", [shown[0].number], shown[0].id) if len(before) > limit else ""
            return Listing(tuple(shown), "", back and f"{BACK}{back}")
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
        items, after, _ = fill_page(THING, "up", find, lambda thing: thing.number % 2 == 0, after=after, limit=limit)
        shown.append([thing.number for thing in items])
        if not after:
            return shown


@pytest.mark.parametrize("hidden", [(), (1,), (3, 5, 7), (1, 3, 5, 7, 9, 11, 13), (9, 11, 13)])
def test_what_is_hidden_changes_no_page(hidden: tuple[int, ...]) -> None:
    """However much lies between, before or behind."""
    for limit, expected in ((1, [[2], [4], [6], [8]]), (3, [[2, 4, 6], [8]]), (4, [[2, 4, 6, 8]]), (9, [[2, 4, 6, 8]])):
        assert pages(finder(*sorted((2, 4, 6, 8, *hidden))), limit) == expected


@given(numbers=st.sets(st.integers(1, 60), max_size=30), limit=st.integers(1, 6))
def test_the_way_back_shows_the_same_pages(numbers: set[int], limit: int) -> None:
    """However much lies hidden between; what is counted is what is shown."""
    find = finder(*sorted(numbers))

    def page(after: str) -> tuple[tuple[Thing, ...], str, str]:
        return fill_page(THING, "up", find, lambda thing: thing.number % 2 == 0, after=after, limit=limit)

    found = [page("")]
    while found[-1][1]:
        found.append(page(found[-1][1]))
    assert found[0][2] == ""
    for earlier, later in pairwise(found):
        assert page(later[2]) == earlier
    visible = sum(number % 2 == 0 for number in numbers)
    assert count_visible(find, lambda thing: thing.number % 2 == 0, 1000) == visible
    assert count_visible(find, lambda thing: thing.number % 2 == 0, 3) == min(3, visible)


def test_nothing_visible_is_one_empty_page() -> None:
    """With no cursor that would tell of something behind it."""
    assert pages(finder(1, 3, 5), 1) == [[]]


def test_a_page_is_not_looked_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many records it ends, and its cursor goes on from there."""
    monkeypatch.setattr(visible_pages, "MAX_EXAMINED", 4)
    assert pages(finder(1, 3, 5, 7, 9, 11, 12), 1) == [[], [12]]


@pytest.mark.parametrize(("most", "pages_of"), [(2, 4), (3, 2), (6, 2), (7, 1)])
def test_a_search_ends_with_the_batch_that_is_one_too_many(
    monkeypatch: pytest.MonkeyPatch, most: int, pages_of: int
) -> None:
    """Batches of two, four and more: as soon as so many were looked at, and not before."""
    monkeypatch.setattr(visible_pages, "MAX_EXAMINED", most)
    assert pages(finder(1, 3, 5, 7, 9, 11, 12), 1) == [*[[]] * (pages_of - 1), [12]]


def test_batches_grow_up_to_five_hundred() -> None:
    """The first one is as long as the page and tells whether there is another; each later one twice the one before."""
    sizes: list[int] = []
    find = finder(*range(1, 5000, 2))

    def noted(*, after: str, limit: int) -> Listing[Thing]:
        sizes.append(limit)
        return find(after=after, limit=limit)

    assert fill_page(THING, "up", noted, lambda _: False, after="", limit=50) == ((), "", "")
    assert sizes == [51, 102, 204, 408, *[500] * 4]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_of_nothing_is_refused(limit: int) -> None:
    """By the number that was asked for."""
    with pytest.raises(BadInput, match=f"A page can't have {limit} items: ask for 1 or more."):
        fill_page(THING, "up", finder(2), lambda _: True, after="", limit=limit)


def test_units_are_shared_where_something_below_may_not_be_seen(district: District) -> None:
    """A commune of which only an area may be seen; nothing is where all of it may, or where no unit is asked for."""
    commune = frozenset(district.subtree("ninh-hoa"))
    assert not shares_units(district, None, commune)
    assert not shares_units(district, (), commune)
    assert not shares_units(district, ["ninh-hoa"], commune)
    assert shares_units(district, ["ninh-hoa"], {"ninh-hoa/kdc-1"})
    assert shares_units(district, ["ninh-hoa"], commune - {"ninh-hoa/kdc-1"})
    assert shares_units(district, ["ninh-hoa", "ninh-an"], commune)
    assert shares_units(district, ["hoa-lu"], commune)
