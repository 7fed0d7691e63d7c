"""Reading the journal: all lines after one, and entries with their numbers."""

from collections.abc import Iterator

from attrs import frozen

from anninh_core.ports.changes import Entry, JournalLine
from anninh_core.ports.storage import Journal

_BATCH = 2000


@frozen
class NumberedEntry:
    """A journal entry with the number of its line."""

    seq: int
    entry: Entry


def read_lines(journal: Journal, after: int = 0) -> Iterator[JournalLine]:
    """Yield the lines that follow line `after`, in order, a batch at a time; 0 begins with the first."""
    while batch := journal.read(after, _BATCH):
        yield from batch
        after = batch[-1].seq
