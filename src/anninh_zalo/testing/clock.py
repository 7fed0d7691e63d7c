"""A clock that tests can advance, and times in the platform's formats."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Lock

from anninh_core.kernel.clock import SystemClock
from anninh_core.ports.clock import Clock

VIETNAM = timezone(timedelta(hours=7))


class TurnedClock:
    """The machine's clock with an offset: it keeps running, and jumps on demand."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = Lock()
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the clock's moment, in UTC."""
        with self._lock:
            return self._clock.now() + self._offset

    def advance(self, by: timedelta) -> datetime:
        """Advance the clock by a span of time and return the new moment."""
        with self._lock:
            self._offset += by
        return self.now()


def to_milliseconds(moment: datetime) -> int:
    """Return a moment in the platform's format: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def format_day(moment: datetime) -> str:
    """Return a moment's day in Vietnam, written as dd/mm/yyyy."""
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y")


def parse_moment(text_or_number: object) -> datetime:
    """Return the moment that is given as milliseconds since 1970, in a text or a number."""
    return datetime.fromtimestamp(int(str(text_or_number)) / 1000, UTC)
