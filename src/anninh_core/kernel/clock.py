"""The machine's time and random ids; no other module reads the system clock or its randomness."""

import os
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

from anninh_core.kernel.ids import uuid7

# Ids of one minute are numbered up to this count; beyond it they differ only in their random part and aren't in order.
_MINUTE_MS = 60_000


class _Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    """Clock that returns the machine's time."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Makes UUIDv7 ids from the system's randomness; the time in an id is the minute of a clock and a count within that
    minute.

    Ids of one process sort in the order of creation, and don't reveal the second at which a message came. Ids of two
    processes sort by the minute.
    """

    def __init__(self, clock: _Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._minute = 0
        self._count = 0

    def new(self) -> str:
        """Return a new unique id."""
        minute = int(self._clock.now().timestamp()) // 60
        with self._lock:
            self._count = min(self._count + 1, _MINUTE_MS - 1) if minute == self._minute else 0
            self._minute = minute
            place = self._count
        return uuid7(minute * _MINUTE_MS + place, os.urandom(10))
