"""Lines and pages of Zalo's lists of messages are parsed in every form."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import RequestRejected
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.history.items import HistoryItem, read_item
from anninh_zalo.history.pages import HistoryPages, find_lines

AN = Address("oa", Place.PERSON, "8756287263669629130")
LINE: dict[str, Any] = {
    "src": 1,
    "time": 1630458000123,
    "type": "text",
    "message": "Có trộm",
    "message_id": "96d3",
    "from_id": 8756287263669629130,
    "to_id": "388613280878808645",
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from([*LINE, "data", "links"]), inside),
)


@define
class PagedApi:
    """A simulated API that returns the given lines in pages of `at_once` lines."""

    all: Sequence[Any]
    at_once: int = 10
    offsets: list[int] = field(factory=list)
    refuses_beyond: bool = False

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        """Return the page at the requested offset."""
        offset: int = json.loads(call.query["data"])["offset"]
        self.offsets.append(offset)
        page = self.all[offset : offset + self.at_once]
        if self.refuses_beyond and not page:
            raise RequestRejected("offset is beyond the end")
        return {"data": page, "error": 0}


def parse_line(**changes: Any) -> HistoryItem | None:
    return read_item({key: value for key, value in (LINE | changes).items() if value is not None})


def parse_valid_line(**changes: Any) -> HistoryItem:
    parsed = parse_line(**changes)
    assert parsed is not None
    return parsed


def test_line_is_parsed_from_numbers_or_text() -> None:
    """A line of a conversation is parsed in the same way from numbers and from text, and ids keep every digit."""
    at = datetime(2021, 9, 1, 1, 0, 0, 123000, tzinfo=UTC)
    whole = HistoryItem(
        id="96d3", at=at, author=AN.id, ours=False, to="388613280878808645", kind="text", text="Có trộm"
    )

    assert parse_line() == whole
    assert parse_line(src="1", time="1630458000123", from_id=AN.id, to_id=388613280878808645) == whole
    assert parse_valid_line(src=0).ours is True
    assert (parse_valid_line(src=None).ours, parse_valid_line(to_id=None).to, parse_valid_line(type=None).kind) == (
        None,
        "",
        "text",
    )
    assert "trộm" not in repr(parse_line())


@pytest.mark.parametrize(
    "missing",
    [{"message_id": None}, {"from_id": "", "src": None}, {"time": None}, {"time": "gestern"}, {"time": 10**30}],
)
def test_line_without_identity_is_left_out(missing: Mapping[str, Any]) -> None:
    """A line without an id, without a time or without any sign of its author is left out."""
    assert parse_line(**missing) is None


def test_side_alone_identifies_the_account() -> None:
    """The field that names the side is enough to recognise the account as author, so that its own message isn't
    overlooked.
    """
    assert parse_valid_line(from_id=None, src=0).is_written_by("388613280878808645")
    assert parse_valid_line(from_id=None, src=0, group_id="f8").is_written_by("388613280878808645")
    assert not parse_valid_line(from_id=None, src=1).is_written_by("388613280878808645")


def test_author_of_a_line() -> None:
    """In a conversation with a person, `src` decides about the author; in groups and without `src`, the author's id
    does.
    """
    oa = "388613280878808645"

    assert [parse_valid_line(src=src, from_id=oa).is_written_by(oa) for src in (0, 1, None)] == [True, False, True]
    assert parse_valid_line(src=1, from_id=oa, group_id="f8").is_written_by(oa)
    assert not parse_valid_line(src=0, group_id="f8").is_written_by(oa)
    assert (
        parse_valid_line().counterpart_id(oa),
        parse_valid_line(src=0, from_id=oa, to_id="5").counterpart_id(oa),
    ) == (AN.id, "5")
    assert parse_valid_line(group_id="f8").counterpart_id(oa) == "f8"


def test_texts_are_normalized() -> None:
    """Texts are normalized to Unicode form NFC, and half a surrogate pair becomes the replacement character."""
    assert parse_valid_line(message="Co\u0301 tro\u0323\u0302m").text == "Có trộm"
    assert parse_valid_line(message="ch\u00e1y \ud83d").text == "cháy \ufffd"


@pytest.mark.parametrize("place", [{"latitude": "20.25", "longitude": 105.9}, '{"latitude":20.25,"longitude":"105.9"}'])
def test_places_are_read_in_both_forms(place: object) -> None:
    """A location is parsed from an object or JSON text, and an incomplete one is None."""
    parsed_place = parse_valid_line(location=place).place

    assert parsed_place is not None
    assert (parsed_place.latitude, parsed_place.longitude) == (20.25, 105.9)
    assert [parse_valid_line(location=bad).place for bad in ({"latitude": 1}, "x", 5, None)] == [None] * 4


@given(line=ANYTHING)
def test_any_line_is_parsed_or_left_out(line: Any) -> None:
    """Any line of a list is parsed or left out, without an error."""
    assert isinstance(read_item(line), HistoryItem | None)


@given(body=ANYTHING)
def test_response_without_list_is_refused(body: Any) -> None:
    """A response without a list is refused, so that it isn't taken for an empty conversation."""
    with suppress(RequestRejected):
        assert isinstance(find_lines({"data": body}), list)


@pytest.mark.parametrize("inside", [[1], {"data": [1]}, {"messages": [1]}, {"data": {"conversations": [1]}}])
def test_list_is_found_in_any_wrapper(inside: object) -> None:
    """The list in a response is found as `data` or inside it."""
    assert find_lines({"data": inside, "error": 0}) == [1]


@pytest.mark.parametrize("at_once", [10, 5, 3])
def test_pages_are_read_until_an_empty_page(at_once: int) -> None:
    """Pages are read until an empty page; after a short page the next request begins where the page ended."""
    shelf = PagedApi([LINE | {"message_id": str(n)} for n in range(23)], at_once)
    ids = [line.id for page in HistoryPages(shelf).conversation(AN, 99) for line in page]

    assert ids == [str(n) for n in range(23)]
    assert shelf.offsets == [*range(0, 23, at_once), 23]


def test_refused_later_page_ends_the_list() -> None:
    """If a later page is refused, that is the end of the list, because some lists refuse a large offset; a refusal of
    the first page is raised.
    """
    shelf = PagedApi([LINE], refuses_beyond=True)

    assert [len(page) for page in HistoryPages(shelf).conversation(AN, 99)] == [1]
    with pytest.raises(RequestRejected):
        list(HistoryPages(PagedApi([], refuses_beyond=True)).conversation(AN, 99))


def test_endless_list_is_bounded() -> None:
    """An endless list is read up to the limit, and a list that repeats a page ends there."""
    endless = [LINE | {"message_id": f"m{number}"} for number in range(1000)]

    assert len(list(HistoryPages(PagedApi(endless)).conversation(AN, 7))) == 7
    assert len(list(HistoryPages(PagedApi([LINE] * 1000)).conversation(AN, 7))) == 1
