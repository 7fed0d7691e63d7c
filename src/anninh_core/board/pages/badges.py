"""Counts of waiting work in the menu, updated after the officer's own acts and soon after the acts of others."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from attrs import frozen

from anninh_core import Actor, App
from anninh_core.kernel.errors import Refused
from anninh_core.operations import OperationGateway

_REMEMBERED_FOR = timedelta(seconds=30)
"""Time for which a count is used if nothing changes; it is limited because deadlines expire without any change."""

_NOT_ASKED_FOR = timedelta(seconds=10)
"""Time for which a count is used without a check for changes, because with fifty officers at work there always are
changes.
"""
_CAPACITY = 500


@frozen
class Waiting:
    """Amount of waiting work for one reason.

    Attributes:
        has_more: whether there is more than was counted.
    """

    count: int
    has_more: bool


@frozen
class _CachedCounts:
    """The cached counts of one session.

    Attributes:
        journal: number of the last journal entry before the count.
    """

    journal: int
    at: datetime
    by_reason: Mapping[str, Waiting]


class Badges:
    """Counts waiting work and caches the counts: every page has a menu, and counting costs as much as the page.

    Args:
        app: the app with the journal, which shows whether anything changed.
        door: its operations, used for counting.
    """

    def __init__(self, app: App, gateway: OperationGateway) -> None:
        self._context = app.internals.context
        self._gateway = gateway
        self._counted: dict[str, _CachedCounts] = {}
        self._lock = Lock()

    def count(self, actor: Actor, token: str) -> Mapping[str, Waiting]:
        """Return the amounts of waiting work for an officer, by the reason's name.

        Args:
            token: the officer's session token.
        """
        cached = self._counted.get(token)
        now = self._context.clock.now()
        if cached and timedelta() <= now - cached.at < _NOT_ASKED_FOR:
            return cached.by_reason
        journal, _ = self._context.storage.journal.head()
        if cached and cached.journal == journal and timedelta() <= now - cached.at < _REMEMBERED_FOR:
            return cached.by_reason
        try:
            # Records that can't be opened are reported by the lists, so they aren't reported here.
            counts: Any = self._gateway.call(actor, "work.counts", {})
        except Refused:  # The officer's roles don't permit this count.
            return {}
        by_reason = {
            reason_count.reason.value: Waiting(reason_count.count, reason_count.has_more) for reason_count in counts
        }
        with self._lock:
            self._counted.pop(token, None)
            self._counted[token] = _CachedCounts(journal, now, by_reason)
            while len(self._counted) > _CAPACITY:
                del self._counted[next(iter(self._counted))]
        return by_reason

    def drop_counts(self, token: str) -> None:
        """Drop the cached counts of a session: an officer who has just acted sees the effect."""
        with self._lock:
            self._counted.pop(token, None)


def format_total(waiting: Mapping[str, Waiting], reasons: tuple[str, ...]) -> str:
    """Return the total that the menu shows for some reasons, or ""."""
    entries = [waiting[reason] for reason in reasons if reason in waiting]
    total = sum(entry.count for entry in entries)
    return f"{total}{'+' if any(entry.has_more for entry in entries) else ''}" if total else ""
