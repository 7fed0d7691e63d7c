"""Lines and pages of Zalo's lists, whichever way they are written."""

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
class Shelf:
    """An API with these lines, which shows as many at once as it likes."""

    all: Sequence[Any]
    at_once: int = 10
    offsets: list[int] = field(factory=list)
    refuses_beyond: bool = False

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        """Return a page."""
        offset: int = json.loads(call.query["data"])["offset"]
        self.offsets.append(offset)
        found = self.all[offset : offset + self.at_once]
        if self.refuses_beyond and not found:
            raise RequestRejected("offset is beyond the end")
        return {"data": found, "error": 0}


def item(**changes: Any) -> HistoryItem | None:
    return read_item({key: value for key, value in (LINE | changes).items() if value is not None})


def sound(**changes: Any) -> HistoryItem:
    found = item(**changes)
    assert found is not None
    return found


def test_a_line_is_read() -> None:
    """Numbers and text mean the same; ids keep every digit."""
    at = datetime(2021, 9, 1, 1, 0, 0, 123000, tzinfo=UTC)
    whole = HistoryItem(
        id="96d3", at=at, author=AN.id, ours=False, to="388613280878808645", kind="text", text="Có trộm"
    )

    assert item() == whole
    assert item(src="1", time="1630458000123", from_id=AN.id, to_id=388613280878808645) == whole
    assert sound(src=0).ours is True
    assert (sound(src=None).ours, sound(to_id=None).to, sound(type=None).kind) == (None, "", "text")
    assert "trộm" not in repr(item())


@pytest.mark.parametrize(
    "missing",
    [{"message_id": None}, {"from_id": "", "src": None}, {"time": None}, {"time": "gestern"}, {"time": 10**30}],
)
def test_what_cant_be_told_from_others_is_left_out(missing: Mapping[str, Any]) -> None:
    """Without id, time, or any word of who wrote it, a line says nothing that could be relied on."""
    assert item(**missing) is None


def test_a_line_without_an_author() -> None:
    """Which side wrote it is enough: that the account did must not be overlooked."""
    assert sound(from_id=None, src=0).is_written_by("388613280878808645")
    assert sound(from_id=None, src=0, group_id="f8").is_written_by("388613280878808645")
    assert not sound(from_id=None, src=1).is_written_by("388613280878808645")


def test_whose_a_line_is() -> None:
    """One-to-one `src` says so; in groups, and where it is missing, the author does."""
    oa = "388613280878808645"

    assert [sound(src=src, from_id=oa).is_written_by(oa) for src in (0, 1, None)] == [True, False, True]
    assert sound(src=1, from_id=oa, group_id="f8").is_written_by(oa)
    assert not sound(src=0, group_id="f8").is_written_by(oa)
    assert (sound().counterpart_id(oa), sound(src=0, from_id=oa, to_id="5").counterpart_id(oa)) == (AN.id, "5")
    assert sound(group_id="f8").counterpart_id(oa) == "f8"


def test_texts_are_mended() -> None:
    """Letters with marks of their own become one, half an emoji becomes a sign that it was one."""
    assert sound(message="Co\u0301 tro\u0323\u0302m").text == "Có trộm"
    assert sound(message="ch\u00e1y \ud83d").text == "cháy \ufffd"


@pytest.mark.parametrize("place", [{"latitude": "20.25", "longitude": 105.9}, '{"latitude":20.25,"longitude":"105.9"}'])
def test_places_are_read_in_both_forms(place: object) -> None:
    """A place comes as an object or as JSON in a text; half of one is none."""
    found = sound(location=place).place

    assert found is not None
    assert (found.latitude, found.longitude) == (20.25, 105.9)
    assert [sound(location=bad).place for bad in ({"latitude": 1}, "x", 5, None)] == [None] * 4


@given(found=ANYTHING)
def test_anything_is_read_or_left_out(found: Any) -> None:
    """No line makes the reading of a list fail."""
    assert isinstance(read_item(found), HistoryItem | None)


@given(body=ANYTHING)
def test_a_list_or_a_refusal(body: Any) -> None:
    """What holds no list is refused: it must not pass for an empty conversation."""
    with suppress(RequestRejected):
        assert isinstance(find_lines({"data": body}), list)


@pytest.mark.parametrize("inside", [[1], {"data": [1]}, {"messages": [1]}, {"data": {"conversations": [1]}}])
def test_lists_lie_where_they_like(inside: object) -> None:
    """`data` is the list, or holds it."""
    assert find_lines({"data": inside, "error": 0}) == [1]


@pytest.mark.parametrize("at_once", [10, 5, 3])
def test_pages_go_on_until_an_empty_one(at_once: int) -> None:
    """Also where fewer come than were asked for: the next page begins where the last one ended."""
    shelf = Shelf([LINE | {"message_id": str(n)} for n in range(23)], at_once)
    found = [one.id for page in HistoryPages(shelf).conversation(AN, 99) for one in page]

    assert found == [str(n) for n in range(23)]
    assert shelf.offsets == [*range(0, 23, at_once), 23]


def test_a_refusal_beyond_the_end_is_the_end() -> None:
    """Some lists refuse an offset that is too large; a refusal of the first page is one."""
    shelf = Shelf([LINE], refuses_beyond=True)

    assert [len(page) for page in HistoryPages(shelf).conversation(AN, 99)] == [1]
    with pytest.raises(RequestRejected):
        list(HistoryPages(Shelf([], refuses_beyond=True)).conversation(AN, 99))


def test_endless_list_is_bounded() -> None:
    """A list without an end is read so far and no further; one that shows the same again and again has ended."""
    endless = [LINE | {"message_id": f"m{number}"} for number in range(1000)]

    assert len(list(HistoryPages(Shelf(endless)).conversation(AN, 7))) == 7
    assert len(list(HistoryPages(Shelf([LINE] * 1000)).conversation(AN, 7))) == 1
