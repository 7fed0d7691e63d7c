"""Time and identity as an app is given them."""

from datetime import datetime
from typing import Protocol

from anninh_core.kernel.clock import RandomIds, SystemClock

__all__ = ["Clock", "Ids", "RandomIds", "SystemClock"]  # adapters import the machine's from here, too


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
