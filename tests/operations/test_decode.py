"""Valid arguments from external callers are decoded as meant, and others are refused with the path of each error."""

import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.operations.values import build_request_strategy

from anninh_core.domain.content import ItemContent
from anninh_core.domain.tips import TipState
from anninh_core.operations import BadArguments, OperationGateway
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


def choose_operation(gateway: OperationGateway, noun: str) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name in gateway.operations if name.startswith(f"{noun}.")])


def get_refusal_errors(gateway: OperationGateway, name: str, body: bytes | dict[str, Any]) -> tuple[ArgumentError, ...]:
    """Return the errors with which a gateway refuses the arguments in a body."""
    with pytest.raises(BadArguments) as caught:
        gateway.decode(name, body if isinstance(body, bytes) else json.dumps(body).encode())
    assert str(caught.value).startswith(name)
    return caught.value.errors


@pytest.mark.parametrize("noun", NOUNS)
@SHARED
@given(data=st.data())
def test_valid_arguments_are_decoded(gateway: OperationGateway, noun: str, data: st.DataObject) -> None:
    """Every request that the schema allows is decoded, and means the same when it is encoded again."""
    name = data.draw(choose_operation(gateway, noun))
    body = data.draw(build_request_strategy(gateway.find(name).request))
    try:
        decoded = gateway.decode(name, json.dumps(body).encode())
    except BadArguments:  # An input class may have stricter rules than its schema.
        assert name in STRICTER
        return
    assert decoded.keys() == body.keys()
    if "FromUpload" not in repr(decoded):
        assert gateway.decode(name, msgspec.json.encode(decoded)) == decoded


@pytest.mark.parametrize("noun", NOUNS)
@SHARED
@given(garbage=st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()), data=st.data())
def test_garbage_is_refused(gateway: OperationGateway, noun: str, garbage: bytes, data: st.DataObject) -> None:
    """Any bytes are either decoded as arguments or refused as bad input with a specific error."""
    name = data.draw(choose_operation(gateway, noun))
    values = data.draw(build_request_strategy(gateway.find(name).request))
    for key in [*values][:2]:
        values[key] = data.draw(JSON)
    faults: list[ArgumentError] = []
    for body in (garbage, json.dumps(values).encode()):
        try:
            assert gateway.decode(name, body).keys() <= gateway.find(name).arguments.shapes.keys()
        except BadArguments as error:
            faults += error.errors
    assert [fault for fault in faults if fault.message.startswith("doesn't fit")] == []


def test_all_errors_are_returned_at_once(gateway: OperationGateway) -> None:
    """All errors in the arguments are returned at once, each with its path, whether an argument is unknown, missing or
    wrong.
    """
    errors = get_refusal_errors(
        gateway, "tips.settle", {"tip_id": 7, "outcome": "nonsense", "answer": "Đã rõ", "colour": "red"}
    )
    assert [error.path for error in errors] == ["colour", "tip_id", "outcome", "reason"]
    assert [error.message for error in (errors[0], errors[1], errors[3])] == [
        "isn't an argument of the operation",
        "isn't a text",
        "is missing",
    ]
    assert errors[2].message.startswith("isn't one of ")
    assert "resolved" in errors[2].message


def test_all_errors_in_one_argument_are_returned(gateway: OperationGateway) -> None:
    """Each entry of a list and each field of an input class is checked."""
    shifts = [{"officers": "b", "colour": 1}, {"officers": [7]}]
    errors = get_refusal_errors(gateway, "duty.set_roster", {"unit": "a", "shifts": shifts})
    assert {error.path: error.message for error in errors} == {
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
def test_error_has_its_path(gateway: OperationGateway, name: str, body: Any, path: str) -> None:
    """The path of an error leads to the field in the entry of a list."""
    assert path in [error.path for error in get_refusal_errors(gateway, name, body)]


def test_a_body_has_its_limit(gateway: OperationGateway) -> None:
    """A request body of 1 MiB is read, and a larger one is refused."""
    start = b'{"tip_id": "x"'
    assert gateway.decode("tips.get", start.ljust(MAX_BYTES - 1) + b"}") == {"tip_id": "x"}
    (error,) = get_refusal_errors(gateway, "tips.get", start.ljust(MAX_BYTES) + b"}")
    assert str(MAX_BYTES) in error.message


def test_values_are_decoded_into_types(gateway: OperationGateway) -> None:
    """Enumerations, days, times with zone and input classes are decoded, text becomes NFC, and omitted arguments stay
    omitted.
    """
    settle_arguments = gateway.decode("tips.settle", json.dumps(
        {"tip_id": "1", "outcome": "resolved", "answer": unicodedata.normalize("NFD", "Đã giải quyết"), "reason": "x"}
    ).encode())  # fmt: skip
    assert settle_arguments == {"tip_id": "1", "outcome": TipState.RESOLVED, "answer": "Đã giải quyết", "reason": "x"}
    piece = {"title": "T", "body": "B", "category": "c", "units": ["u"], "expires": "2022-01-01"}
    write_arguments = gateway.decode("content.write", json.dumps({"unit": "u", "piece": piece}).encode())
    assert write_arguments["piece"] == ItemContent(
        title="T", body="B", category="c", units=("u",), expires=date(2022, 1, 1)
    )
    duty_arguments = gateway.decode("duty.on_duty", b'{"unit": "u", "at": "2021-09-18T08:00:00+07:00"}')
    assert duty_arguments["at"] == datetime(2021, 9, 18, 1, tzinfo=UTC)


def test_input_class_error_has_its_path(gateway: OperationGateway) -> None:
    """An error raised by an input class is returned with its path."""
    shift = {"officers": ["a"], "weekdays": [9]}
    (error,) = get_refusal_errors(gateway, "duty.set_roster", {"unit": "u", "shifts": [shift]})
    assert error.path == "shifts[0]"
