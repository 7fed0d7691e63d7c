"""Everything stored, row by row, and back."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from attrs import evolve

from anninh_core.kernel.errors import WrongStep
from anninh_core.ports.changes import Counter, IndexSpec, JournalLine, NewKey, Record
from anninh_core.ports.dumping import (
    KeptInbox,
    KeptOutbox,
    KeptRequest,
    KeptState,
    Row,
    check_row,
    fitted,
    plain,
)
from anninh_core.ports.queues import LEASED, PENDING
from anninh_core.ports.storage import StateValue
from anninh_core.testing.memory.counters import add
from anninh_core.testing.memory.tables import ALWAYS, Held, Tables


def dump(tables: Tables) -> Iterator[Row]:
    """Yield everything, part by part and by key."""
    tables.require_ready()
    yield from (spec for _, spec in sorted(tables.specs.items()))
    for kind, records in sorted(tables.records.items()):
        yield from (plain(tables.specs[kind], record) for _, record in sorted(records.items()))
    yield from tables.journal
    yield from (evolve(kept, at=kept.at and _utc(kept.at)) for _, kept in sorted(tables.requests.items()))
    yield from (key for _, key in sorted(tables.keys.items()))
    yield from _queues(tables)
    for (indicator, unit, day, dims), amount in sorted(tables.days.items()):
        if amount:
            yield Counter(indicator=indicator, unit=unit, day=day, dims=dims, amount=amount)
    for (owner, name), value in sorted(tables.states.items()):
        yield KeptState(owner=owner, name=name, version=value.version, body=value.body)


def load(tables: Tables, rows: Sequence[Row]) -> None:
    """Fill empty tables; rows are checked before the first is stored."""
    tables.require_ready()
    full = (tables.journal, tables.requests, tables.keys, tables.inbox, tables.outbox, tables.days, tables.states)
    if any(full) or any(tables.records.values()):
        raise WrongStep("the in-memory storage isn't empty; load into one that is")
    specs = {row.kind: row for row in rows if isinstance(row, IndexSpec)} | tables.specs
    checked = [fitted(specs, row) if isinstance(row, Record) else row for row in rows]
    for row in checked:
        check_row(specs, row)
    tables.specs.update(specs)
    for kind in specs:
        tables.records.setdefault(kind, {})
    for row in checked:
        _store(tables, row)
    tables.created = max((held.row.created_seq for held in tables.outbox.values()), default=0)


def _queues(tables: Tables) -> Iterator[Row]:
    for _, event in sorted(tables.inbox.items()):
        until = event.until if event.row.state in PENDING and event.until != ALWAYS else None
        yield KeptInbox(row=evolve(event.row, received_at=_utc(event.row.received_at)), until=until and _utc(until))
    for _, held in sorted(tables.outbox.items()):
        settled = held.row.settled_at
        deferred = held.row.deferred_until
        row = evolve(
            held.row,
            due_at=_utc(held.row.due_at),
            settled_at=settled and _utc(settled),
            deferred_until=deferred and _utc(deferred),
        )
        until = held.until if row.state in LEASED else None
        yield KeptOutbox(row=row, until=until and _utc(until), open=held.open)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _store(tables: Tables, row: Row) -> None:
    match row:
        case Record():
            tables.records[row.kind][row.id] = row
        case JournalLine():
            tables.journal.append(row)
        case KeptRequest():
            tables.requests[row.request] = row
        case NewKey():
            tables.keys[row.scope] = row
        case KeptInbox(row=event):
            tables.inbox[event.id] = Held(event, until=row.until or ALWAYS, open=event.state in PENDING)
            tables.delivered.add((event.source, event.dedupe))
        case KeptOutbox(row=sent):
            tables.outbox[sent.id] = Held(sent, until=row.until or ALWAYS, open=row.open)
        case Counter():
            add(tables, (row,))
        case KeptState():
            tables.states[row.owner, row.name] = StateValue(row.version, row.body)
        case IndexSpec():
            pass  # known already
