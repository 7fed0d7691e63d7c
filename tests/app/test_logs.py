"""Log records as lines."""

import json
import logging
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.app.logs import JsonLines, PlainLines, is_own_or_warning, mask_personal_data

ROW = "018f0000-0912-7345-8678-000000000001"
DIGEST = "0912345678" * 6 + "abcd"


def record(event: str, *args: object, name: str = "anninh_core.x", level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 1, event, args, None)


def line(of: logging.LogRecord) -> dict[str, object]:
    text = JsonLines().format(of)
    assert "\n" not in text
    return dict(json.loads(text))


def test_what_a_line_has() -> None:
    """Time in UTC, level, logger and the event's text."""
    made = record("inbox row %s failed (try %d)", ROW, 3, level=logging.WARNING)
    made.created = datetime(2021, 9, 1, 1, 0, 0, 500_000, tzinfo=UTC).timestamp()

    assert line(made) == {
        "time": "2021-09-01T01:00:00.500+00:00",
        "level": "warning",
        "logger": "anninh_core.x",
        "event": f"inbox row {ROW} failed (try 3)",
    }


def test_ids_and_codes_beside_the_event() -> None:
    """Names that are agreed on, with values that are no words; all else stays out."""
    made = record("sent")
    extra = {"row": ROW, "attempts": 2, "state": "delivered", "instance": "Bà Mẫu", "phone": "0912345678"}
    vars(made).update(extra)

    assert {key: value for key, value in line(made).items() if key in extra} == {
        "row": ROW,
        "attempts": 2,
        "state": "delivered",
    }


def test_an_exception_is_told_by_class_and_place() -> None:
    """Its words may quote a person; neither they nor a traceback get into the log, of both kinds of lines."""
    made = record("failed")
    try:
        int("Kẻ trộm là ông Tên Giả")
    except ValueError:
        made.exc_info = sys.exc_info()

    assert str(line(made)["error"]).startswith("ValueError at ")
    for text in (JsonLines().format(made), PlainLines().format(made)):
        assert "Tên Giả" not in text
        assert "Traceback" not in text
        assert "test_logs.py:" in text


@pytest.mark.parametrize("personal", ["0912 345 678", "036099001234", "ba.mau@example.org", "35B1-123.45"])
def test_what_looks_personal_is_masked(personal: str) -> None:
    """Whatever a library writes into its events, shapes of personal data don't get through."""
    for text in (JsonLines().format(record(f"sent to {personal}")), PlainLines().format(record(f"to {personal}"))):
        assert personal not in text
        assert "…" in text


@given(st.sampled_from([ROW, DIGEST]), st.text(st.sampled_from("abc :,.\n"), max_size=20))
def test_our_own_ids_are_left(id: str, around: str) -> None:
    """Their digits may look like a number plate or a telephone number."""
    text = f"{around} {id} {around}"

    assert mask_personal_data(text) == text


@given(st.text())
def test_whatever_is_said_is_one_line(said: str) -> None:
    """A line break in an event can't forge a record."""
    assert len(JsonLines().format(record("%s", said)).split("\n")) == 1
    assert len(PlainLines().format(record("%s", said)).splitlines()) == 1


def test_who_is_heard() -> None:
    """Our own loggers always, others when something is wrong."""
    assert is_own_or_warning(record("x", name="anninh_zalo.token", level=logging.DEBUG))
    assert is_own_or_warning(record("x", name="httpx", level=logging.WARNING))
    assert not is_own_or_warning(record("x", name="httpx"))
    assert not is_own_or_warning(record("x", name="anninh_core_like"))
