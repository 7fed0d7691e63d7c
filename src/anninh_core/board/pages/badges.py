"""How much waits for somebody, shown in the menu; counted anew when anything at all was changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from attrs import frozen

from anninh_core.kernel.errors import Refused

if TYPE_CHECKING:
    from anninh_core.board.pages.request import PageRequest

_REMEMBERED_FOR = timedelta(seconds=30)
"""Limits pass without any change."""
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
    """Counts what waits, and remembers it for as long as nothing was changed: a menu stands on every page."""

    def __init__(self) -> None:
        self._counted: dict[str, _Counted] = {}
        self._lock = Lock()

    def count(self, page: "PageRequest") -> Mapping[str, Waiting]:
        """Return how much waits for the viewer, by the reason's name."""
        journal, _ = page.desk.app.context.storage.journal.head()
        known = self._counted.get(page.token)
        if known and known.journal == journal and timedelta() <= page.now - known.at < _REMEMBERED_FOR:
            return known.by_reason
        try:
            found = page.call("work.counts")
        except Refused:  # a role gives nothing of it
            return {}
        by_reason = {one.reason.value: Waiting(one.count, one.has_more) for one in found}
        with self._lock:
            self._counted.pop(page.token, None)
            self._counted[page.token] = _Counted(journal, page.now, by_reason)
            while len(self._counted) > _CAPACITY:
                del self._counted[next(iter(self._counted))]
        return by_reason


def badge(waiting: Mapping[str, Waiting], reasons: tuple[str, ...]) -> str:
    """Return what the menu shows of some reasons together, "" for nothing."""
    found = [waiting[one] for one in reasons if one in waiting]
    total = sum(one.count for one in found)
    return f"{total}{'+' if any(one.has_more for one in found) else ''}" if total else ""
