"""Types of single fields of Zalo's events, in all their forms: numbers as text, text as numbers."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_id(value: Any) -> Any:
    """Return a whole number as text, because ids exceed the precision of a float; return any other value unchanged."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def as_text(value: Any) -> str:
    """Return text or a number as text, anything else as ""."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def parse_timestamp(value: Any) -> datetime:
    """Parse milliseconds since 1970, given as text or as a number."""
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise ValueError("a time is a count of milliseconds since 1970")
    try:
        return _EPOCH + timedelta(milliseconds=int(text))
    except OverflowError:
        raise ValueError("a time is a count of milliseconds since 1970") from None


def _parse_timestamp_or_none(value: Any) -> datetime | None:
    try:
        return parse_timestamp(value)
    except ValueError:
        return None


def _as_object(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _as_degrees(value: Any) -> float | None:
    try:
        degrees = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return degrees if -180 <= degrees <= 180 else None


Id = Annotated[str, BeforeValidator(as_id), Field(min_length=1)]
"""Type of a field with a required id."""
Timestamp = Annotated[datetime, BeforeValidator(parse_timestamp)]
"""Type of a field with a required moment."""
AnyText = Annotated[str, BeforeValidator(as_text)]
"""Type of a field with an optional id or text, which may come as text, as a number or not at all."""
OptionalTimestamp = Annotated[datetime | None, BeforeValidator(_parse_timestamp_or_none)]
"""Type of a field with a moment, or None if it is unreadable."""
AnyTexts = Annotated[tuple[AnyText, ...], BeforeValidator(_as_list)]
Degrees = Annotated[float | None, BeforeValidator(_as_degrees)]
ObjectOrEmpty = BeforeValidator(_as_object)
ListOrEmpty = BeforeValidator(_as_list)


class EventModel(BaseModel):
    """Base class for the parts of Zalo's events.

    Fields that the platform adds are kept (`model_extra`). Neither errors nor `repr` quote a person's text.
    """

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return [("event_name", name)] if (name := getattr(self, "event_name", "")) else []
