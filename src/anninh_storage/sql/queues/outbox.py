"""Outbox rows in the table, and the order of their sending."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from anninh_core.ports.storages.changes import NewOutbox
from anninh_core.ports.storages.queues import CLOSED, LANES, SETTLED, UNSENT, OutboxRow, OutboxState
from anninh_core.vocabulary.delivery import Lane
from anninh_storage.sql.database import Connection, Dialect
from anninh_storage.sql.times import micros, moment
from anninh_storage.sql.values import chunks, placeholders, quote_list, tuple_placeholders

Conversation = tuple[str, str, str]
"""Messenger, conversation and lane: rows with the same three values are sent in order."""

COLUMNS = (
    "id, messenger, conversation, lane, due_at, cause, purpose, scope, body, after_id, state, attempts, token,"
    " created_seq, settled_at, platform_id, proof, error, delivery_method, deferred_until"
)
age_key = itemgetter(COLUMNS.split(", ").index("due_at"), COLUMNS.split(", ").index("created_seq"))
"""Sort key of a row selected by `COLUMNS`: the order in which rows of one lane are sent."""

_STATES = frozenset(OutboxState)
_SETTLED = quote_list(sorted(SETTLED))
HOLDS_CONVERSATION = f"open = 1 AND state IN ({quote_list((*UNSENT, OutboxState.UNKNOWN))})"
"""Condition for rows that block others of their conversation; a damaged `open` or state blocks none."""

_INSERT = (
    "INSERT INTO outbox (id, messenger, conversation, lane, due_at, cause, purpose, scope, body, after_id, state,"
    " attempts, token, created_seq, platform_id, proof, error, delivery_method, rank, until, open)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, '', '', '', '', ?, 0, 1)"
)
_HEADS = f"""
    WITH v (c) AS (VALUES {{rows}})
    SELECT (
        SELECT id FROM outbox WHERE messenger = ? AND conversation = c AND lane = ? AND {HOLDS_CONVERSATION}
        ORDER BY created_seq LIMIT 1
    ) FROM v
"""
_PROMOTE = f"""
    UPDATE outbox SET state = '{OutboxState.READY}'
    WHERE id = ? AND state = '{OutboxState.WAITING}'
    AND NOT EXISTS (
        SELECT 1 FROM outbox other
        WHERE other.id = outbox.after_id AND other.state NOT IN ({_SETTLED})
    )
