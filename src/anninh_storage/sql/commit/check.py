"""Decides the outcome of a change set from the stored state and the earlier change sets of its batch."""

from attrs import evolve

from anninh_core.ports.storages.changes import ChangeSet, Guard, InboxSettled, NoneLeft, OutboxSettled, Outcome, Record
from anninh_core.ports.storages.query import record_matches
from anninh_core.ports.validation import are_keys_current, may_settle_inbox, may_settle_outbox
from anninh_storage.sql.commit.preload import BatchState
from anninh_storage.sql.database import Connection
from anninh_storage.sql.records.records import KindTables, ids

RecordsById = dict[str, dict[str, Record]]


def check(connection: Connection, kinds: KindTables, known: BatchState, change: ChangeSet) -> Outcome:
    """Return the outcome; an accepted change set is recorded in the state, so that later ones see it."""
    if change.request in known.requests or (
        change.inbox and any((new.source, new.dedupe) in known.events for new in change.inbox)
    ):
        return Outcome.DUPLICATE
    if not (_owns_inbox_row(known, change.inbox_settled) and _owns_outbox_row(known, change.outbox_settled)):
        return Outcome.LEASE_LOST
    changed = _check_versions(known, change) if are_keys_current(known.keys, known.blind_indexes, change) else None
    if changed is None or (change.guards and not _check_none_left(connection, kinds, known, change, changed)):
        return Outcome.CONFLICT
    _update_state(known, change, changed)
    return Outcome.COMMITTED


def _owns_inbox_row(known: BatchState, settled: InboxSettled | None) -> bool:
    row = known.inbox.get(settled.id) if settled else None
    return settled is None or (row is not None and may_settle_inbox(settled, row.state, row.token))


def _owns_outbox_row(known: BatchState, settled: OutboxSettled | None) -> bool:
    row = known.outbox.get(settled.id) if settled else None
    return settled is None or (row is not None and may_settle_outbox(settled, row.state, row.token))


def _check_versions(known: BatchState, change: ChangeSet) -> RecordsById | None:
    """Return the set's records by kind and id, or None if a version isn't what it should be."""
    for guard in change.guards:
        if isinstance(guard, Guard) and known.versions.get((guard.kind, guard.id), 0) != guard.version:
            return None
    changed: RecordsById = {}
    for record in change.records:
        own_records = changed.setdefault(record.kind, {})
        version = (
            own_records[record.id].version
            if record.id in own_records
            else known.versions.get((record.kind, record.id), 0)
        )
        if record.version != version + 1:
            return None
        own_records[record.id] = record
    return changed


def _check_none_left(
    connection: Connection, kinds: KindTables, known: BatchState, change: ChangeSet, changed: RecordsById
) -> bool:
    """Tell whether every `NoneLeft` guard holds."""
    return all(
        _is_none_left(connection, kinds, guard, {**known.changed.get(guard.kind, {}), **changed.get(guard.kind, {})})
        for guard in change.guards
        if isinstance(guard, NoneLeft)
    )


def _is_none_left(connection: Connection, kinds: KindTables, guard: NoneLeft, overlay: dict[str, Record]) -> bool:
    """Tell whether no record matches, changed by the batch or not."""
    if any(record_matches(record, guard.where) for record in overlay.values()):
        return False
    return all(id in overlay for id in ids(connection, kinds[guard.kind], guard.where, len(overlay) + 1))


def _update_state(known: BatchState, change: ChangeSet, changed: RecordsById) -> None:
    if change.request:
        known.requests.add(change.request)
    for new in change.inbox:
        known.events.add((new.source, new.dedupe))
    for key in change.keys:
        known.keys[key.scope] = evolve(key, replaces="") if key.replaces else key
        if key.blind_index:
            known.blind_indexes[key.blind_index] = key.scope
    for kind, records in changed.items():
        known.changed.setdefault(kind, {}).update(records)
        known.versions.update({(kind, id): record.version for id, record in records.items()})
    if inbox := change.inbox_settled:
        known.inbox[inbox.id].state = inbox.state
