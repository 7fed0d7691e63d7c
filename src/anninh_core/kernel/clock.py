"""Time and ids from the machine; no other module reads the system clock or its randomness."""

import os
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

from anninh_core.kernel.ids import uuid7

_MINUTE_MS = 60_000  # beyond this count, ids of one minute differ only in their random part, and aren't in order


class _Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """UUIDv7 from the system's randomness; its time is the minute of a clock and a count within that minute.

    Ids of one process sort in the order of creation, and don't reveal the second at which a message came. Ids of two
    processes sort by the minute.
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
