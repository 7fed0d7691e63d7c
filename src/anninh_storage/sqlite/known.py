"""What is stored of everything that a round of change sets mentions, kept up to date while the round is judged."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, mutable

from anninh_core.ports.changes import ChangeSet, Guard, Record
from anninh_storage.sqlite.outbox import Conversation
from anninh_storage.sqlite.records import Kinds
from anninh_storage.sqlite.values import marks, portions, tuples


@mutable
class KnownRow:
    """State of an outbox row."""

    state: str
    token: int
    open: bool
    conversation: Conversation


@mutable
class Known:
    """Everything the judge asks for.

    Attributes:
        multi: stored multi columns of records, as their rows hold them.
        changed: records as the round leaves them: kind -> id -> record.
        busy: conversations in which an earlier row hasn't let go.
    """

    requests: set[str] = field(factory=set)
    events: set[tuple[str, str]] = field(factory=set)
    inbox: dict[str, tuple[str, int]] = field(factory=dict)
    outbox: dict[str, KnownRow] = field(factory=dict)
    busy: set[Conversation] = field(factory=set)
    keys: dict[str, str] = field(factory=dict)
    versions: dict[tuple[str, str], int] = field(factory=dict)
    multi: dict[tuple[str, str], str] = field(factory=dict)
    changed: dict[str, dict[str, Record]] = field(factory=dict)


def load(connection: sqlite3.Connection, kinds: Kinds, changes: Sequence[ChangeSet]) -> Known:
    """Read all of it, in one statement a table."""
    known = Known()
    _load_queues(connection, known, changes)
    requests = {change.request for change in changes if change.request}
    known.requests.update(row[0] for row in _select(connection, "request", "requests", "request", requests))
    scopes = {key.scope for change in changes for key in change.keys}
    known.keys.update(_select(connection, "scope, epoch", "keyring", "scope", scopes))
    mentioned: dict[str, set[str]] = {}
    for change in changes:
        for thing in (*change.records, *change.guards):
            if isinstance(thing, Record | Guard):
                mentioned.setdefault(thing.kind, set()).add(thing.id)
    for kind, ids in mentioned.items():
        for id, version, multi in _select(connection, "id, version, multi", kinds[kind].table, "id", ids):
            known.versions[kind, id] = version
            known.multi[kind, id] = multi
    return known


def _load_queues(connection: sqlite3.Connection, known: Known, changes: Sequence[ChangeSet]) -> None:
    events = {(new.source, new.dedupe) for change in changes for new in change.inbox}
    known.events.update(_join(connection, "inbox", ("source", "dedupe"), events))
    settled = {change.inbox_settled.id for change in changes if change.inbox_settled}
    known.inbox.update(
        (id, (state, token)) for id, state, token in _select(connection, "id, state, token", "inbox", "id", settled)
    )
    sent = {change.outbox_settled.id for change in changes if change.outbox_settled}
    columns = "id, state, token, open, messenger, conversation, lane"
    for id, state, token, opened, *conversation in _select(connection, columns, "outbox", "id", sent):
        known.outbox[id] = KnownRow(state, token, bool(opened), tuple(conversation))
    conversations = {(new.messenger, new.conversation, new.lane) for change in changes for new in change.outbox}
    place = ("messenger", "conversation", "lane")
    known.busy.update(_join(connection, "outbox", place, conversations, " AND t.open = 1"))


def _select(
    connection: sqlite3.Connection, columns: str, table: str, key: str, values: Iterable[str]
) -> Iterable[tuple[Any, ...]]:
    """Yield the rows whose key is among the values."""
    for portion in portions(list(values)):
        yield from connection.execute(
            f"SELECT {columns} FROM {table} WHERE {key} IN ({marks(len(portion))})", portion
        ).fetchall()


def _join(
    connection: sqlite3.Connection, table: str, keys: Sequence[str], values: Iterable[tuple[str, ...]], rule: str = ""
) -> Iterable[Any]:
    """Yield the keys that are among the values and in the table."""
    names = [f"k{number}" for number in range(len(keys))]
    match = " AND ".join(f"t.{key} = v.{name}" for key, name in zip(keys, names, strict=True))
    for portion in portions(list(values)):
        yield from connection.execute(
            f"WITH v ({', '.join(names)}) AS (VALUES {tuples(len(portion), len(keys))})"
            f" SELECT DISTINCT {', '.join(names)} FROM v JOIN {table} t ON {match}{rule}",
            [value for row in portion for value in row],
        ).fetchall()
