"""Time and identity: the only place that asks the machine for either."""

import os
from datetime import UTC, datetime
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
    """UUIDv7 from a clock and the system's randomness."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self) -> str:
        """Return a new id."""
        return uuid7(int(self._clock.now().timestamp() * 1000), os.urandom(10))
