"""How the journal names records, and reading it: all lines after one, and entries with their numbers."""

from collections.abc import Iterator
from hashlib import sha256

from attrs import frozen

from anninh_core.ports.changes import UNINDEXED_KINDS, Entry, JournalLine, Record, Touched, entry_from
from anninh_core.ports.storage import Journal
from anninh_core.usecase.indexing.resident_names import ResidentNames

_BATCH = 2000
_ABOUT = 500


def touched_by(record: Record, names: ResidentNames) -> Touched:
    """Return how the journal names a record that is written."""
    is_unnamed = record.kind in UNINDEXED_KINDS
    id = names.alias(record.kind, record.id, record.version) if is_unnamed else record.id
    return Touched(record.kind, id, record.version, sha256(record.body).hexdigest())


@frozen
class NumberedEntry:
    """A journal entry with the number of its line."""

    seq: int
    entry: Entry


def find_last_change(journal: Journal, ref: str) -> Entry | None:
    """Return the last entry of an act that changed a record, named as `kind:id`; None where the journal finds none."""
    last, after = None, 0
    while lines := journal.about(ref, after, _ABOUT):
        entries = (entry_from(line.content) for line in lines)
        changes = [entry for entry in entries if any(f"{one.kind}:{one.id}" == ref for one in entry.touched)]
        last, after = changes[-1] if changes else last, lines[-1].seq
    return last


def read_lines(journal: Journal, after: int = 0) -> Iterator[JournalLine]:
    """Yield the lines that follow line `after`, in order, a batch at a time; 0 begins with the first."""
    while batch := journal.read(after, _BATCH):
        yield from batch
        after = batch[-1].seq
