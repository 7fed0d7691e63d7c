"""Functions that find the records which a journal entry is about."""

from collections.abc import Iterator

from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import Kind, M


def iter_touched_ids(entry: Entry, kind: str) -> Iterator[str]:
    """Yield the ids of the records of a kind that a journal entry touched."""
    return (touched.id for touched in entry.touched if touched.kind == kind)


def iter_touched_models(context: UseCaseContext, kind: Kind[M], entry: Entry) -> Iterator[M]:
    """Yield the current models of the records of a kind that a journal entry touched; unreadable records are
    skipped.
    """
    stored = (context.storage.records.get(kind.name, id) for id in iter_touched_ids(entry, kind.name))
    yield from context.iter_readable(kind, (record for record in stored if record is not None))
