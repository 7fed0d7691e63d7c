"""Log records are written as lines."""

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


def build_record(
    event: str, *args: object, name: str = "anninh_core.x", level: int = logging.INFO
) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 1, event, args, None)


def format_line(log_record: logging.LogRecord) -> dict[str, object]:
    text = JsonLines().format(log_record)
    assert "\n" not in text
    return dict(json.loads(text))


def test_line_has_time_level_logger_and_event() -> None:
    """A line has the time in UTC, the level, the logger and the event's text."""
    log_record = build_record("inbox row %s failed (try %d)", ROW, 3, level=logging.WARNING)
    log_record.created = datetime(2021, 9, 1, 1, 0, 0, 500_000, tzinfo=UTC).timestamp()

    assert format_line(log_record) == {
        "time": "2021-09-01T01:00:00.500+00:00",
        "level": "warning",
        "logger": "anninh_core.x",
        "event": f"inbox row {ROW} failed (try 3)",
    }


def test_line_has_agreed_ids_and_codes() -> None:
    """A line has agreed extra names with ids and codes as values, and no other extras."""
    log_record = build_record("sent")
    extra = {"row": ROW, "attempts": 2, "state": "delivered", "instance": "Bà Mẫu", "phone": "0912345678"}
    vars(log_record).update(extra)

    assert {key: value for key, value in format_line(log_record).items() if key in extra} == {
        "row": ROW,
        "attempts": 2,
        "state": "delivered",
    }


def test_exception_is_logged_without_message() -> None:
    """An exception is logged by class and place; its message and traceback, which may quote a person, are left out."""
    log_record = build_record("failed")
    try:
        int("Kẻ trộm là ông Tên Giả")
    except ValueError:
        log_record.exc_info = sys.exc_info()

    assert str(format_line(log_record)["error"]).startswith("ValueError at ")
    for text in (JsonLines().format(log_record), PlainLines().format(log_record)):
        assert "Tên Giả" not in text
        assert "Traceback" not in text
        assert "test_logs.py:" in text


@pytest.mark.parametrize("personal", ["0912 345 678", "036099001234", "ba.mau@example.org", "35B1-123.45"])
def test_personal_data_is_masked(personal: str) -> None:
    """Text with the form of personal data is masked in every log line."""
    for text in (
        JsonLines().format(build_record(f"sent to {personal}")),
        PlainLines().format(build_record(f"to {personal}")),
    ):
        assert personal not in text
        assert "…" in text


@given(st.sampled_from([ROW, DIGEST]), st.text(st.sampled_from("abc :,.\n"), max_size=20))
def test_own_ids_are_not_masked(id: str, around: str) -> None:
    """Our own ids and digests aren't masked, even if their digits look like a number plate or a telephone number."""
    text = f"{around} {id} {around}"

    assert mask_personal_data(text) == text


@given(st.text())
def test_any_event_is_one_line(text: str) -> None:
    """An event with line breaks gives one line, so that it can't forge a record."""
    assert len(JsonLines().format(build_record("%s", text)).split("\n")) == 1
    assert len(PlainLines().format(build_record("%s", text)).splitlines()) == 1


def test_own_or_warning_records_are_logged() -> None:
    """Records of our own loggers are logged at every level, others from warnings on."""
    assert is_own_or_warning(build_record("x", name="anninh_zalo.token", level=logging.DEBUG))
    assert is_own_or_warning(build_record("x", name="httpx", level=logging.WARNING))
    assert not is_own_or_warning(build_record("x", name="httpx"))
    assert not is_own_or_warning(build_record("x", name="anninh_core_like"))
