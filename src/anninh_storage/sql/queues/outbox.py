"""SQL for the rows of the outbox, and the order of their sending."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from anninh_core.ports.storages.changes import NewOutbox
from anninh_core.ports.storages.queues import CLOSED, LANES, SETTLED, UNSENT, OutboxRow, OutboxState
from anninh_core.vocabulary.delivery import Lane
from anninh_storage.sql.database import Connection, Dialect
from anninh_storage.sql.times import to_microseconds, to_moment
from anninh_storage.sql.values import build_placeholders, build_tuple_placeholders, quote_list, split_into_chunks

Conversation = tuple[str, str, str]
"""Key of rows that are sent in order: messenger, conversation and lane."""

COLUMNS = (
    "id, messenger, conversation, lane, due_at, cause, purpose, scope, body, after_id, state, attempts, token,"
    " created_seq, settled_at, platform_id, proof, error, delivery_method, deferred_until"
)
age_key = itemgetter(COLUMNS.split(", ").index("due_at"), COLUMNS.split(", ").index("created_seq"))
"""Sort key of a row selected by `COLUMNS`: the order in which rows of one lane are sent."""

_STATES = frozenset(OutboxState)
_SETTLED = quote_list(sorted(SETTLED))
HOLDS_CONVERSATION = f"open = 1 AND state IN ({quote_list((*UNSENT, OutboxState.UNKNOWN))})"
"""SQL condition for outbox rows that block others of their conversation; a damaged `open` or state blocks none."""

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


def build_claim_statement(dialect: Dialect, messengers: Sequence[str] | None) -> tuple[str, Sequence[str]]:
    """Return the statement that claims outbox rows of one lane, and the messengers among its values.

    Its values are the lane's rank, now, the messengers, the limit, and the lease's end.
    """
    messenger_condition = (
        ""
        if messengers is None
        else f"AND messenger IN ({build_placeholders(len(messengers))})"
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


def build_prune_statement(dialect: Dialect) -> str:
    """Return the statement that removes old outbox rows of a lane; its values are the rank, the moment twice, and the
    limit.

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


def find_settled_ids(connection: Connection, about: Sequence[str], conversations: Sequence[str]) -> list[str]:
    """Return the ids of settled outbox rows with one of these scopes, causes or conversations.

    No index covers these columns, as a purge is rare: the statement is for a reader, which blocks no other.
    """
    ids: set[str] = set()
    for column, values in (("scope", about), ("cause", about), ("conversation", conversations)):
        for chunk in split_into_chunks(values):
            statement = (
                f"SELECT id FROM outbox WHERE {column} IN ({build_placeholders(len(chunk))}) AND state IN ({_SETTLED})"
            )
            ids.update(row[0] for row in connection.execute(statement, chunk))
    return sorted(ids)


def rename_closed_rows(connection: Connection, names: Mapping[str, str]) -> None:
    """Replace the conversation of closed outbox rows by another name; `names` maps the rows' ids to the names."""
    if names:
        connection.executemany(_RENAME, [(name, id) for id, name in sorted(names.items())])


def empty_closed_rows(connection: Connection, ids: Collection[str]) -> None:
    """Clear body and scope of the closed outbox rows with these ids."""
    if ids:
        connection.executemany(_EMPTY, [(b"", id) for id in sorted(ids)])


def remove_ended(connection: Connection, ids: Sequence[str]) -> int:
    """Remove the settled outbox rows with these ids, promote the rows that waited behind them, and return the number
    removed.
    """
    removed: list[Conversation] = []
    for chunk in split_into_chunks(ids):
        statement = (
            f"DELETE FROM outbox WHERE id IN ({build_placeholders(len(chunk))}) AND state IN ({_SETTLED})"
            " RETURNING messenger, conversation, lane"
        )
        removed += connection.execute(statement, chunk).fetchall()
    promote_heads(connection, [*removed, *find_waiting_conversations(connection, ids)])
    return len(removed)


def build_row(row: Sequence[Any]) -> OutboxRow:
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
        due_at=to_moment(due),
        cause=cause,
        purpose=purpose,
        scope=scope,
        body=body,
        after=after,
        state=parse_state(state),
        attempts=attempts,
        token=token,
        created_seq=seq,
        settled_at=None if settled is None else to_moment(settled),
        platform_id=platform_id,
        proof=proof,
        error=error,
        delivery_method=method,
        deferred_until=None if deferred is None else to_moment(deferred),
    )


def parse_state(text: str) -> OutboxState:
    """Return the outbox state of a stored text; an invalid one, as in a damaged row, becomes `FAILED`, which leaves the
    row to people.
    """
    return OutboxState(text) if text in _STATES else OutboxState.FAILED


def insert_rows(connection: Connection, rows: Iterable[tuple[NewOutbox, OutboxState, int]]) -> None:
    """Store new outbox rows, each with its state and its number in the order of all rows."""
    connection.executemany(
        _INSERT,
        [
            (
                new.id,
                new.messenger,
                new.conversation,
                str(new.lane),
                to_microseconds(new.due_at),
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


def get_last_seq(connection: Connection) -> int:
    """Return the highest number of an outbox row so far."""
    seq: int = connection.execute("SELECT coalesce(max(created_seq), 0) FROM outbox").fetchone()[0]
    return seq


def promote_heads(connection: Connection, conversations: Iterable[Conversation]) -> None:
    """Make the first outbox rows of conversations ready, unless they wait for another row; most conversations have
    nothing left to send.
    """
    conversations_by_lane: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for messenger, conversation, lane in conversations:
        conversations_by_lane[messenger, lane].add(conversation)
    heads: set[tuple[str]] = set()
    for lane_key, names in conversations_by_lane.items():
        for chunk in split_into_chunks(list(names)):
            statement = _HEADS.format(rows=build_tuple_placeholders(len(chunk), 1))
            heads.update(connection.execute(statement, [*chunk, *lane_key]).fetchall())
    if head_ids := sorted(heads - {(None,)}):
        connection.executemany(_PROMOTE, head_ids)


def find_waiting_conversations(connection: Connection, settled: Sequence[str]) -> list[Conversation]:
    """Return the conversations with an outbox row that waits for one of the settled rows."""
    conversations: list[Conversation] = []
    for chunk in split_into_chunks(settled):
        rows = connection.execute(
            "SELECT messenger, conversation, lane, state FROM outbox"
            f" WHERE after_id IN ({build_placeholders(len(chunk))}) AND after_id <> ''",
            chunk,
        ).fetchall()
        # The rows are filtered here, as a condition on the state would make the planner scan all waiting rows.
        conversations += [
            (messenger, conversation, lane)
            for messenger, conversation, lane, state in rows
            if state == OutboxState.WAITING
        ]
    return conversations
