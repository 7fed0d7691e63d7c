"""Check a batch of change sets, and apply the accepted ones in a fixed order."""

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled, Outcome, Record
from anninh_core.ports.storages.queues import CLOSED, SETTLED, OutboxState
from anninh_storage.sql import journal
from anninh_storage.sql.commit.check import check_change_set
from anninh_storage.sql.commit.preload import BatchState, OutboxRowState, preload_state
from anninh_storage.sql.counters import counters
from anninh_storage.sql.database import Connection
from anninh_storage.sql.journal import NewLine
from anninh_storage.sql.keyring import UPSERT_KEY
from anninh_storage.sql.queues import inbox, outbox
from anninh_storage.sql.records.kind_table import KindTable, replace_side_rows
from anninh_storage.sql.records.records import KindTables
from anninh_storage.sql.records.search import SqlSearch
from anninh_storage.sql.times import to_microseconds

_SETTLE = """
    UPDATE outbox SET state = ?, open = ?, settled_at = ?, platform_id = coalesce(nullif(?, ''), platform_id),
        proof = coalesce(nullif(?, ''), proof), error = ?, delivery_method = ?, deferred_until = ?, conversation = ?
    WHERE id = ?
"""
_REQUEUE = "UPDATE outbox SET created_seq = coalesce(?, created_seq), due_at = coalesce(?, due_at) WHERE id = ?"


@frozen
class PreparedChange:
    """A validated change set with its entry's bytes, prepared before the write lock is taken."""

    change: ChangeSet
    line: NewLine | None


def apply_change_sets(
    connection: Connection, kinds: KindTables, search: SqlSearch[Any, Any], prepared: Sequence[PreparedChange]
) -> list[Outcome]:
    """Check change sets in order, apply the accepted ones, and return the outcome of each; a rejected one raises
    nothing.
    """
    # Audit entries of reads need no check; they are by far the most common change sets.
    if all(item.change.is_trace for item in prepared):
        journal.append_lines(connection, [item.line for item in prepared if item.line is not None])
        return [Outcome.COMMITTED] * len(prepared)
    outcomes: list[Outcome] = []
    for batch in _split_batches(prepared):
        state = preload_state(connection, kinds, [item.change for item in batch])
        writer = BatchWriter(connection, kinds, search, state)
        for item in batch:
            outcome = check_change_set(connection, kinds, state, item.change)
            outcomes.append(outcome)
            if outcome is Outcome.COMMITTED:
                writer.accept(item)
        writer.apply()
    return outcomes


def _split_batches(prepared: Sequence[PreparedChange]) -> Iterator[list[PreparedChange]]:
    """Split a batch before each change set that settles a row of an earlier one in the batch, as that row must be
    stored first.
    """
    batch: list[PreparedChange] = []
    touched_ids: set[str] = set()
    for item in prepared:
        settlement = item.change.outbox_settled
        if settlement is not None:
            if settlement.id in touched_ids:
                yield batch
                batch = []
                touched_ids = set()
            touched_ids.add(settlement.id)
        if item.change.outbox:
            touched_ids.update(row.id for row in item.change.outbox)
        batch.append(item)
    yield batch


