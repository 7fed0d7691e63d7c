"""How much waits for somebody, shown in the menu; counted anew after their own acts, and soon after others'."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import frozen

from anninh_core.kernel.errors import Refused

if TYPE_CHECKING:
    from anninh_core.board.pages.request import PageRequest

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
    """Counts what waits, and remembers it: a menu stands on every page, and to count costs as much as the page."""

    def __init__(self) -> None:
        self._counted: dict[str, _Counted] = {}
        self._lock = Lock()

    def count(self, page: "PageRequest") -> Mapping[str, Waiting]:
        """Return how much waits for the viewer, by the reason's name."""
        known = self._counted.get(page.token)
        now = page.now
        if known and timedelta() <= now - known.at < _NOT_ASKED_FOR:
            return known.by_reason
        journal, _ = page.desk.app.context.storage.journal.head()
        if known and known.journal == journal and timedelta() <= now - known.at < _REMEMBERED_FOR:
            return known.by_reason
        try:
            found: Any = page.desk.door.call(page.signed_in, "work.counts", {})  # whose lists say what they lack
        except Refused:  # a role gives nothing of it
            return {}
        by_reason = {one.reason.value: Waiting(one.count, one.has_more) for one in found}
        with self._lock:
            self._counted.pop(page.token, None)
            self._counted[page.token] = _Counted(journal, now, by_reason)
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
