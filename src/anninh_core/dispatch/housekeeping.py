"""Keys of the inbox: one a day, destroyed once everything that came on that day is done with."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from anninh_core.dispatch.troubles import received
from anninh_core.kernel.dates import local_date
from anninh_core.work.desk import Desk

_OWNER, _FIRST = "dispatch", "inbox_day"
_DAY = timedelta(days=1)
_BEGINNING = timedelta(days=30)  # how far back is looked where nobody has looked before
_UNDONE = ("new", "claimed", "failed")


def inbox_scope(received_at: datetime) -> str:
    """Return the erasure scope that seals what comes in at a moment: one a day, in the district's time zone."""
    return f"inbox:{local_date(received_at)}"


class Housekeeping:
    """Lets nothing remain of raw events, in the log of the database and in backups neither.

    A processed event loses its body at once; without the day's key what older copies hold of it can't be opened either.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def forget(self) -> int:
        """Destroy the keys of days before yesterday that have nothing undone; return how many were destroyed."""
        states, until = self._desk.storage.states, local_date(self._desk.clock.now()) - _DAY
        stored = states.get(_OWNER, _FIRST)
        first = date.fromisoformat(stored.body.decode()) if stored else until - _BEGINNING
        if first >= until:
            return 0
        undone = self._undone()
        done = [day for day in _days(first, until) if f"inbox:{day}" not in undone]
        destroyed = sum(self._destroyed(f"inbox:{day}") for day in done)
        next_time = next((day for day in _days(first, until) if day not in done), until)
        states.put(_OWNER, _FIRST, next_time.isoformat().encode(), stored.version if stored else 0)
        return destroyed

    def _destroyed(self, scope: str) -> bool:
        keyring = self._desk.storage.keyring
        if keyring.get(scope) is None:
            return False
        self._desk.sealer.forget(scope)
        return keyring.destroy(scope)

    def _undone(self) -> frozenset[str]:
        """Return the scopes of events that are not done with."""
        return frozenset(row.scope for row in received(self._desk.storage.queues, _UNDONE))


def _days(first: date, until: date) -> Iterator[date]:
    """Yield the days from the first, without the last."""
    return (first + _DAY * number for number in range((until - first).days))
