"""Skew between Zalo's clock, which dates its lists, and ours, which dates sent messages."""

from datetime import datetime, timedelta

from anninh_core.ports.clock import Clock

TOLERANCE = timedelta(seconds=30)
"""A smaller skew counts as none: a response takes time to arrive, and its date has whole seconds."""


class ClockSkew:
    """Measures how far the platform's clock is ahead of ours. Threads may share it.

    With a clock minutes ahead, our machine would search for a sent message at times when the list can't have it yet,
    find nothing, and send it again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta(0)

    def observe(self, date: datetime) -> None:
        """Compare the clocks by the date of a response that has just arrived."""
        ahead = date - self._clock.now()
        self._ahead = ahead if abs(ahead) > TOLERANCE else timedelta(0)

    @property
    def ahead(self) -> timedelta:
        """How far Zalo's clock is ahead, negative if it is behind; zero before the first response."""
        return self._ahead
