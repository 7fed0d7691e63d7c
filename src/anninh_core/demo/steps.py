"""What the parts of the play share: something that happens at a moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from attrs import frozen

from anninh_core.kernel.dates import VIETNAM


@frozen
class DemoStep:
    """Something that happens at a moment."""

    at: datetime
    what: str
    act: Callable[[], object]


def utc_time(day: date, hour: int) -> datetime:
    """Return the moment of an hour in Vietnam."""
    return datetime.combine(day, time(hour), VIETNAM).astimezone(UTC)
