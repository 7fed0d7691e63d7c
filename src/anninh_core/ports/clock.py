"""Time and identity: the only place that asks the machine for either."""

import os
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

from anninh_core.kernel.ids import uuid7


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class Ids(Protocol):
    """Makes ids."""

    def new(self) -> str:
        """Return a new UUIDv7, later ones sorting after earlier ones as far as the clock allows."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """UUIDv7 from the system's randomness, whose time is the minute of a clock and which id of that minute it is.

    So ids of one process sort as they were made, and show nobody when in the minute somebody wrote. Those of two
    processes sort by the minute.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._minute = 0
        self._count = 0

    def new(self) -> str:
        """Return a new id."""
        minute = int(self._clock.now().timestamp()) // 60
        with self._lock:
            self._count = min(self._count + 1, _MINUTE_MS - 1) if minute == self._minute else 0
            self._minute = minute
            place = self._count
        return uuid7(minute * _MINUTE_MS + place, os.urandom(10))


_MINUTE_MS = 60_000  # ids of a minute beyond this many are told apart by chance alone, and no longer in order
