"""Records that acts changed, as the journal has them."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from anninh_core.ports.storages.changes import Entry, JournalLine
from anninh_core.usecase.journal.entries import iter_entries
from anninh_core.workflows.changes.readers import READERS


@frozen
class Change:
    """A record that an act changed.

    Attributes:
        position: of the act in the journal; nobody is told.
        badges: what happened to the record, such as `tip.assigned`.
    """

    position: int
    kind: str
    id: str
    version: int
    badges: tuple[str, ...]


def changes_in(lines: Iterable[JournalLine]) -> Iterator[Change]:
    """Yield the records that lines of the journal changed, of kinds that are read by an operation, in their order."""
    for numbered in iter_entries(lines):
        yield from _changes_of(numbered.seq, numbered.entry)


def merge_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return of each record the last change, with all that happened to it."""
    merged: dict[tuple[str, str], Change] = {}
    for change in changes:
        before = merged.pop((change.kind, change.id), None)
        badges = tuple(dict.fromkeys([*(before.badges if before else ()), *change.badges]))
        merged[change.kind, change.id] = Change(change.position, change.kind, change.id, change.version, badges)
    return tuple(merged.values())


def _changes_of(position: int, entry: Entry) -> Iterator[Change]:
    for touched in entry.touched:
        if touched.kind in READERS:
            badges = tuple(event for event in entry.events if event.partition(".")[0] == touched.kind)
            yield Change(position, touched.kind, touched.id, touched.version, badges)
