"""The stored state of everything that a batch of change sets mentions, updated while the batch is checked."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from attrs import field, mutable

from anninh_core.ports.changes import ChangeSet, Guard, NewKey, Record
from anninh_core.ports.queues import InboxState, OutboxState
from anninh_storage.sql.database import Connection
from anninh_storage.sql.inbox import Place
from anninh_storage.sql.outbox import Conversation
from anninh_storage.sql.records import Kinds
from anninh_storage.sql.values import marks, portions, tuples


@mutable
class KnownEvent:
    """State of an inbox row."""

    state: InboxState
    token: int
    conversation: str


@mutable
class KnownRow:
    """State of an outbox row."""

    state: OutboxState
    token: int
    open: bool
    conversation: Conversation


@mutable
class Known:
    """Everything that `check` needs.

    Attributes:
        side_values: stored values of records in the side tables of their kinds; see `KindTable.side_values`.
        changed: records as the round leaves them: kind -> id -> record.
        heads: first rows of conversations in the inbox.
        busy: conversations that an earlier row still blocks.
    """

    requests: set[str] = field(factory=set)
    events: set[tuple[str, str]] = field(factory=set)
    inbox: dict[str, KnownEvent] = field(factory=dict)
    heads: dict[str, Place] = field(factory=dict)
    outbox: dict[str, KnownRow] = field(factory=dict)
    busy: set[Conversation] = field(factory=set)
    keys: dict[str, NewKey] = field(factory=dict)
    versions: dict[tuple[str, str], int] = field(factory=dict)
    beside: dict[tuple[str, str], tuple[Any, ...]] = field(factory=dict)
    changed: dict[str, dict[str, Record]] = field(factory=dict)


def load(connection: Connection, kinds: Kinds, changes: Sequence[ChangeSet]) -> Known:
    """Read all of it, in one statement a table."""
    known = Known()
    _load_inbox(connection, kinds.dialect.alone, known, changes)
    _load_outbox(connection, kinds.dialect.alone, known, changes)
    requests = {change.request for change in changes if change.request}
    known.requests.update(row[0] for row in _among(connection, "SELECT request FROM requests WHERE request", requests))
    scopes = {key.scope for change in changes for key in (*change.keys, *change.sealed_under)}
    for scope, epoch, wrapped in _among(connection, "SELECT scope, epoch, wrapped FROM keyring WHERE scope", scopes):
        known.keys[scope] = NewKey(scope=scope, epoch=epoch, wrapped=wrapped)
    mentioned: dict[str, set[str]] = {}
    for change in changes:
        for thing in (*change.records, *change.guards):
            if isinstance(thing, Record | Guard):
                mentioned.setdefault(thing.kind, set()).add(thing.id)
    for kind, ids in mentioned.items():
        stored = f"SELECT id, version, {kinds[kind].beside} FROM {kinds[kind].table} WHERE id"
        for id, version, *beside in _among(connection, stored, ids):
            known.versions[kind, id] = version
            known.beside[kind, id] = tuple(beside)
    return known


def _load_inbox(connection: Connection, alone: str, known: Known, changes: Sequence[ChangeSet]) -> None:
    events = {(new.source, new.dedupe) for change in changes for new in change.inbox}
    known.events.update(_join(connection, "inbox", ("source", "dedupe"), events))
    settled = {change.inbox_settled.id for change in changes if change.inbox_settled}
    stored = "SELECT id, state, token, conversation FROM inbox WHERE id"
    for id, state, token, conversation in _among(connection, stored, settled, alone):
        known.inbox[id] = KnownEvent(InboxState(state), token, conversation)
    conversations = {new.conversation for change in changes for new in change.inbox} - {""}
    first = "SELECT conversation, received_at, id FROM inbox WHERE ready = 1 AND conversation"
    for conversation, received, id in _among(connection, first, conversations):
        known.heads[conversation] = received, id


def _load_outbox(connection: Connection, alone: str, known: Known, changes: Sequence[ChangeSet]) -> None:
    sent = {change.outbox_settled.id for change in changes if change.outbox_settled}
    stored = "SELECT id, state, token, open, messenger, conversation, lane FROM outbox WHERE id"
    for id, state, token, opened, *conversation in _among(connection, stored, sent, alone):
        known.outbox[id] = KnownRow(OutboxState(state), token, bool(opened), tuple(conversation))
    conversations = {(new.messenger, new.conversation, str(new.lane)) for change in changes for new in change.outbox}
    place = ("messenger", "conversation", "lane")
    known.busy.update(_join(connection, "outbox", place, conversations, " AND t.open = 1"))


def _among(connection: Connection, start: str, values: Iterable[str], rule: str = "") -> Iterable[tuple[Any, ...]]:
    """Yield the rows of a statement that goes on with `IN` and the values."""
    for portion in portions(sorted(values)):
        yield from connection.execute(f"{start} IN ({marks(len(portion))}){rule}", portion).fetchall()


def _join(
    connection: Connection, table: str, keys: Sequence[str], values: Collection[tuple[str, ...]], rule: str = ""
) -> Iterator[Any]:
    """Yield the keys that are among the values and in the table."""
    if not values:
        return
    names = [f"k{number}" for number in range(len(keys))]
    match = " AND ".join(f"t.{key} = v.{name}" for key, name in zip(keys, names, strict=True))
    for portion in portions(list(values)):
        yield from connection.execute(
            f"WITH v ({', '.join(names)}) AS (VALUES {tuples(len(portion), len(keys))})"
            f" SELECT DISTINCT {', '.join(names)} FROM v WHERE EXISTS (SELECT 1 FROM {table} t WHERE {match}{rule})",
            [value for row in portion for value in row],
        ).fetchall()