class BatchWriter:
    """Writes the accepted change sets of a batch into the tables.

    Args:
        connection: the writer, inside its transaction.
        state: the stored state, read by `preload`.
    """

    def __init__(
        self, connection: Connection, kinds: KindTables, search: SqlSearch[Any, Any], state: BatchState
    ) -> None:
        self._connection = connection
        self._kinds = kinds
        self._search = search
        self._state = state
        self._accepted: list[ChangeSet] = []
        self._journal_lines: list[NewLine] = []
        self._seq: int | None = None

    def accept(self, prepared: PreparedChange) -> None:
        """Add a change set that passed the checks."""
        self._accepted.append(prepared.change)
        if prepared.line is not None:
            self._journal_lines.append(prepared.line)

    def apply(self) -> None:
        """Write all accepted change sets, in an order that prevents deadlocks between concurrent writers on any
        backend.
        """
        if not self._accepted:
            return
        self._write_keys()
        self._write_inbox()
        conversations = self._settle_outbox()
        for kind, records in sorted(self._state.changed.items()):
            self._write_records(self._kinds[kind], sorted(records))
        outbox.promote_heads(self._connection, [*conversations, *self._write_outbox()])
        self._write_search_and_counters()
        self._write_requests_and_journal()
        if self._kinds.dialect.notify and any(change.inbox or change.outbox for change in self._accepted):
            self._connection.execute(self._kinds.dialect.notify)

    def _write_keys(self) -> None:
        keys = [
            (key.scope, key.epoch, key.wrapped, key.blind_index) for change in self._accepted for key in change.keys
        ]
        if keys:
            self._connection.executemany(UPSERT_KEY, keys)

    def _write_inbox(self) -> None:
        inbox.insert_rows(
            self._connection, self._state.heads, [row for change in self._accepted for row in change.inbox]
        )
        settlements = [change.inbox_settled for change in self._accepted if change.inbox_settled]
        if settlements:
            conversations = {settlement.id: self._state.inbox[settlement.id].conversation for settlement in settlements}
            inbox.settle_rows(self._connection, settlements, conversations)

    def _settle_outbox(self) -> list[outbox.Conversation]:
        """Settle the outbox rows of the batch, and return the conversations with a row that may be ready now."""
        settlements = [change.outbox_settled for change in self._accepted if change.outbox_settled]
        if not settlements:
            return []
        rows = self._state.outbox
        self._connection.executemany(
            _SETTLE, [self._settlement_values(settlement, rows[settlement.id]) for settlement in settlements]
        )
        requeued = [
            settlement
            for settlement in settlements
            if settlement.due_at is not None or _is_late(settlement, rows[settlement.id])
        ]
        if requeued:
            self._connection.executemany(
                _REQUEUE, [self._requeue_values(settlement, rows[settlement.id]) for settlement in requeued]
            )
        settled_ids = [settlement.id for settlement in settlements if settlement.state in SETTLED]
        conversations = [rows[settlement.id].conversation for settlement in settlements]
        return conversations + outbox.find_waiting_conversations(self._connection, settled_ids)

    def _settlement_values(self, settlement: OutboxSettled, row: OutboxRowState) -> tuple[object, ...]:
        is_retry = settlement.state == OutboxState.READY
        must_wait = _is_late(settlement, row) or (is_retry and row.state == OutboxState.WAITING)
        state = OutboxState.WAITING if must_wait else settlement.state
        stays_open = is_retry or (settlement.state == OutboxState.UNKNOWN and row.open)
        settled_at = None if is_retry else to_microseconds(settlement.at)
        deferred_until = None if settlement.deferred_until is None else to_microseconds(settlement.deferred_until)
        details = (
            settlement.platform_id,
            settlement.proof,
            settlement.error,
            settlement.delivery_method,
            deferred_until,
        )
        _, conversation, _ = row.conversation
        if settlement.state in CLOSED or settlement.conversation:
            conversation = settlement.conversation
        return str(state), int(stays_open), settled_at, *details, conversation, settlement.id

    def _requeue_values(self, settlement: OutboxSettled, row: OutboxRowState) -> tuple[object, ...]:
        """Return the new position of an outbox row that is retried later, or is queued last because its conversation
        moved on.

        The position has a statement of its own: most rows keep their position, and the position's indexes are left
        untouched.
        """
        is_late = _is_late(settlement, row)
        if is_late:
            self._state.busy.add(row.conversation)  # Rows created in this batch are sent after this one.
        return (
            self._next_seq() if is_late else None,
            None if settlement.due_at is None else to_microseconds(settlement.due_at),
            settlement.id,
        )

    def _write_records(self, kind: KindTable, ids: Sequence[str]) -> None:
        records = [self._state.changed[kind.spec.kind][id] for id in ids]
        self._connection.executemany(kind.upsert, [kind.row(record) for record in records])
        changed = [record for record in records if kind.spec.multi and self._has_changed_side_rows(kind, record)]
        if changed:
            replace_side_rows(self._connection, kind, changed)

    def _has_changed_side_rows(self, kind: KindTable, record: Record) -> bool:
        """Return whether a record's rows in the side table have changed; most records have none."""
        before = self._state.side_values.get((kind.spec.kind, record.id), ("",))
        now = kind.side_values(record)
        return bool(before[0] or now[0]) and before != now

    def _write_outbox(self) -> list[outbox.Conversation]:
        """Store new outbox rows, and return the conversations with a new row that waits for another row."""
        rows = []
        waiting = []
        for change in self._accepted:
            for new in change.outbox:
                conversation = (new.messenger, new.conversation, str(new.lane))
                is_first = conversation not in self._state.busy
                self._state.busy.add(conversation)
                state = OutboxState.READY if is_first and not new.after else OutboxState.WAITING
                rows.append((new, state, self._next_seq()))
                if new.after:
                    waiting.append(conversation)
        if rows:
            outbox.insert_rows(self._connection, rows)
        return waiting

    def _write_search_and_counters(self) -> None:
        self._search.replace(self._connection, [terms for change in self._accepted for terms in change.search])
        counters.add_counters(self._connection, [counter for change in self._accepted for counter in change.counters])

    def _write_requests_and_journal(self) -> None:
        requests = [
            (
                change.request,
                change.entry.id if change.entry else "",
                to_microseconds(change.entry.at) if change.entry else None,
            )
            for change in self._accepted
            if change.request
        ]
        if requests:
            self._connection.executemany("INSERT INTO requests (request, entry, at) VALUES (?, ?, ?)", sorted(requests))
        if self._journal_lines:
            journal.append_lines(self._connection, self._journal_lines)

    def _next_seq(self) -> int:
        self._seq = (outbox.get_last_seq(self._connection) if self._seq is None else self._seq) + 1
        return self._seq


def _is_late(settlement: OutboxSettled, row: OutboxRowState) -> bool:
    """Return whether an outbox row is retried after its conversation has moved on without it."""
    return settlement.state == OutboxState.READY and not row.open
