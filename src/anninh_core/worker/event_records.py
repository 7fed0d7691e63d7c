"""Which records an event of the journal is about."""

from collections.abc import Iterator

from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import Kind, M


def touched_ids(entry: Entry, kind: str) -> Iterator[str]:
    """Yield the ids of an entry's records of a kind."""
    return (touched.id for touched in entry.touched if touched.kind == kind)


def iter_touched(context: UseCaseContext, kind: Kind[M], entry: Entry) -> Iterator[M]:
    """Yield the current state of an entry's readable records of a kind."""
    stored = (context.storage.records.get(kind.name, id) for id in touched_ids(entry, kind.name))
    yield from context.iter_readable(kind, (record for record in stored if record is not None))
