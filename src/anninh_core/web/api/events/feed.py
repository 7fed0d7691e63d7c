"""Recent changes to records, read from the journal once for all event streams."""

import time
from collections import deque
from collections.abc import Callable, Sequence

import anyio

from anninh_core.ports.storages.storage import Journal
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.workflows.changes import Change, iter_changes

_REMEMBERED = 2000
_PAGE = 500


class ChangeFeed:
    """Reads changes from the journal for event streams, at most once in `every` seconds.

    Args:
        journal: journal of the app, also with entries of other processes.
        threads: where the journal is read.
        every: seconds between two reads.
        now: seconds of a monotonic clock.
    """

    def __init__(
        self, journal: Journal, threads: CallThreads, every: float = 1.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.every = every
        self._journal = journal
        self._threads = threads
        self._now = now
        self._recent: deque[Change] = deque(maxlen=_REMEMBERED)
        self._read_at = float("-inf")
        self._head: int | None = None
        self._forgotten = 0
        self._turn: anyio.Lock | None = None

    async def position(self) -> int:
        """Return the position of the journal's end, where a new event stream starts."""
        await self._refresh()
        return self._head or 0

    async def since(self, position: int) -> tuple[int, Sequence[Change] | None]:
        """Return the position of the journal's end, and the changes after `position`.

        Returns:
            None in place of the changes if some are no longer remembered.
        """
        await self._refresh()
        head = self._head or 0
        if position < self._forgotten:
            return head, None
        return head, [change for change in self._recent if change.position > position]

    async def _refresh(self) -> None:
        self._turn = self._turn or anyio.Lock()
        async with self._turn:
            if self._now() - self._read_at < self.every:
                return
            if self._head is None:
                self._head, _ = await self._threads.run(self._journal.head)
            else:
                self._head, changes = await self._threads.run(self._read_changes, self._head)
                self._remember_changes(changes)
            self._read_at = self._now()

    def _read_changes(self, after: int) -> tuple[int, Sequence[Change]]:
        """Return the position of the last journal entry read, and at most one page of changes after the position
        `after`.
        """
        lines = self._journal.read(after, _PAGE)
        changes = tuple(iter_changes(lines))
        return (lines[-1].seq if lines else after), changes

    def _remember_changes(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if len(self._recent) == self._recent.maxlen:
                self._forgotten = self._recent[0].position
            self._recent.append(change)
