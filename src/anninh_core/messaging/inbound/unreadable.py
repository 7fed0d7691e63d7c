"""How many events that nobody could read were stored today: the cap of the district's profile counts by it."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Conflict, TooManyRequests
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.runner import MAX_TRIES

RETRY_AFTER = timedelta(hours=1)
"""When a platform may send an event above the cap again: a mended adapter reads it at any time of the day."""

_OWNER = "unreadable"
_NOTE = re.compile(rb"(?P<day>[\d-]{10}) (?P<count>\d{1,9})")


class UnreadableEvents:
    """Counts the events of each messenger that were stored unread today. All processes count together.

    Processes that store at the same moment may pass the cap by what each of them stores then.
    """

    def __init__(self, context: UseCaseContext) -> None:
        self._context = context

    @property
    def limit(self) -> int:
        """How many of a messenger are stored in a day."""
        return self._context.district.delivery.unreadable_per_day

    def count(self, instance: str) -> int:
        """Return how many of a messenger were stored today."""
        return self._read(instance)[0]

    def room(self, instance: str) -> int:
        """Return how many more of a messenger may be stored today."""
        return max(self.limit - self.count(instance), 0)

    def add(self, stored: Mapping[str, int]) -> None:
        """Count events that were stored, messenger instance -> how many.

        Raises:
            Conflict: other processes count all the time.
        """
        for instance, number in stored.items():
            self._add(instance, number)

    def _add(self, instance: str, number: int) -> None:
        for _ in range(MAX_TRIES):
            count, version = self._read(instance)
            noted = f"{self._today} {count + number}".encode()
            if self._context.storage.states.put(_OWNER, instance, noted, version):
                return
        raise Conflict(
            "The unreadable events of messenger {messenger!r} couldn't be counted in {count} attempts: send "
            "them again.",
            messenger=instance,
            count=MAX_TRIES,
        )

    def build_refusal(self, instance: str) -> TooManyRequests:
        """Return the refusal of an event above the cap."""
        return TooManyRequests(
            "Messenger {messenger!r} reached today's limit of {most:,} unreadable events: send this event later.",
            after=RETRY_AFTER,
            most=self.limit,
            messenger=instance,
        )

    @property
    def _today(self) -> date:
        return local_date(self._context.clock.now())

    def _read(self, instance: str) -> tuple[int, int]:
        """Return today's count and the version of the note; a note that is damaged, or of another day, counts none."""
        stored = self._context.storage.states.get(_OWNER, instance)
        if stored is None:
            return 0, 0
        note = _NOTE.fullmatch(stored.body)
        if note is None or note["day"] != str(self._today).encode():
            return 0, stored.version
        return int(note["count"]), stored.version
