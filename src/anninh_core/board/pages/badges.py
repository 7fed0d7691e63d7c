"""How much waits for an officer, shown in the menu; counted again after their own acts, and soon after others'."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from attrs import frozen

from anninh_core import Actor, App
from anninh_core.kernel.errors import Refused
from anninh_core.operations import Door

_REMEMBERED_FOR = timedelta(seconds=30)
"""Limits pass without any change."""

_NOT_ASKED_FOR = timedelta(seconds=10)
"""How old a count may be though others changed something: with fifty people at work somebody always does."""
_CAPACITY = 500


@frozen
class Waiting:
    """How much waits for one reason.

    Attributes:
        has_more: whether there are more than were counted.
    """

    count: int
    has_more: bool


@frozen
class _Counted:
    """What was counted for somebody.

    Attributes:
        journal: where the journal ended before that.
    """

    journal: int
    at: datetime
    by_reason: Mapping[str, Waiting]


class Badges:
    """Counts what waits, and remembers it: every page has a menu, and counting costs as much as the page.

    Args:
        app: whose journal shows whether anything changed.
        door: its operations, by which is counted.
    """

    def __init__(self, app: App, door: Door) -> None:
        self._context = app.internals.context
        self._door = door
        self._counted: dict[str, _Counted] = {}
        self._lock = Lock()

    def count(self, actor: Actor, token: str) -> Mapping[str, Waiting]:
        """Return how much waits for an officer, by the reason's name.

        Args:
            token: of the officer's sign-in.
        """
        known = self._counted.get(token)
        now = self._context.clock.now()
        if known and timedelta() <= now - known.at < _NOT_ASKED_FOR:
            return known.by_reason
        journal, _ = self._context.storage.journal.head()
        if known and known.journal == journal and timedelta() <= now - known.at < _REMEMBERED_FOR:
            return known.by_reason
        try:
            found: Any = self._door.call(actor, "work.counts", {})  # whose lists say what they lack
        except Refused:  # a role gives nothing of it
            return {}
        by_reason = {one.reason.value: Waiting(one.count, one.has_more) for one in found}
        with self._lock:
            self._counted.pop(token, None)
            self._counted[token] = _Counted(journal, now, by_reason)
            while len(self._counted) > _CAPACITY:
                del self._counted[next(iter(self._counted))]
        return by_reason

    def forget(self, token: str) -> None:
        """Count anew for a sign-in the next time: whoever has just done something sees that it is done."""
        with self._lock:
            self._counted.pop(token, None)


def badge(waiting: Mapping[str, Waiting], reasons: tuple[str, ...]) -> str:
    """Return what the menu shows of some reasons together, "" for nothing."""
    found = [waiting[one] for one in reasons if one in waiting]
    total = sum(one.count for one in found)
    return f"{total}{'+' if any(one.has_more for one in found) else ''}" if total else ""
