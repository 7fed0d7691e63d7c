"""What a store must not keep: keys of the inbox, destroyed with their day, and what is old and done with."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from anninh_core.dispatch.progress import Progress
from anninh_core.kernel.dates import local_date
from anninh_core.messaging.rows import inbox_rows
from anninh_core.ports.queues import PENDING, InboxState
from anninh_core.work.runner import UseCaseRunner

_OWNER, _FIRST = "dispatch", "inbox_day"
_DAY = timedelta(days=1)
_BEGINNING = timedelta(days=30)  # how far back is looked where nobody has looked before
_UNDONE = (*PENDING, InboxState.FAILED)

_PRUNED = "pruned_on"
_PORTION = 200  # rows that go in one transaction: a few milliseconds, for which others wait
_AT_ONCE = 25  # portions of each after which the rest waits for the next time
EVENTS, MESSAGES, REQUESTS = "inbox_hash", "outbox", "request"
"""What the profile's `retention_days` call the marks of handled events, delivered messages, and request keys."""
KEPT_DAYS = {EVENTS: 35, MESSAGES: 400, REQUESTS: 90}
"""How long they are kept where the profile doesn't say. Platforms deliver again for hours, and people paste for weeks;
an echo, a complaint or the yearly report finds what was delivered; a program that repeats a command does so soon.
"""


class Housekeeping:
    """Lets nothing remain of raw events, in the log of the database and in backups neither.

    A processed event loses its body at once; without the day's key what older copies hold of it can't be opened either.
    """

    def __init__(self, runner: UseCaseRunner) -> None:
        self._runner = runner
        self._context = runner.context

    def destroy_inbox_keys(self) -> int:
        """Destroy the keys of days before yesterday that have nothing undone; return how many were destroyed."""
        until = local_date(self._context.clock.now()) - _DAY
        seen = Progress.read(self._context.storage.states, _OWNER, _FIRST)
        first = date.fromisoformat(seen.word) if seen.word else until - _BEGINNING
        if first >= until:
            return 0
        undone = self._undone_scopes()
        done = [day for day in _days(first, until) if f"inbox:{day}" not in undone]
        destroyed = sum(self._destroy_key(f"inbox:{day}") for day in done)
        next_time = next((day for day in _days(first, until) if day not in done), until)
        seen.move(next_time.isoformat())
        return destroyed

    def prune_queues(self) -> int:
        """Remove once a day what is older than the district keeps it; return how much that was.

        It goes in short transactions, and what is too much for one time goes on the next. Nothing is touched that isn't
        settled, or that a person gave up: that is seldom, and a resend must find it.
        """
        context, today = self._runner, local_date(self._context.clock.now()).isoformat()
        seen = Progress.read(context.context.storage.states, _OWNER, _PRUNED)
        if seen.word == today:
            return 0
        queues = context.context.storage.queues
        pruned = [
            self._prune(EVENTS, queues.prune_inbox),
            self._prune(MESSAGES, queues.prune_outbox),
            self._prune(REQUESTS, context.context.storage.prune_requests),
        ]
        if max(pruned) < _PORTION * _AT_ONCE:
            seen.move(today)
        return sum(pruned)

    def _prune(self, data: str, prune: Callable[[datetime, int], int]) -> int:
        days = self._context.district.retention_days.get(data, KEPT_DAYS[data])
        before, removed = self._context.clock.now() - _DAY * days, 0
        for _ in range(_AT_ONCE):
            removed += (some := prune(before, _PORTION))
            if some < _PORTION:
                break
        return removed

    def _destroy_key(self, scope: str) -> bool:
        keyring = self._context.storage.keyring
        if keyring.get(scope) is None:
            return False
        self._context.sealer.forget(scope)
        return keyring.destroy(scope)

    def _undone_scopes(self) -> frozenset[str]:
        """Return the scopes of events that are not done with."""
        return frozenset(row.scope for row in inbox_rows(self._context.storage.queues, _UNDONE))


def _days(first: date, until: date) -> Iterator[date]:
    """Yield the days from the first, without the last."""
    return (first + _DAY * number for number in range((until - first).days))
