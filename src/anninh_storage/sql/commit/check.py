"""Decide the outcome of a change set from the stored state and the earlier change sets of its batch."""

from attrs import evolve

from anninh_core.ports.storages.changes import ChangeSet, Guard, InboxSettled, NoneLeft, OutboxSettled, Outcome, Record
from anninh_core.ports.storages.query import record_matches
from anninh_core.ports.validation import are_keys_current, may_settle_inbox, may_settle_outbox
from anninh_storage.sql.commit.preload import BatchState
from anninh_storage.sql.database import Connection
from anninh_storage.sql.records.records import KindTables, find_ids

RecordsById = dict[str, dict[str, Record]]


def check_change_set(connection: Connection, kinds: KindTables, state: BatchState, change: ChangeSet) -> Outcome:
    """Return the outcome of a change set; record an accepted one in the state, for the checks of later ones."""
    if change.request in state.requests or (
        change.inbox and any((new.source, new.dedupe) in state.events for new in change.inbox)
    ):
        return Outcome.DUPLICATE
    if not (_owns_inbox_row(state, change.inbox_settled) and _owns_outbox_row(state, change.outbox_settled)):
        return Outcome.LEASE_LOST
    changed = _check_versions(state, change) if are_keys_current(state.keys, state.blind_indexes, change) else None
    if changed is None or (change.guards and not _check_none_left(connection, kinds, state, change, changed)):
        return Outcome.CONFLICT
    _update_state(state, change, changed)
    return Outcome.COMMITTED


def _owns_inbox_row(state: BatchState, settled: InboxSettled | None) -> bool:
    row = state.inbox.get(settled.id) if settled else None
    return settled is None or (row is not None and may_settle_inbox(settled, row.state, row.token))


def _owns_outbox_row(state: BatchState, settled: OutboxSettled | None) -> bool:
    row = state.outbox.get(settled.id) if settled else None
    return settled is None or (row is not None and may_settle_outbox(settled, row.state, row.token))


def _check_versions(state: BatchState, change: ChangeSet) -> RecordsById | None:
    """Return the change set's records by kind and id, or None if a guard's or a record's version doesn't match."""
    for guard in change.guards:
        if isinstance(guard, Guard) and state.versions.get((guard.kind, guard.id), 0) != guard.version:
            return None
    changed: RecordsById = {}
    for record in change.records:
        own_records = changed.setdefault(record.kind, {})
        version = (
            own_records[record.id].version
            if record.id in own_records
            else state.versions.get((record.kind, record.id), 0)
        )
        if record.version != version + 1:
            return None
        own_records[record.id] = record
    return changed


def _check_none_left(
    connection: Connection, kinds: KindTables, state: BatchState, change: ChangeSet, changed: RecordsById
) -> bool:
    """Return whether every `NoneLeft` guard of a change set holds."""
    return all(
        _is_none_left(connection, kinds, guard, {**state.changed.get(guard.kind, {}), **changed.get(guard.kind, {})})
        for guard in change.guards
        if isinstance(guard, NoneLeft)
    )


def _is_none_left(connection: Connection, kinds: KindTables, guard: NoneLeft, overlay: dict[str, Record]) -> bool:
    """Return whether no record matches a `NoneLeft` guard, in the batch or in the database."""
    if any(record_matches(record, guard.where) for record in overlay.values()):
        return False
    return all(id in overlay for id in find_ids(connection, kinds[guard.kind], guard.where, len(overlay) + 1))


def _update_state(state: BatchState, change: ChangeSet, changed: RecordsById) -> None:
    if change.request:
        state.requests.add(change.request)
    for new in change.inbox:
        state.events.add((new.source, new.dedupe))
    for key in change.keys:
        state.keys[key.scope] = evolve(key, replaces="") if key.replaces else key
        if key.blind_index:
            state.blind_indexes[key.blind_index] = key.scope
    for kind, records in changed.items():
        state.changed.setdefault(kind, {}).update(records)
        state.versions.update({(kind, id): record.version for id, record in records.items()})
    if inbox := change.inbox_settled:
        state.inbox[inbox.id].state = inbox.state
