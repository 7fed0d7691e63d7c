"""Faults in plain data are found by comparing it with its type, without the decoder's error messages."""

import json
import re
from datetime import date, datetime, time
from enum import Enum
from itertools import islice
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta
from tests.operations.test_decode import JSON
from tests.operations.values import build_request_strategy

from anninh_core.language.phrasing import Phrasing
from anninh_core.operations import BadArguments, OperationGateway
from anninh_core.operations.errors import ArgumentError
from anninh_core.operations.faults import MAX_FAULTS, find_faults, iter_faults
from anninh_core.operations.requests import Request
from anninh_core.operations.shapes import Shape


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class PartStruct(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, Meta(max_length=3)]
    number: int = 0


class WholeStruct(msgspec.Struct, forbid_unknown_fields=True):
    part: PartStruct
    parts: Annotated[tuple[PartStruct, ...], Meta(max_length=2)] = ()
    names: Annotated[dict[Annotated[str, Meta(max_length=3)], PartStruct], Meta(max_length=2)] = {}
    colour: Colour | None = None
    order: Literal["up", "down"] = "up"
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    hours: Annotated[float, Meta(ge=0, le=1.5)] = 0
    is_open: bool = False
    at: Annotated[datetime, Meta(tz=True)] | None = None
    day: date | None = None
    start: time | None = None


PART = {"title": "a"}
MOMENT = "isn't a moment such as 2021-09-18T08:00:00+07:00"
CASES: tuple[tuple[Any, dict[str, str]], ...] = (
    ([], {"": "isn't an object with named fields"}),
    ({}, {"part": "is missing"}),
    ({"part": None}, {"part": "isn't an object with named fields"}),
    ({"part": {"colour": 1}}, {"part.colour": "isn't a field of it", "part.title": "is missing"}),
    ({"part": {"title": "abcd"}}, {"part.title": "is longer than 3 characters"}),
    ({"part": {"title": 1, "number": True}}, {"part.title": "isn't a text", "part.number": "isn't a whole number"}),
    ({"part": PART, "parts": {}}, {"parts": "isn't a list"}),
    ({"part": PART, "parts": [{}, {}, {}]}, {"parts": "has more than 2 entries"}),
    ({"part": PART, "parts": [PART, {}]}, {"parts[1].title": "is missing"}),
    ({"part": PART, "names": []}, {"names": "isn't an object with named fields"}),
    ({"part": PART, "names": {"a": 1, "b": 1, "c": 1}}, {"names": "has more than 2 entries"}),
    ({"part": PART, "names": {"a": {}}}, {"names.a.title": "is missing"}),
    ({"part": PART, "names": {"abcd": PART}}, {"names": "has a name that is longer than 3 characters"}),
    ({"part": PART, "colour": "green"}, {"colour": "isn't one of red, blue"}),
    ({"part": PART, "colour": ["red"]}, {"colour": "isn't one of red, blue"}),
    ({"part": PART, "order": "left"}, {"order": "isn't one of down, up"}),
    ({"part": PART, "count": 0, "hours": -1}, {"count": "is less than 1", "hours": "is less than 0"}),
    ({"part": PART, "count": 10, "hours": 2}, {"count": "is more than 9", "hours": "is more than 1.5"}),
    ({"part": PART, "hours": "2"}, {"hours": "isn't a number"}),
    ({"part": PART, "is_open": "yes"}, {"is_open": "is neither true nor false"}),
    ({"part": PART, "at": "2021-09-18T08:00:00"}, {"at": "lacks its time zone, such as +07:00"}),
    ({"part": PART, "at": "yesterday"}, {"at": MOMENT}),
    ({"part": PART, "at": 1}, {"at": MOMENT}),
    ({"part": PART, "day": "2021-02-30"}, {"day": "isn't a day such as 2021-09-18"}),
    ({"part": PART, "start": "8"}, {"start": "isn't a time such as 08:00:00"}),
)


