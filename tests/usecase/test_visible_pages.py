"""A page is filled with visible records, and its length and cursor reveal nothing about hidden ones."""

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
from anninh_core.usecase.permissions.visible_pages import count_visible, fill_page, has_hidden_units
from anninh_core.usecase.read_session import BACK, Listing
from anninh_core.vocabulary.district import District


@frozen
class Thing:
    """A record with a number, visible if the number is even."""

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


def build_find(*numbers: int) -> Find:
    """Return a function that finds, page by page, things with the given numbers."""

    def find(*, after: str, limit: int) -> Listing[Thing]:
        if after.startswith(BACK):
            end = int(decode_cursor(SPEC, "up", after.removeprefix(BACK))[0][0] or 0)
            before = [Thing(str(number), number) for number in numbers if number < end]
            things = before[-limit:]
            back = encode_cursor("up", [things[0].number], things[0].id) if len(before) > limit else ""
            return Listing(tuple(things), "", back and f"{BACK}{back}")
        start = decode_cursor(SPEC, "up", after)[0][0] if after else -1
        following = [Thing(str(number), number) for number in numbers if number > int(start or 0)]
        cursor = (
            encode_cursor("up", [following[limit - 1].number], following[limit - 1].id)
            if len(following) > limit
            else ""
        )
        return Listing(tuple(following[:limit]), cursor)

    return find


def list_all_pages(find: Find, limit: int) -> list[list[int]]:
    """Return the visible numbers of all pages, one list for each page."""
    numbers: list[list[int]] = []
    after = ""
    while True:
        items, after, _ = fill_page(THING, "up", find, lambda thing: thing.number % 2 == 0, after=after, limit=limit)
        numbers.append([thing.number for thing in items])
        if not after:
            return numbers


@pytest.mark.parametrize("hidden", [(), (1,), (3, 5, 7), (1, 3, 5, 7, 9, 11, 13), (9, 11, 13)])
def test_hidden_records_change_no_page(hidden: tuple[int, ...]) -> None:
    """Hidden records change no page, wherever and however many they are."""
    for limit, expected in ((1, [[2], [4], [6], [8]]), (3, [[2, 4, 6], [8]]), (4, [[2, 4, 6, 8]]), (9, [[2, 4, 6, 8]])):
        assert list_all_pages(build_find(*sorted((2, 4, 6, 8, *hidden))), limit) == expected


@given(numbers=st.sets(st.integers(1, 60), max_size=30), limit=st.integers(1, 6))
def test_previous_cursors_lead_to_the_same_pages(numbers: set[int], limit: int) -> None:
    """The previous cursors lead to the same pages despite hidden records, and only visible records are counted."""
    find = build_find(*sorted(numbers))

    def read_page(after: str) -> tuple[tuple[Thing, ...], str, str]:
        return fill_page(THING, "up", find, lambda thing: thing.number % 2 == 0, after=after, limit=limit)

    found_pages = [read_page("")]
    while found_pages[-1][1]:
        found_pages.append(read_page(found_pages[-1][1]))
    assert found_pages[0][2] == ""
    for earlier, later in pairwise(found_pages):
        assert read_page(later[2]) == earlier
    visible = sum(number % 2 == 0 for number in numbers)
    assert count_visible(find, lambda thing: thing.number % 2 == 0, 1000) == visible
    assert count_visible(find, lambda thing: thing.number % 2 == 0, 3) == min(3, visible)


def test_nothing_visible_is_one_empty_page() -> None:
    """A list without visible records is one empty page without a cursor."""
    assert list_all_pages(build_find(1, 3, 5), 1) == [[]]


def test_examined_records_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page ends after its maximum of examined records, and its cursor continues from there."""
    monkeypatch.setattr(visible_pages, "MAX_EXAMINED", 4)
    assert list_all_pages(build_find(1, 3, 5, 7, 9, 11, 12), 1) == [[], [12]]


@pytest.mark.parametrize(("most", "pages_of"), [(2, 4), (3, 2), (6, 2), (7, 1)])
def test_search_ends_with_the_batch_at_the_limit(monkeypatch: pytest.MonkeyPatch, most: int, pages_of: int) -> None:
    """A page's search stops after the first batch that reaches the limit of examined records."""
    monkeypatch.setattr(visible_pages, "MAX_EXAMINED", most)
    assert list_all_pages(build_find(1, 3, 5, 7, 9, 11, 12), 1) == [*[[]] * (pages_of - 1), [12]]


def test_batches_grow_up_to_five_hundred() -> None:
    """The first batch that is read for a page has one record more than the page, and each further batch doubles up to
    500.
    """
    sizes: list[int] = []
    find = build_find(*range(1, 5000, 2))

    def find_and_record(*, after: str, limit: int) -> Listing[Thing]:
        sizes.append(limit)
        return find(after=after, limit=limit)

    assert fill_page(THING, "up", find_and_record, lambda _: False, after="", limit=50) == ((), "", "")
    assert sizes == [51, 102, 204, 408, *[500] * 4]


@pytest.mark.parametrize("limit", [0, -1])
def test_limit_below_one_is_refused(limit: int) -> None:
    """A limit below 1 is refused with its number."""
    with pytest.raises(BadInput, match=f"A page can't have {limit} items: ask for 1 or more."):
        fill_page(THING, "up", build_find(2), lambda _: True, after="", limit=limit)


def test_partly_visible_commune_is_shared(district: District) -> None:
    """The requested units count as shared if the officer sees only a part of them, but not if the officer sees all of
    them or none was requested.
    """
    commune = frozenset(district.subtree("ninh-hoa"))
    assert not has_hidden_units(district, None, commune)
    assert not has_hidden_units(district, (), commune)
    assert not has_hidden_units(district, ["ninh-hoa"], commune)
    assert has_hidden_units(district, ["ninh-hoa"], {"ninh-hoa/kdc-1"})
    assert has_hidden_units(district, ["ninh-hoa"], commune - {"ninh-hoa/kdc-1"})
    assert has_hidden_units(district, ["ninh-hoa", "ninh-an"], commune)
    assert has_hidden_units(district, ["hoa-lu"], commune)
