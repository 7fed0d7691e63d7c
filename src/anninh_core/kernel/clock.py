"""Time and identity from the machine: the only place that asks it for either."""

import os
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

from anninh_core.kernel.ids import uuid7

_MINUTE_MS = 60_000  # further ids of one minute differ by chance alone, and are no longer in order


class _Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """UUIDv7 from the system's randomness; its time is the minute of a clock and a count within that minute.

    Ids of one process sort in the order of their making, and don't show at which second of the minute a message came.
    Ids of two processes sort by the minute.
    """

    def __init__(self, clock: _Clock) -> None:
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