"""
_RENAME = f"UPDATE outbox SET conversation = ? WHERE id = ? AND state IN ({quote_list(CLOSED)})"
_EMPTY = f"UPDATE outbox SET body = ?, scope = '' WHERE id = ? AND state IN ({quote_list(CLOSED)})"


def claim_statement(dialect: Dialect, messengers: Sequence[str] | None) -> tuple[str, Sequence[str]]:
    """Return the statement that claims rows of one lane, and the messengers among its values.

    Its values are the lane's rank, now, the messengers, the limit, and the lease's end.
    """
    messenger_condition = (
        ""
        if messengers is None
        else f"AND messenger IN ({placeholders(len(messengers))})"
        if messengers
        else "AND 1 = 0"
    )
    statement = f"""
        WITH picked AS MATERIALIZED (
            SELECT id AS picked_id FROM outbox
            WHERE state = '{OutboxState.READY}' AND rank = ? AND due_at <= ? {messenger_condition}
            ORDER BY due_at, created_seq LIMIT ?{dialect.for_update_skip_locked.format("outbox")}
        )
        UPDATE outbox SET state = '{OutboxState.CLAIMED}', token = token + 1, until = ?
        FROM picked WHERE id = picked_id
        RETURNING {COLUMNS}
    """
    return statement, messengers or ()


def prune_statement(dialect: Dialect) -> str:
    """Return the statement that removes old rows of a lane; its values are the rank, the moment twice, and the limit.

    A row is due before it is delivered, so that the index by due time skips all young rows.
    """
    return f"""
        DELETE FROM outbox WHERE id IN (
            WITH aged AS MATERIALIZED (
                SELECT o.id AS old_id FROM outbox o
                WHERE o.state = '{OutboxState.DELIVERED}' AND o.rank = ? AND o.due_at < ? AND o.settled_at < ?
                ORDER BY o.due_at, o.created_seq LIMIT ?{dialect.for_update_skip_locked.format("o")}
            )
            SELECT old_id FROM aged
        )
    """


def find_ended(connection: Connection, about: Sequence[str], conversations: Sequence[str]) -> list[str]:
    """Return the ids of settled rows with one of these scopes, causes or conversations.

    No index covers them, as a purge is rare: the statement is for a reader, which blocks no other.
    """
    ids: set[str] = set()
    for column, values in (("scope", about), ("cause", about), ("conversation", conversations)):
        for chunk in chunks(values):
            statement = (
                f"SELECT id FROM outbox WHERE {column} IN ({placeholders(len(chunk))}) AND state IN ({_SETTLED})"
            )
            ids.update(row[0] for row in connection.execute(statement, chunk))
    return sorted(ids)


def rename_closed(connection: Connection, names: Mapping[str, str]) -> None:
    """Replace the conversation of closed rows by another name, by id."""
    if names:
        connection.executemany(_RENAME, [(name, id) for id, name in sorted(names.items())])


def empty_closed(connection: Connection, ids: Collection[str]) -> None:
    """Clear body and scope of closed rows."""
    if ids:
        connection.executemany(_EMPTY, [(b"", id) for id in sorted(ids)])


def remove_ended(connection: Connection, ids: Sequence[str]) -> int:
    """Remove the settled rows among these, and promote the rows that waited behind them."""
    removed: list[Conversation] = []
    for chunk in chunks(ids):
        statement = (
            f"DELETE FROM outbox WHERE id IN ({placeholders(len(chunk))}) AND state IN ({_SETTLED})"
            " RETURNING messenger, conversation, lane"
        )
        removed += connection.execute(statement, chunk).fetchall()
    promote(connection, [*removed, *find_waiting_conversations(connection, ids)])
    return len(removed)


def row_from(row: Sequence[Any]) -> OutboxRow:
    """Return the outbox row for a result row of `COLUMNS`, field by field, because claims spend their time here.

    A damaged row must not keep those claimed with it from being sent: an invalid lane becomes the most urgent one.
    """
    id, messenger, conversation, lane, due, cause, purpose, scope, body, after, state, attempts, token, seq, *end = row
    settled, platform_id, proof, error, method, deferred = end
    return OutboxRow(
        id=id,
        messenger=messenger,
        conversation=conversation,
        lane=Lane(lane) if lane in LANES else LANES[0],
        due_at=moment(due),
        cause=cause,
        purpose=purpose,
        scope=scope,
        body=body,
        after=after,
        state=state_from(state),
        attempts=attempts,
        token=token,
        created_seq=seq,
        settled_at=None if settled is None else moment(settled),
        platform_id=platform_id,
        proof=proof,
        error=error,
        delivery_method=method,
        deferred_until=None if deferred is None else moment(deferred),
    )


def state_from(text: str) -> OutboxState:
    """Return a stored state; an invalid one, as in a damaged row, becomes `FAILED`, which leaves the row to people."""
    return OutboxState(text) if text in _STATES else OutboxState.FAILED


def insert(connection: Connection, rows: Iterable[tuple[NewOutbox, OutboxState, int]]) -> None:
    """Store new rows, each with its state and its number in the order of all rows."""
    connection.executemany(
        _INSERT,
        [
            (
                new.id,
                new.messenger,
                new.conversation,
                str(new.lane),
                micros(new.due_at),
                new.cause,
                new.purpose,
                new.scope,
                new.body,
                new.after,
                state.value,
                seq,
                LANES.index(new.lane),
            )
            for new, state, seq in rows
        ],
    )


def last_seq(connection: Connection) -> int:
    """Return the highest row number so far."""
    seq: int = connection.execute("SELECT coalesce(max(created_seq), 0) FROM outbox").fetchone()[0]
    return seq


def promote(connection: Connection, conversations: Iterable[Conversation]) -> None:
    """Make the heads of conversations ready, unless they wait for another row; most have nothing left to send."""
    conversations_by_lane: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for messenger, conversation, lane in conversations:
        conversations_by_lane[messenger, lane].add(conversation)
    heads: set[tuple[str]] = set()
    for lane_key, names in conversations_by_lane.items():
        for chunk in chunks(list(names)):
            statement = _HEADS.format(rows=tuple_placeholders(len(chunk), 1))
            heads.update(connection.execute(statement, [*chunk, *lane_key]).fetchall())
    if head_ids := sorted(heads - {(None,)}):
        connection.executemany(_PROMOTE, head_ids)


def find_waiting_conversations(connection: Connection, settled: Sequence[str]) -> list[Conversation]:
    """Return the conversations with a row that waits for one of the settled rows."""
    conversations: list[Conversation] = []
    for chunk in chunks(settled):
        rows = connection.execute(
            "SELECT messenger, conversation, lane, state FROM outbox"
            f" WHERE after_id IN ({placeholders(len(chunk))}) AND after_id <> ''",
            chunk,
        ).fetchall()
        # Filtered here, as a condition on the state would make the planner scan all waiting rows.
        conversations += [
            (messenger, conversation, lane)
            for messenger, conversation, lane, state in rows
            if state == OutboxState.WAITING
        ]
    return conversations
