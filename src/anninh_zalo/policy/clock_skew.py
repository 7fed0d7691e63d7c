"""Skew between Zalo's clock, which dates its lists, and ours, which dates what we sent."""

from datetime import datetime, timedelta

from anninh_core.ports.clock import Clock

TOLERANCE = timedelta(seconds=30)
"""Less than this isn't told apart: an answer takes its time to come, and its date has whole seconds."""


class ClockSkew:
    """Knows how far the platform's clock is ahead of ours. Threads may share it.

    A machine whose clock is minutes ahead would look for what it sent where it can't stand yet, find nothing, and send
    it once more.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta(0)

    def observe(self, date: datetime) -> None:
        """Compare with the date of an answer that has just come."""
        ahead = date - self._clock.now()
        self._ahead = ahead if abs(ahead) > TOLERANCE else timedelta(0)

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead, negative where it is behind; none before it was seen."""
        return self._ahead
