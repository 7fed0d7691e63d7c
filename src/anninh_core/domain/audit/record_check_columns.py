"""What stands beside the bodies in clear, compared with what the opened bodies say."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from anninh_core.domain.audit.record_findings import Mismatch, RecordFinding
from anninh_core.kernel.errors import DecryptionError, StorageError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.changes import Record
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import Kind

_BATCH = 500


def find_altered_columns(context: UseCaseContext, kinds: Sequence[Kind[Any]]) -> Iterator[RecordFinding]:
    """Yield records that don't open although nobody ordered their purge, and those whose columns aren't their body's.

    A sealed body is bound to its columns, so that a sealed record with other columns doesn't open. Columns that an
    earlier version didn't fill are left alone: a reindex fills them.
    """
    for kind in kinds:
        records = context.storage.maintenance.scan(kind.name, _BATCH)
        while batch := list(islice(records, _BATCH)):
            yield from _check_batch(context, kind, batch)


def _check_batch(context: UseCaseContext, kind: Kind[Any], records: Sequence[Record]) -> Iterator[RecordFinding]:
    try:
        opened = list(context.open_bodies(records))
    except DecryptionError:
        if len(records) == 1:
            why = Sentence("can't be opened: its body or its columns were altered or moved")
            yield RecordFinding(kind=kind.name, id=records[0].id, mismatch=Mismatch.SEALED, why=why)
            return
        for record in records:
            yield from _check_batch(context, kind, (record,))
        return
    for record, body in opened:
        if names := _differing(context, kind, record, body):
            why = Sentence("has clear columns that its body contradicts: {columns}", columns=tuple(names))
            yield RecordFinding(kind=kind.name, id=record.id, mismatch=Mismatch.COLUMNS, why=why)


def _differing(context: UseCaseContext, kind: Kind[Any], record: Record, body: bytes) -> list[str]:
    """Return the names of what differs; nothing for a body of an earlier shape, whose columns meant something else."""
    if record.schema != kind.schema:
        return []
    try:
        model = kind.decode_record(record, body)
    except (StorageError, ValueError):
        return ["the body itself"]
    columns = kind.clear_columns(model, context.names)
    plain = kind.columns(model)  # as earlier versions stored them, until a reindex
    multi = kind.multi(model)
    names = [name for name, value in columns.items() if record.columns.get(name) not in (None, value, plain[name])]
    names += [name for name, values in multi.items() if set(record.multi.get(name, ())) != set(values)]
    return names if record.unit == context.district.counting_unit(kind.unit(model)) else ["unit", *names]
