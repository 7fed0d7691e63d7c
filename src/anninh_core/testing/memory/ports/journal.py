"""The journal in memory."""

from collections.abc import Sequence
from itertools import islice

from attrs import frozen

from anninh_core.ports.storages.changes import GENESIS, JournalLine
from anninh_core.testing.memory.tables import Tables


@frozen
class MemoryJournal:
    """A journal that keeps its lines in a list."""

    _tables: Tables

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        """Return at most `limit` lines with `seq > after`, in order."""
        with self._tables.lock:
            return self._tables.journal[max(after, 0) : max(after, 0) + limit]

    def about(self, ref: str, after: int = 0, limit: int = 500, *, acts_only: bool = False) -> Sequence[JournalLine]:
        """Return lines with `seq > after` that name the reference `ref`; with `acts_only`, only lines about acts."""
        with self._tables.lock:
            refs = self._tables.journal_refs.get(ref, ())
            numbers = (seq for seq, is_act in refs if seq > after and (is_act or not acts_only))
            return [self._tables.journal[seq - 1] for seq in islice(numbers, limit)]

    def head(self) -> tuple[int, str]:
        """Return the sequence number and the hash of the last line."""
        with self._tables.lock:
            last = self._tables.journal[-1:]
        return (last[0].seq, last[0].hash) if last else (0, GENESIS)
