"""One batch of change sets: all are checked, the accepted ones are applied in a fixed order."""

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from anninh_core.ports.changes import ChangeSet, OutboxSettled, Outcome, Record
from anninh_core.ports.queues import SETTLED, OutboxState
from anninh_storage.sql import counters, inbox, journal, outbox
from anninh_storage.sql.database import Connection
from anninh_storage.sql.judge import judge
from anninh_storage.sql.kinds import Kind
from anninh_storage.sql.known import Known, KnownRow, load
from anninh_storage.sql.records import Kinds
from anninh_storage.sql.search import SqlSearch
from anninh_storage.sql.times import micros

_SETTLE = """
    UPDATE outbox SET state = ?, open = ?, settled_at = ?, platform_id = coalesce(nullif(?, ''), platform_id),
        proof = coalesce(nullif(?, ''), proof), error = ?, delivery_method = ?, deferred_until = ?
    WHERE id = ?
"""
_MOVE = "UPDATE outbox SET created_seq = coalesce(?, created_seq), due_at = coalesce(?, due_at) WHERE id = ?"


@frozen
class Prepared:
    """A validated change set with its entry's bytes: what can be prepared before the write lock is held."""

    change: ChangeSet
    content: bytes | None


def apply_all(
    connection: Connection, kinds: Kinds, search: SqlSearch[Any, Any], prepared: Sequence[Prepared]
) -> list[Outcome]:
    """Check change sets in their order and apply the accepted ones; nothing is raised for the others."""
    if all(one.change.is_trace for one in prepared):  # nothing to check: audit entries of reads, by far the most
        journal.append(connection, [one.content for one in prepared if one.content is not None])
        return [Outcome.COMMITTED] * len(prepared)
    outcomes: list[Outcome] = []
    for part in _parts(prepared):
        known = load(connection, kinds, [one.change for one in part])
        round_ = Round(connection, kinds, search, known)
        for one in part:
            outcome = judge(connection, kinds, known, one.change)
            outcomes.append(outcome)
            if outcome is Outcome.COMMITTED:
                round_.accept(one)
        round_.apply()
    return outcomes


