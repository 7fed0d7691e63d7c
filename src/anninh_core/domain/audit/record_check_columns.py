"""Comparison of the clear columns of records with their decrypted bodies."""

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
    """Yield records that can't be opened although no order purged them, and records with columns that differ from their
    body.

    A sealed body is bound to its columns, so that a sealed record with other columns can't be opened. Columns that an
    earlier version left empty are ignored: a reindex fills them.
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
        if names := _find_differing_columns(context, kind, record, body):
            why = Sentence("has clear columns that its body contradicts: {columns}", columns=tuple(names))
            yield RecordFinding(kind=kind.name, id=record.id, mismatch=Mismatch.COLUMNS, why=why)


def _find_differing_columns(context: UseCaseContext, kind: Kind[Any], record: Record, body: bytes) -> list[str]:
    """Return the names of the differing columns; none for a body with an earlier schema, since its columns had another
    meaning.
    """
    if record.schema != kind.schema:
        return []
    try:
        model = kind.decode_record(record, body)
    except (StorageError, ValueError):
        return ["the body itself"]
    columns = kind.clear_columns(model, context.names)
    plain = kind.columns(model)  # Earlier versions stored the columns in this way, until a reindex.
    multi = kind.multi(model)
    names = [name for name, value in columns.items() if record.columns.get(name) not in (None, value, plain[name])]
    names += [name for name, values in multi.items() if set(record.multi.get(name, ())) != set(values)]
    return names if record.unit == context.district.counting_unit(kind.unit(model)) else ["unit", *names]