@pytest.mark.parametrize(("value", "faults"), CASES)
def test_fault_has_path_and_message(value: Any, faults: dict[str, str]) -> None:
    """All faults that msgspec refuses are found at once, with their path and a message that has a translation."""
    body = json.dumps(value).encode()
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=WholeStruct)
    found_faults = find_faults(body, WholeStruct)
    assert {fault.path: fault.message for fault in found_faults} == faults
    phrasing = Phrasing("vi")
    assert [fault.message for fault in found_faults if phrasing.sentence(fault.message) == fault.message] == []


@pytest.mark.parametrize(
    "value",
    [
        {"part": PART},
        {"part": {"title": "abc", "number": 2**60}, "parts": [PART, PART], "names": {"abc": PART}},
        {"part": PART, "colour": None, "at": None, "day": None, "start": None},
        {"part": PART, "colour": "red", "order": "down", "count": 9, "hours": 1, "is_open": True},
        {"part": PART, "at": "2021-09-18T08:00:00+07:00", "day": "2021-09-18", "start": "08:00:00"},
    ],
)
def test_valid_value_has_no_fault(value: Any) -> None:
    """A value that msgspec accepts has no fault."""
    msgspec.json.decode(json.dumps(value).encode(), type=WholeStruct)
    assert list(iter_faults(value, WholeStruct)) == []


@given(
    value=JSON
    | build_request_strategy(WholeStruct)
    | st.fixed_dictionaries({}, optional=dict.fromkeys(WholeStruct.__struct_fields__, JSON))
)
def test_a_fault_is_found_where_msgspec_refuses(value: Any) -> None:
    """Faults are found exactly in those values that msgspec refuses."""
    body = json.dumps(value).encode()
    try:
        msgspec.json.decode(body, type=WholeStruct)
    except msgspec.ValidationError:
        assert "doesn't fit" not in {fault.message for fault in find_faults(body, WholeStruct)}
    else:
        assert list(iter_faults(msgspec.json.decode(body), WholeStruct)) == []


def test_invalid_json_is_one_fault() -> None:
    """A body that isn't JSON has one fault, even if a decoder would find a wrong value before the syntax error."""
    for body in (b"", b"{", b"\xff", b'{"part": 1, ', b"[" * 100_000):
        assert find_faults(body, WholeStruct) == [ArgumentError("", "isn't JSON")]


def test_unknown_fault_is_general() -> None:
    """If msgspec refuses a body in which no fault is found, such as a body with a duplicate name, one general fault is
    returned.
    """
    body = b'{"part": 1, "part": {"title": "a"}}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=WholeStruct)
    assert find_faults(body, WholeStruct) == [ArgumentError("", "doesn't fit")]


def test_general_fault_shows_decoder_message(gateway: OperationGateway) -> None:
    """A general fault in a call shows the decoder's message in brackets, in one line."""
    with pytest.raises(BadArguments) as refused:
        gateway.decode("tips.get", b'{"tip_id": 7, "tip_id": "x"}')
    (fault,) = refused.value.errors
    assert fault.path == ""
    assert re.fullmatch(r"doesn't fit \(.+\)", fault.message)


def test_decoder_message_is_ignored() -> None:
    """A caller gets the same path and message whatever msgspec's message is."""

    class RewordingDecoder:
        def decode(self, body: bytes) -> object:
            raise msgspec.ValidationError(f"no good: {len(body)}")

    decoder: Any = RewordingDecoder()
    request = Request("tips.get", PartStruct, {"title": Shape(str, lambda value, _path: value)}, decoder)
    with pytest.raises(BadArguments) as refused:
        request.decode(b'{"title": 7}')
    assert refused.value.errors == (ArgumentError("title", "isn't a text"),)


def test_number_of_faults_is_limited() -> None:
    """The number of returned faults is limited, so that a body of 1 MiB doesn't get an even larger answer."""
    body = json.dumps({str(number): 0 for number in range(10_000)}).encode()
    assert len(find_faults(body, PartStruct)) == MAX_FAULTS
    assert len(list(islice(iter_faults(json.loads(body), PartStruct), 10_001))) == 10_001
