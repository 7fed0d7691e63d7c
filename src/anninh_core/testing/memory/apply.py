"""Functions that check a change set against the stored rows and then apply it."""

from collections.abc import Iterator

from attrs import evolve

from anninh_core.ports.storages.changes import (
    GENESIS,
    ChangeSet,
    Entry,
    Guard,
    InboxSettled,
    JournalLine,
    NewInbox,
    NewOutbox,
    NoneLeft,
    OutboxSettled,
    Outcome,
    Record,
    chain_hash,
    entry_bytes,
)
from anninh_core.ports.storages.dumping import KeptRequest
from anninh_core.ports.storages.query import record_matches
from anninh_core.ports.storages.queues import CLOSED, InboxRow, InboxState, OutboxRow, OutboxState
from anninh_core.ports.validation import are_keys_current, fill_columns, may_settle_inbox, may_settle_outbox
from anninh_core.testing.memory.ports.counters import add_counters
from anninh_core.testing.memory.tables import ALWAYS, StoredRow, Tables
from anninh_core.vocabulary.delivery import Lane


def find_outcome(tables: Tables, change: ChangeSet) -> Outcome:
    """Return the outcome that a change set will have."""
    if change.request in tables.requests or any((new.source, new.dedupe) in tables.delivered for new in change.inbox):
        return Outcome.DUPLICATE
    if not (
        _may_settle_inbox_row(tables, change.inbox_settled) and _may_settle_outbox_row(tables, change.outbox_settled)
    ):
        return Outcome.LEASE_LOST
    if are_keys_current(tables.keys, tables.blind_indexes(), change) and _are_versions_current(tables, change):
        return Outcome.COMMITTED
    return Outcome.CONFLICT


def _may_settle_inbox_row(tables: Tables, settled: InboxSettled | None) -> bool:
    stored = tables.inbox.get(settled.id) if settled else None
    return settled is None or (stored is not None and may_settle_inbox(settled, stored.row.state, stored.row.token))


def _may_settle_outbox_row(tables: Tables, settled: OutboxSettled | None) -> bool:
    stored = tables.outbox.get(settled.id) if settled else None
    return settled is None or (stored is not None and may_settle_outbox(settled, stored.row.state, stored.row.token))


def _are_versions_current(tables: Tables, change: ChangeSet) -> bool:
    for guard in change.guards:
        if isinstance(guard, Guard) and _get_stored_version(tables, guard.kind, guard.id) != guard.version:
            return False
    overlay: dict[tuple[str, str], Record] = {}
    for record in change.records:
        previous = overlay.get((record.kind, record.id))
        version = previous.version if previous else _get_stored_version(tables, record.kind, record.id)
        if record.version != version + 1:
            return False
        overlay[record.kind, record.id] = record
    none_guards = (guard for guard in change.guards if isinstance(guard, NoneLeft))
    return not any(
        record_matches(record, guard.where)
        for guard in none_guards
        for record in _iter_records_after(tables, guard.kind, overlay)
    )


def _get_stored_version(tables: Tables, kind: str, id: str) -> int:
    record = tables.records[kind].get(id)
    return record.version if record else 0


def _iter_records_after(tables: Tables, kind: str, overlay: dict[tuple[str, str], Record]) -> Iterator[Record]:
    """Yield the records of a kind in the versions that they will have after the change set."""
    changed = {id: record for (record_kind, id), record in overlay.items() if record_kind == kind}
    yield from {**tables.records[kind], **changed}.values()


def apply_change(tables: Tables, change: ChangeSet) -> None:
    """Apply a change set for which `find_outcome` returned `COMMITTED`."""
    for key in change.keys:
        index = tables.keys[key.scope].blind_index if key.replaces else key.blind_index
        tables.keys[key.scope] = evolve(key, replaces="", blind_index=index)
    for new in change.inbox:
        _store_inbox_row(tables, new)
    _settle_rows(tables, change)
    for record in change.records:
        tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)
    for row in change.outbox:
        _store_outbox_row(tables, row)
    if change.outbox or change.outbox_settled:
        tables.promote()
    tables.terms.update({(terms.kind, terms.id): terms for terms in change.search})
    add_counters(tables, change.counters)
    if change.inbox or change.outbox:
        tables.has_new_rows = True
        tables.row_added.notify_all()
    if change.request:
        entry, at = (change.entry.id, change.entry.at) if change.entry else ("", None)
        tables.requests[change.request] = KeptRequest(request=change.request, entry=entry, at=at)
    if change.entry:
        _append_entry(tables, change.entry)


def _store_inbox_row(tables: Tables, new: NewInbox) -> None:
    tables.delivered.add((new.source, new.dedupe))
    row = InboxRow(
        id=new.id,
        source=new.source,
        dedupe=new.dedupe,
        conversation=new.conversation,
        received_at=new.received_at,
        scope=new.scope,
        body=new.body,
        state=InboxState.NEW,
        attempts=0,
        token=0,
    )
    tables.inbox[new.id] = StoredRow(row, until=ALWAYS)


def _settle_rows(tables: Tables, change: ChangeSet) -> None:
    if inbox := change.inbox_settled:
        stored = tables.inbox[inbox.id]
        stored.open = inbox.state == InboxState.NEW
        stored.until = ALWAYS
        attempts = 0 if stored.open else stored.row.attempts
        row = evolve(stored.row, state=InboxState(inbox.state), error=inbox.error, attempts=attempts)
        if row.state is InboxState.DONE:
            row = evolve(row, body=b"", conversation=inbox.conversation)
        stored.row = row
    if outbox := change.outbox_settled:
        _settle_outbox_row(tables, tables.outbox[outbox.id], outbox)


def _settle_outbox_row(tables: Tables, held: StoredRow[OutboxRow], settled: OutboxSettled) -> None:
    is_retry = settled.state == OutboxState.READY
    row = evolve(
        held.row,
        state=OutboxState.WAITING if is_retry and held.row.state is OutboxState.WAITING else OutboxState(settled.state),
        due_at=settled.due_at or held.row.due_at,
        settled_at=None if is_retry else settled.at,
        platform_id=settled.platform_id or held.row.platform_id,
        proof=settled.proof or held.row.proof,
        error=settled.error,
        delivery_method=settled.delivery_method,
        deferred_until=settled.deferred_until,
    )
    if settled.state in CLOSED or settled.conversation:
        row = evolve(row, conversation=settled.conversation)
    # The conversation continued in the meantime, so that this row queues up again at the end.
    if is_retry and not held.open:
        tables.created += 1
        row = evolve(row, state=OutboxState.WAITING, created_seq=tables.created)
    held.row = row
    held.open = is_retry or (settled.state == OutboxState.UNKNOWN and held.open)


def _store_outbox_row(tables: Tables, new: NewOutbox) -> None:
    tables.created += 1
    row = OutboxRow(
        id=new.id,
        messenger=new.messenger,
        conversation=new.conversation,
        lane=Lane(new.lane),
        due_at=new.due_at,
        cause=new.cause,
        purpose=new.purpose,
        scope=new.scope,
        body=new.body,
        after=new.after,
        state=OutboxState.WAITING,
        attempts=0,
        token=0,
        created_seq=tables.created,
    )
    tables.outbox[new.id] = StoredRow(row, until=ALWAYS)


def _append_entry(tables: Tables, entry: Entry) -> None:
    previous = tables.journal[-1].hash if tables.journal else GENESIS
    content = entry_bytes(entry)
    line = JournalLine(
        seq=len(tables.journal) + 1, previous=previous, hash=chain_hash(previous, content), content=content
    )
    tables.add_line(line, entry)
