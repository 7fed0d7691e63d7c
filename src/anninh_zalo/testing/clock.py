"""Time as the platform tells it."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Lock

from anninh_core.kernel.clock import SystemClock
from anninh_core.ports.clock import Clock

VIETNAM = timezone(timedelta(hours=7))


class TurnedClock:
    """The machine's clock, turned: it goes on by itself, and jumps when it is told to."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = Lock()
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        with self._lock:
            return self._clock.now() + self._offset

    def advance(self, by: timedelta) -> datetime:
        """Jump by a span and return the new moment."""
        with self._lock:
            self._offset += by
        return self.now()


def milliseconds(moment: datetime) -> int:
    """Return a moment as the platform counts it."""
    return round(moment.timestamp() * 1000)


def day(moment: datetime) -> str:
    """Return a moment as dd/mm/yyyy, the day it is in Vietnam."""
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y")


def moment(text_or_number: object) -> datetime:
    """Return the moment of milliseconds since 1970."""
    return datetime.fromtimestamp(int(str(text_or_number)) / 1000, UTC)