def _parts(prepared: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    """Split where a change set settles a row that an earlier one creates or settles: it must be stored first."""
    part: list[Prepared] = []
    touched: set[str] = set()
    for one in prepared:
        settled = one.change.outbox_settled
        if settled is not None:
            if settled.id in touched:
                yield part
                part, touched = [], set()
            touched.add(settled.id)
        if one.change.outbox:
            touched.update(row.id for row in one.change.outbox)
        part.append(one)
    yield part


class Round:
    """Writes the accepted change sets of a batch into the tables.

    Args:
        connection: the writer, inside its transaction.
        kinds: the kinds prepared.
        search: the index.
        known: the stored state, as `preload` read it.
    """

    def __init__(self, connection: Connection, kinds: Kinds, search: SqlSearch[Any, Any], known: Known) -> None:
        self._connection = connection
        self._kinds = kinds
        self._search = search
        self._known = known
        self._accepted: list[ChangeSet] = []
        self._contents: list[bytes] = []
        self._seq: int | None = None

    def accept(self, one: Prepared) -> None:
        """Take a change set that was judged clean."""
        self._accepted.append(one.change)
        if one.content is not None:
            self._contents.append(one.content)

    def apply(self) -> None:
        """Write everything, in an order that prevents deadlocks between concurrent writers on any backend."""
        if not self._accepted:
            return
        self._keys()
        self._inbox()
        freed = self._settlements()
        for kind, records in sorted(self._known.changed.items()):
            self._records(self._kinds[kind], sorted(records))
        outbox.promote(self._connection, [*freed, *self._outbox()])
        self._figures()
        self._trail()
        if self._kinds.dialect.wake and any(change.inbox or change.outbox for change in self._accepted):
            self._connection.execute(self._kinds.dialect.wake)

    def _keys(self) -> None:
        keys = [(key.scope, key.epoch, key.wrapped) for change in self._accepted for key in change.keys]
        if keys:
            self._connection.executemany(
                "INSERT INTO keyring (scope, epoch, wrapped) VALUES (?, ?, ?)"
                " ON CONFLICT (scope) DO UPDATE SET epoch = excluded.epoch, wrapped = excluded.wrapped",
                keys,
            )

    def _inbox(self) -> None:
        inbox.insert(self._connection, self._known.heads, [row for change in self._accepted for row in change.inbox])
        settled = [change.inbox_settled for change in self._accepted if change.inbox_settled]
        if settled:
            conversations = {one.id: self._known.inbox[one.id].conversation for one in settled}
            inbox.settle(self._connection, settled, conversations)

    def _settlements(self) -> list[outbox.Conversation]:
        """Settle outbox rows and return the conversations that may go on."""
        settled = [change.outbox_settled for change in self._accepted if change.outbox_settled]
        if not settled:
            return []
        known = self._known.outbox
        self._connection.executemany(_SETTLE, [self._settled(one, known[one.id]) for one in settled])
        moved = [one for one in settled if one.due_at is not None or _is_late(one, known[one.id])]
        if moved:
            self._connection.executemany(_MOVE, [self._place(one, known[one.id]) for one in moved])
        ended = [one.id for one in settled if one.state in SETTLED]
        freed = [known[one.id].conversation for one in settled]
        return freed + outbox.waiting_for(self._connection, ended)

    def _settled(self, one: OutboxSettled, row: KnownRow) -> tuple[object, ...]:
        again = one.state == OutboxState.READY
        waits = _is_late(one, row) or (again and row.state == OutboxState.WAITING)
        state = OutboxState.WAITING if waits else one.state
        stays_open = again or (one.state == OutboxState.UNKNOWN and row.open)
        settled_at = None if again else micros(one.at)
        deferred = None if one.deferred_until is None else micros(one.deferred_until)
        told = (one.platform_id, one.proof, one.error, one.delivery_method, deferred)
        return str(state), int(stays_open), settled_at, *told, one.id

    def _place(self, one: OutboxSettled, row: KnownRow) -> tuple[object, ...]:
        """Return the new position of a row that is retried later, or is queued last since its conversation moved on.

        A separate statement: most rows keep their position, and its indexes are left untouched.
        """
        late = _is_late(one, row)
        if late:
            self._known.busy.add(row.conversation)  # rows created in this batch are sent after it
        return self._next_seq() if late else None, None if one.due_at is None else micros(one.due_at), one.id

    def _records(self, kind: Kind, ids: Sequence[str]) -> None:
        records = [self._known.changed[kind.spec.kind][id] for id in ids]
        self._connection.executemany(kind.upsert, [kind.row(record) for record in records])
        moved = [record for record in records if kind.spec.multi and self._moved(kind, record)]
        if not moved:
            return
        self._connection.executemany(f"DELETE FROM {kind.multi_table} WHERE id = ?", [(record.id,) for record in moved])
        self._connection.executemany(kind.insert_multi, [row for record in moved for row in kind.multi_rows(record)])

    def _moved(self, kind: Kind, record: Record) -> bool:
        """Tell whether a record's rows in the side table are other ones now; most records have none."""
        before, now = self._known.beside.get((kind.spec.kind, record.id), ("",)), kind.beside_of(record)
        return bool(before[0] or now[0]) and before != now

    def _outbox(self) -> list[outbox.Conversation]:
        """Store new rows and return the conversations whose head may have to be looked for."""
        rows, unsure = [], []
        for change in self._accepted:
            for new in change.outbox:
                place = (new.messenger, new.conversation, str(new.lane))
                first = place not in self._known.busy
                self._known.busy.add(place)
                state = OutboxState.READY if first and not new.after else OutboxState.WAITING
                rows.append((new, state, self._next_seq()))
                if new.after:
                    unsure.append(place)
        if rows:
            outbox.insert(self._connection, rows)
        return unsure

    def _figures(self) -> None:
        self._search.replace(self._connection, [terms for change in self._accepted for terms in change.search])
        counters.add(self._connection, [one for change in self._accepted for one in change.counters])

    def _trail(self) -> None:
        requests = [
            (change.request, change.entry.id if change.entry else "", micros(change.entry.at) if change.entry else None)
            for change in self._accepted
            if change.request
        ]
        if requests:
            self._connection.executemany("INSERT INTO requests (request, entry, at) VALUES (?, ?, ?)", sorted(requests))
        if self._contents:
            journal.append(self._connection, self._contents)

    def _next_seq(self) -> int:
        self._seq = (outbox.last_seq(self._connection) if self._seq is None else self._seq) + 1
        return self._seq


def _is_late(one: OutboxSettled, row: KnownRow) -> bool:
    """Tell whether a row is retried after its conversation has moved on without it."""
    return one.state == OutboxState.READY and not row.open
