"""Arguments from outside: what fits arrives as it was meant, and everything else is refused with its place."""

import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.operations.values import requests

from anninh_core.domain.content import ItemContent
from anninh_core.domain.tips import TipState
from anninh_core.operations import BadArguments, Door
from anninh_core.operations.errors import ArgumentError
from anninh_core.operations.operation_table import NOUNS
from anninh_core.operations.requests import MAX_BYTES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
STRICTER = frozenset({"duty.set_roster", "groups.measure", "inquiries.articles.load"})
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)


def names(door: Door, noun: str) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name in door.operations if name.startswith(f"{noun}.")])


def refusal(door: Door, name: str, body: bytes | dict[str, Any]) -> tuple[ArgumentError, ...]:
    """Return what is said to be wrong."""
    with pytest.raises(BadArguments) as caught:
        door.decode(name, body if isinstance(body, bytes) else json.dumps(body).encode())
    assert str(caught.value).startswith(name)
    return caught.value.errors


@pytest.mark.parametrize("noun", NOUNS)
@SHARED
@given(data=st.data())
def test_what_fits_arrives(door: Door, noun: str, data: st.DataObject) -> None:
    """Every request that the schema allows is decoded, and what came of it, written again, means the same."""
    name = data.draw(names(door, noun))
    sent = data.draw(requests(door.find(name).request))
    try:
        arrived = door.decode(name, json.dumps(sent).encode())
    except BadArguments:  # an input class asks for more than a schema says
        assert name in STRICTER
        return
    assert arrived.keys() == sent.keys()
    if "FromUpload" not in repr(arrived):
        assert door.decode(name, msgspec.json.encode(arrived)) == arrived


@pytest.mark.parametrize("noun", NOUNS)
@SHARED
@given(garbage=st.binary(max_size=40) | JSON.map(lambda one: json.dumps(one).encode()), data=st.data())
def test_garbage_is_refused(door: Door, noun: str, garbage: bytes, data: st.DataObject) -> None:
    """Whatever bytes come, they are arguments or bad input with a fault that has words of its own."""
    name = data.draw(names(door, noun))
    sent = data.draw(requests(door.find(name).request))
    for key in [*sent][:2]:
        sent[key] = data.draw(JSON)
    faults: list[ArgumentError] = []
    for body in (garbage, json.dumps(sent).encode()):
        try:
            assert door.decode(name, body).keys() <= door.find(name).arguments.shapes.keys()
        except BadArguments as error:
            faults += error.errors
    assert [fault for fault in faults if fault.message.startswith("doesn't fit")] == []


def test_everything_wrong_is_told_at_once(door: Door) -> None:
    """A caller corrects all of it in one go: unknown, missing and wrong, each with its path."""
    errors = refusal(door, "tips.settle", {"tip_id": 7, "outcome": "nonsense", "answer": "Đã rõ", "colour": "red"})
    assert [one.path for one in errors] == ["colour", "tip_id", "outcome", "reason"]
    assert [one.message for one in (errors[0], errors[1], errors[3])] == [
        "isn't an argument of the operation",
        "isn't a text",
        "is missing",
    ]
    assert errors[2].message.startswith("isn't one of ")
    assert "resolved" in errors[2].message


def test_everything_wrong_in_one_argument_is_told(door: Door) -> None:
    """Each entry of a list and each field of an input class is looked at."""
    shifts = [{"officers": "b", "colour": 1}, {"officers": [7]}]
    errors = refusal(door, "duty.set_roster", {"unit": "a", "shifts": shifts})
    assert {one.path: one.message for one in errors} == {
        "shifts[0].colour": "isn't a field of it",
        "shifts[0].officers": "isn't a list",
        "shifts[1].officers[0]": "isn't a text",
    }


@pytest.mark.parametrize(
    ("name", "body", "path"),
    [
        ("tips.list", {"limit": 100_000}, "limit"),
        ("tips.list", {"limit": 0}, "limit"),
        ("tips.list", {"state": "nonsense"}, "state"),
        ("tips.list", {"order": "oldest"}, "order"),
        ("tips.list", {"mine": "yes"}, "mine"),
        ("content.write", {"unit": "a", "piece": {"title": "x", "colour": 1}}, "piece.colour"),
        ("duty.set_roster", {"unit": "a", "shifts": [{"officers": ["b"], "colour": 1}]}, "shifts[0].colour"),
        ("duty.set_roster", {"unit": "a", "shifts": [{"officers": ["b\x00"]}]}, "shifts[0].officers[0]"),
        ("duty.on_duty", {"unit": "a", "at": "2021-09-18T08:00:00"}, "at"),
        ("tips.papers.register", {"unit": "a", "start": "0001-01-01", "end": "2021-01-01"}, "start"),
        ("reports.begin", {"unit": "a", "obligation": "b", "year": 10_000}, "year"),
        ("tips.get", {"tip_id": "x" * 301}, "tip_id"),
        ("tips.get", {"tip_id": "\ud800"}, ""),
        ("tips.get", [], ""),
        ("tips.get", b"", ""),
        ("tips.get", b'{"tip_id": "x"', ""),
        ("tips.get", b"[" * 100_000, ""),
        ("tips.get", b'{"x": ' + b"[" * 100_000, ""),
    ],
)
def test_what_does_not_fit_is_named(door: Door, name: str, body: Any, path: str) -> None:
    """The place of what is wrong, down to the field of an entry of a list."""
    assert path in [one.path for one in refusal(door, name, body)]


def test_a_body_has_its_limit(door: Door) -> None:
    """More than 1 MiB isn't looked at; just that much is."""
    start = b'{"tip_id": "x"'
    assert door.decode("tips.get", start.ljust(MAX_BYTES - 1) + b"}") == {"tip_id": "x"}
    (error,) = refusal(door, "tips.get", start.ljust(MAX_BYTES) + b"}")
    assert str(MAX_BYTES) in error.message


def test_values_are_those_of_the_library(door: Door) -> None:
    """Enumerations, days, aware moments, input classes; text is NFC; what is left out isn't there."""
    settled = door.decode("tips.settle", json.dumps(
        {"tip_id": "1", "outcome": "resolved", "answer": unicodedata.normalize("NFD", "Đã giải quyết"), "reason": "x"}
    ).encode())  # fmt: skip
    assert settled == {"tip_id": "1", "outcome": TipState.RESOLVED, "answer": "Đã giải quyết", "reason": "x"}
    piece = {"title": "T", "body": "B", "category": "c", "units": ["u"], "expires": "2022-01-01"}
    written = door.decode("content.write", json.dumps({"unit": "u", "piece": piece}).encode())
    assert written["piece"] == ItemContent(title="T", body="B", category="c", units=("u",), expires=date(2022, 1, 1))
    asked = door.decode("duty.on_duty", b'{"unit": "u", "at": "2021-09-18T08:00:00+07:00"}')
    assert asked["at"] == datetime(2021, 9, 18, 1, tzinfo=UTC)


def test_what_an_input_class_refuses_is_an_argument_s_fault(door: Door) -> None:
    """A class that checks what it holds says so with the path of it."""
    shift = {"officers": ["a"], "weekdays": [9]}
    (error,) = refusal(door, "duty.set_roster", {"unit": "u", "shifts": [shift]})
    assert error.path == "shifts[0]"
