"""How the journal names records, and reading it: all lines after one, and entries with their numbers."""

from collections.abc import Iterator
from hashlib import sha256

from attrs import frozen

from anninh_core.ports.changes import UNINDEXED_KINDS, Entry, JournalLine, Record, Touched
from anninh_core.ports.storage import Journal

_BATCH = 2000
_DIGITS = 32


def touched_by(record: Record) -> Touched:
    """Return how the journal names a record that is written."""
    id = record.id
    if record.kind in UNINDEXED_KINDS:
        id = alias(record.kind, record.id, record.version)
    return Touched(record.kind, id, record.version, sha256(record.body).hexdigest())


def alias(kind: str, id: str, version: int) -> str:
    """Return the name that stands in the journal for a conversation, another one in each version.

    An entry that has a conversation and a case is so joined with no other of the same resident, by nobody who reads the
    journal alone. Who has the record too can tell whether an entry is about it, so that records are still compared.
    """
    return sha256(f"{kind}\0{id}\0{version}".encode()).hexdigest()[:_DIGITS]


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
