"""Protocols for the sources of time and ids that are injected into an app."""

from datetime import datetime
from typing import Protocol

from anninh_core.kernel.clock import RandomIds, SystemClock

# Adapters also import the machine's implementations from this module.
__all__ = ["Clock", "Ids", "RandomIds", "SystemClock"]


class Clock(Protocol):
    """Source of the current time."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class Ids(Protocol):
    """Source of ids."""

    def new(self) -> str:
        """Return a new UUIDv7; later ids sort after earlier ones as far as the clock allows."""
        ...
