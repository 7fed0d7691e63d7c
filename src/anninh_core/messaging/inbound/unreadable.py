"""Counts of the unreadable events stored today, for the cap in the district's profile."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Conflict, TooManyRequests
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.runner import MAX_TRIES

RETRY_AFTER = timedelta(hours=1)
"""Time after which a platform may send an event above the cap again; a corrected adapter then reads it at any time of
the day.
"""

_OWNER = "unreadable"
_NOTE = re.compile(rb"(?P<day>[\d-]{10}) (?P<count>\d{1,9})")


class UnreadableEvents:
    """Counts the unreadable events of each messenger stored today, for all processes together.

    Processes that store at the same moment may exceed the cap by the events that each of them stores then.
    """

    def __init__(self, context: UseCaseContext) -> None:
        self._context = context

    @property
    def limit(self) -> int:
        """Maximum number of unreadable events stored per messenger and day."""
        return self._context.district.delivery.unreadable_per_day

    def count(self, instance: str) -> int:
        """Return how many unreadable events of a messenger were stored today."""
        return self._read_count(instance)[0]

    def count_remaining(self, instance: str) -> int:
        """Return how many more unreadable events of a messenger may be stored today."""
        return max(self.limit - self.count(instance), 0)

    def add(self, stored: Mapping[str, int]) -> None:
        """Add the stored events to the counts.

        Args:
            stored: number of stored events by messenger instance.

        Raises:
            Conflict: other processes kept changing the count.
        """
        for instance, number in stored.items():
            self._add_count(instance, number)

    def _add_count(self, instance: str, number: int) -> None:
        for _ in range(MAX_TRIES):
            count, version = self._read_count(instance)
            body = f"{self._today} {count + number}".encode()
            if self._context.storage.states.put(_OWNER, instance, body, version):
                return
        raise Conflict(
            "The unreadable events of messenger {messenger!r} couldn't be counted in {count} attempts: send "
            "them again.",
            messenger=instance,
            count=MAX_TRIES,
        )

    def build_refusal(self, instance: str) -> TooManyRequests:
        """Return the error that refuses an event above the cap."""
        return TooManyRequests(
            "Messenger {messenger!r} reached today's limit of {most:,} unreadable events: send this event later.",
            after=RETRY_AFTER,
            most=self.limit,
            messenger=instance,
        )

    @property
    def _today(self) -> date:
        return local_date(self._context.clock.now())

    def _read_count(self, instance: str) -> tuple[int, int]:
        """Return today's count and the version of the stored value; a damaged value, or one of another day, counts as
        0.
        """
        stored = self._context.storage.states.get(_OWNER, instance)
        if stored is None:
            return 0, 0
        note = _NOTE.fullmatch(stored.body)
        if note is None or note["day"] != str(self._today).encode():
            return 0, stored.version
        return int(note["count"]), stored.version
