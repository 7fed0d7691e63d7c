"""Read the stored state of everything that a batch of change sets mentions; the checks keep it up to date."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from attrs import field, mutable

from anninh_core.ports.storages.changes import ChangeSet, Guard, NewKey, Record
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_storage.sql.database import Connection
from anninh_storage.sql.queues import inbox, outbox
from anninh_storage.sql.queues.inbox import InboxPosition
from anninh_storage.sql.queues.outbox import HOLDS_CONVERSATION, Conversation
from anninh_storage.sql.records.records import KindTables
from anninh_storage.sql.values import build_placeholders, build_tuple_placeholders, split_into_chunks


@mutable
class InboxRowState:
    """Stored state of an inbox row that a batch settles."""

    state: InboxState
    token: int
    conversation: str


@mutable
class OutboxRowState:
    """Stored state of an outbox row that a batch settles."""

    state: OutboxState
    token: int
    open: bool
    conversation: Conversation


@mutable
class BatchState:
    """The stored state that the checks of a batch of change sets need.

    Attributes:
        side_values: stored values of records in the side tables of their kinds; see `KindTable.side_values`.
        changed: kind -> id -> record, as changed by the batch so far.
        heads: first rows of conversations in the inbox.
        busy: conversations that an earlier row still blocks.
    """

    requests: set[str] = field(factory=set)
    events: set[tuple[str, str]] = field(factory=set)
    inbox: dict[str, InboxRowState] = field(factory=dict)
    heads: dict[str, InboxPosition] = field(factory=dict)
    outbox: dict[str, OutboxRowState] = field(factory=dict)
    busy: set[Conversation] = field(factory=set)
    keys: dict[str, NewKey] = field(factory=dict)
    blind_indexes: dict[str, str] = field(factory=dict)
    versions: dict[tuple[str, str], int] = field(factory=dict)
    side_values: dict[tuple[str, str], tuple[Any, ...]] = field(factory=dict)
    changed: dict[str, dict[str, Record]] = field(factory=dict)


def preload_state(connection: Connection, kinds: KindTables, changes: Sequence[ChangeSet]) -> BatchState:
    """Read the state that a batch of change sets needs, in one statement per table."""
    state = BatchState()
    _preload_inbox(connection, kinds.dialect.for_update, state, changes)
    _preload_outbox(connection, kinds.dialect.for_update, state, changes)
    requests = {change.request for change in changes if change.request}
    state.requests.update(
        row[0] for row in _select_in(connection, "SELECT request FROM requests WHERE request", requests)
    )
    scopes = {key.scope for change in changes for key in (*change.keys, *change.sealed_under)}
    for scope, epoch, wrapped in _select_in(
        connection, "SELECT scope, epoch, wrapped FROM keyring WHERE scope", scopes
    ):
        state.keys[scope] = NewKey(scope=scope, epoch=epoch, wrapped=wrapped)
    _preload_blind_indexes(connection, state, changes)
    ids_by_kind: dict[str, set[str]] = {}
    for change in changes:
        for item in (*change.records, *change.guards):
            if isinstance(item, Record | Guard):
                ids_by_kind.setdefault(item.kind, set()).add(item.id)
    for kind, ids in ids_by_kind.items():
        statement = f"SELECT id, version, {kinds[kind].side_columns} FROM {kinds[kind].table} WHERE id"
        for id, version, *side_values in _select_in(connection, statement, ids):
            state.versions[kind, id] = version
            state.side_values[kind, id] = tuple(side_values)
    return state


def _preload_blind_indexes(connection: Connection, batch_state: BatchState, changes: Sequence[ChangeSet]) -> None:
    indexes = {key.blind_index for change in changes for key in change.keys} - {""}
    statement = "SELECT blind_index, scope FROM keyring WHERE blind_index"
    batch_state.blind_indexes.update(_select_in(connection, statement, indexes, " AND blind_index <> ''"))


def _preload_inbox(
    connection: Connection, lock_suffix: str, batch_state: BatchState, changes: Sequence[ChangeSet]
) -> None:
    events = {(new.source, new.dedupe) for change in changes for new in change.inbox}
    batch_state.events.update(_select_existing(connection, "inbox", ("source", "dedupe"), events))
    settled_ids = {change.inbox_settled.id for change in changes if change.inbox_settled}
    statement = "SELECT id, state, token, conversation FROM inbox WHERE id"
    for id, state, token, conversation in _select_in(connection, statement, settled_ids, lock_suffix):
        batch_state.inbox[id] = InboxRowState(inbox.parse_state(state), token, conversation)
    conversations = {new.conversation for change in changes for new in change.inbox} - {""}
    heads_statement = "SELECT conversation, received_at, id FROM inbox WHERE ready = 1 AND conversation"
    for conversation, received_at, id in _select_in(connection, heads_statement, conversations):
        batch_state.heads[conversation] = received_at, id


def _preload_outbox(
    connection: Connection, lock_suffix: str, batch_state: BatchState, changes: Sequence[ChangeSet]
) -> None:
    settled_ids = {change.outbox_settled.id for change in changes if change.outbox_settled}
    statement = "SELECT id, state, token, open, messenger, conversation, lane FROM outbox WHERE id"
    for id, state, token, is_open, *conversation in _select_in(connection, statement, settled_ids, lock_suffix):
        batch_state.outbox[id] = OutboxRowState(outbox.parse_state(state), token, bool(is_open), tuple(conversation))
    conversations = {(new.messenger, new.conversation, str(new.lane)) for change in changes for new in change.outbox}
    columns = ("messenger", "conversation", "lane")
    batch_state.busy.update(
        _select_existing(connection, "outbox", columns, conversations, f" AND {HOLDS_CONVERSATION}")
    )


def _select_in(
    connection: Connection, start: str, values: Collection[str], rule: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a SELECT statement that is completed by `IN`, the values and the condition `rule`."""
    if not values:
        return
    for chunk in split_into_chunks(sorted(values)):
        yield from connection.execute(f"{start} IN ({build_placeholders(len(chunk))}){rule}", chunk).fetchall()


def _select_existing(
    connection: Connection, table: str, keys: Sequence[str], values: Collection[tuple[str, ...]], rule: str = ""
) -> Iterator[Any]:
    """Yield those of `values` that exist as keys in the table."""
    if not values:
        return
    names = [f"k{number}" for number in range(len(keys))]
    match = " AND ".join(f"t.{key} = v.{name}" for key, name in zip(keys, names, strict=True))
    for chunk in split_into_chunks(list(values)):
        yield from connection.execute(
            f"WITH v ({', '.join(names)}) AS (VALUES {build_tuple_placeholders(len(chunk), len(keys))})"
            f" SELECT DISTINCT {', '.join(names)} FROM v WHERE EXISTS (SELECT 1 FROM {table} t WHERE {match}{rule})",
            [value for row in chunk for value in row],
        ).fetchall()
