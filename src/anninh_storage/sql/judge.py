"""Decides the outcome of a change set from the stored state and the earlier change sets of its batch."""

from attrs import evolve

from anninh_core.ports.changes import ChangeSet, Guard, InboxSettled, NoneLeft, OutboxSettled, Outcome, Record
from anninh_core.ports.checking import inbox_settles, keys_fit, outbox_settles
from anninh_core.ports.finding import matches
from anninh_storage.sql.database import Connection
from anninh_storage.sql.known import Known
from anninh_storage.sql.records import Kinds, ids

Changed = dict[str, dict[str, Record]]


def judge(connection: Connection, kinds: Kinds, known: Known, change: ChangeSet) -> Outcome:
    """Return the outcome; an accepted change set is recorded in the state, so that later ones see it."""
    if change.request in known.requests or (
        change.inbox and any((new.source, new.dedupe) in known.events for new in change.inbox)
    ):
        return Outcome.DUPLICATE
    if not (_inbox_is_ours(known, change.inbox_settled) and _outbox_is_ours(known, change.outbox_settled)):
        return Outcome.LEASE_LOST
    changed = _changed(known, change) if keys_fit(known.keys, change) else None
    if changed is None or (change.guards and not _all_left(connection, kinds, known, change, changed)):
        return Outcome.CONFLICT
    _note(known, change, changed)
    return Outcome.COMMITTED


def _inbox_is_ours(known: Known, settled: InboxSettled | None) -> bool:
    row = known.inbox.get(settled.id) if settled else None
    return settled is None or (row is not None and inbox_settles(settled, row.state, row.token))


def _outbox_is_ours(known: Known, settled: OutboxSettled | None) -> bool:
    row = known.outbox.get(settled.id) if settled else None
    return settled is None or (row is not None and outbox_settles(settled, row.state, row.token))


def _changed(known: Known, change: ChangeSet) -> Changed | None:
    """Return the set's records by kind and id, or None if a version isn't what it should be."""
    for guard in change.guards:
        if isinstance(guard, Guard) and known.versions.get((guard.kind, guard.id), 0) != guard.version:
            return None
    changed: Changed = {}
    for record in change.records:
        own = changed.setdefault(record.kind, {})
        before = own[record.id].version if record.id in own else known.versions.get((record.kind, record.id), 0)
        if record.version != before + 1:
            return None
        own[record.id] = record
    return changed


def _all_left(connection: Connection, kinds: Kinds, known: Known, change: ChangeSet, changed: Changed) -> bool:
    """Tell whether every `NoneLeft` guard holds."""
    return all(
        _none_left(connection, kinds, guard, {**known.changed.get(guard.kind, {}), **changed.get(guard.kind, {})})
        for guard in change.guards
        if isinstance(guard, NoneLeft)
    )


def _none_left(connection: Connection, kinds: Kinds, guard: NoneLeft, overlay: dict[str, Record]) -> bool:
    """Tell whether no record matches, changed by the batch or not."""
    if any(matches(record, guard.where) for record in overlay.values()):
        return False
    return all(id in overlay for id in ids(connection, kinds[guard.kind], guard.where, len(overlay) + 1))


def _note(known: Known, change: ChangeSet, changed: Changed) -> None:
    if change.request:
        known.requests.add(change.request)
    for new in change.inbox:
        known.events.add((new.source, new.dedupe))
    for key in change.keys:
        known.keys[key.scope] = evolve(key, replaces="") if key.replaces else key
    for kind, records in changed.items():
        known.changed.setdefault(kind, {}).update(records)
        known.versions.update({(kind, id): record.version for id, record in records.items()})
    if inbox := change.inbox_settled:
        known.inbox[inbox.id].state = inbox.state
