"""Functions that dump and load everything that is stored, row by row."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from attrs import evolve

from anninh_core.kernel.errors import WrongStep
from anninh_core.ports.storages.changes import Counter, IndexSpec, JournalLine, NewKey, Record, entry_from
from anninh_core.ports.storages.dumping import (
    KeptInbox,
    KeptOutbox,
    KeptRequest,
    KeptState,
    Row,
    normalize_record,
)
from anninh_core.ports.storages.queues import LEASED, PENDING
from anninh_core.ports.storages.storage import StateValue
from anninh_core.ports.validation import check_row, fit_record
from anninh_core.testing.memory.ports.counters import add_counters
from anninh_core.testing.memory.tables import ALWAYS, StoredRow, Tables


def dump(tables: Tables) -> Iterator[Row]:
    """Yield everything that is stored, part by part, each sorted by key."""
    tables.require_ready()
    yield from (spec for _, spec in sorted(tables.specs.items()))
    for kind, records in sorted(tables.records.items()):
        yield from (normalize_record(tables.specs[kind], record) for _, record in sorted(records.items()))
    yield from tables.journal
    yield from (
        evolve(request, at=request.at and _to_utc(request.at)) for _, request in sorted(tables.requests.items())
    )
    yield from (key for _, key in sorted(tables.keys.items()))
    yield from _dump_queues(tables)
    for (indicator, unit, day, dims), amount in sorted(tables.days.items()):
        if amount:
            yield Counter(indicator=indicator, unit=unit, day=day, dims=dims, amount=amount)
    for (owner, name), value in sorted(tables.states.items()):
        yield KeptState(owner=owner, name=name, version=value.version, body=value.body)


def load_tables(tables: Tables, rows: Sequence[Row]) -> None:
    """Store the rows of a dump in empty tables; all rows are checked before the first is stored."""
    tables.require_ready()
    nonempty = (tables.journal, tables.requests, tables.keys, tables.inbox, tables.outbox, tables.days, tables.states)
    if any(nonempty) or any(tables.records.values()):
        raise WrongStep("The in-memory storage isn't empty: load into an empty one.")
    specs = {row.kind: row for row in rows if isinstance(row, IndexSpec)} | tables.specs
    checked = [fit_record(specs, row) if isinstance(row, Record) else row for row in rows]
    for row in checked:
        check_row(specs, row)
    tables.specs.update(specs)
    for kind in specs:
        tables.records.setdefault(kind, {})
    for row in checked:
        _store_row(tables, row)
    tables.created = max((stored.row.created_seq for stored in tables.outbox.values()), default=0)


def _dump_queues(tables: Tables) -> Iterator[Row]:
    for _, inbox_row in sorted(tables.inbox.items()):
        until = inbox_row.until if inbox_row.row.state in PENDING and inbox_row.until != ALWAYS else None
        yield KeptInbox(
            row=evolve(inbox_row.row, received_at=_to_utc(inbox_row.row.received_at)), until=until and _to_utc(until)
        )
    for _, stored in sorted(tables.outbox.items()):
        settled_at = stored.row.settled_at
        deferred_until = stored.row.deferred_until
        row = evolve(
            stored.row,
            due_at=_to_utc(stored.row.due_at),
            settled_at=settled_at and _to_utc(settled_at),
            deferred_until=deferred_until and _to_utc(deferred_until),
        )
        until = stored.until if row.state in LEASED else None
        yield KeptOutbox(row=row, until=until and _to_utc(until), open=stored.open)


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _store_row(tables: Tables, row: Row) -> None:
    match row:
        case Record():
            tables.records[row.kind][row.id] = row
        case JournalLine():
            tables.add_line(row, entry_from(row.content))
        case KeptRequest():
            tables.requests[row.request] = row
        case NewKey():
            tables.keys[row.scope] = row
        case KeptInbox(row=event):
            tables.inbox[event.id] = StoredRow(event, until=row.until or ALWAYS, open=event.state in PENDING)
            tables.delivered.add((event.source, event.dedupe))
        case KeptOutbox(row=sent):
            tables.outbox[sent.id] = StoredRow(sent, until=row.until or ALWAYS, open=row.open)
        case Counter():
            add_counters(tables, (row,))
        case KeptState():
            tables.states[row.owner, row.name] = StateValue(row.version, row.body)
        case IndexSpec():
            pass  # `load` has already added these rows.
