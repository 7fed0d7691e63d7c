"""Steps of the demo run."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from attrs import frozen

from anninh_core.kernel.dates import VIETNAM


@frozen
class DemoStep:
    """An action of the demo run and its scheduled time."""

    at: datetime
    what: str
    act: Callable[[], object]


def utc_time(day: date, hour: int) -> datetime:
    """Return the UTC time of a full hour in Vietnam."""
    return datetime.combine(day, time(hour), VIETNAM).astimezone(UTC)
