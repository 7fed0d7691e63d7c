"""SQL for the rows of the inbox, and the order of their processing.

The first unprocessed row of a conversation is `ready`; the others wait behind it, so that a claim never reads them,
however many there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anninh_core.ports.storages.changes import InboxSettled, NewInbox
from anninh_core.ports.storages.queues import PENDING, InboxRow, InboxState
from anninh_storage.sql.database import Connection, Dialect
from anninh_storage.sql.times import to_microseconds, to_moment
from anninh_storage.sql.values import build_placeholders, quote_list, split_into_chunks

InboxPosition = tuple[int, str]
"""Time at which an inbox row was received, and its id; both give the row's position in its conversation."""

COLUMNS = "id, source, dedupe, conversation, received_at, scope, body, state, attempts, token, error"
_NAMES = tuple(COLUMNS.split(", "))
_STATES = frozenset(InboxState)
_INSERT = (
    "INSERT INTO inbox (id, source, dedupe, conversation, received_at, scope, body, state, attempts, token, error,"
    f" until, ready) VALUES (?, ?, ?, ?, ?, ?, ?, '{InboxState.NEW}', 0, 0, '', 0, ?)"
)
_CLEAR_READY = "UPDATE inbox SET ready = 0 WHERE id = ?"
_MARK_DONE = (
    f"UPDATE inbox SET state = '{InboxState.DONE}', error = ?, ready = 0, body = ?, conversation = ? WHERE id = ?"
)
_RENAME = f"UPDATE inbox SET conversation = ? WHERE id = ? AND state = '{InboxState.DONE}'"
_MARK_FAILED = f"UPDATE inbox SET state = '{InboxState.FAILED}', error = ?, ready = 0 WHERE id = ?"
_MARK_NEW = f"UPDATE inbox SET state = '{InboxState.NEW}', error = ?, attempts = 0, until = 0, ready = ? WHERE id = ?"
_CLEAR_READY_OF_CONVERSATION = "UPDATE inbox SET ready = 0 WHERE conversation = ? AND ready = 1"
_PROMOTE = f"""
    UPDATE inbox SET ready = 1 WHERE id = (
        SELECT w.id FROM inbox w WHERE w.conversation = ? AND w.ready = 0 AND w.state IN ({quote_list(PENDING)})
        ORDER BY w.received_at, w.id LIMIT 1
    ) AND NOT EXISTS (SELECT 1 FROM inbox h WHERE h.conversation = inbox.conversation AND h.ready = 1)
"""


def build_claim_statement(dialect: Dialect) -> str:
    """Return the statement that claims inbox rows; its values are now, now, the limit, and the lease's end."""
    return f"""
        WITH picked AS MATERIALIZED (
            SELECT i.id AS picked_id FROM inbox i
            WHERE i.ready = 1 AND i.until <= ?
            AND (i.conversation = '' OR NOT EXISTS (
                SELECT 1 FROM inbox e
                WHERE e.conversation = i.conversation AND e.state = '{InboxState.CLAIMED}' AND e.until > ?
                AND e.id <> i.id
            ))
            ORDER BY i.received_at, i.id LIMIT ?{dialect.for_update_skip_locked.format("i")}
        )
        UPDATE inbox SET state = '{InboxState.CLAIMED}', token = token + 1, attempts = attempts + 1, until = ?
        FROM picked WHERE id = picked_id
        RETURNING {COLUMNS}
    """


def build_prune_statement(dialect: Dialect) -> str:
    """Return the statement that removes old inbox rows; its values are the number of rows to check, and the moment.

    No index covers the age of processed rows, and none is needed: ids rise with time.
    """
    return f"""
        DELETE FROM inbox WHERE id IN (
            WITH oldest AS MATERIALIZED (
                SELECT i.id AS old_id, i.received_at AS came_at FROM inbox i
                WHERE i.state = '{InboxState.DONE}' ORDER BY i.id LIMIT ?{dialect.for_update_skip_locked.format("i")}
            )
            SELECT old_id FROM oldest WHERE came_at < ?
        )
    """


def remove_ended_rows(connection: Connection, conversations: Sequence[str]) -> int:
    """Remove the done or failed inbox rows of conversations; return their number."""
    removed = 0
    for chunk in split_into_chunks(conversations):
        statement = (
            f"DELETE FROM inbox WHERE conversation IN ({build_placeholders(len(chunk))})"
            f" AND state IN ('{InboxState.DONE}', '{InboxState.FAILED}')"
        )
        removed += connection.execute(statement, chunk).rowcount
    return removed


def rename_done_rows(connection: Connection, names: Mapping[str, str]) -> None:
    """Replace the conversation of done inbox rows by another name; `names` maps the rows' ids to the names."""
    if names:
        connection.executemany(_RENAME, [(name, id) for id, name in sorted(names.items())])


def insert_rows(connection: Connection, heads: dict[str, InboxPosition], rows: Iterable[NewInbox]) -> None:
    """Store new inbox rows.

    Args:
        connection: inside a transaction.
        heads: position of each conversation's first row, kept up to date.
    """
    values = []
    overtaken = []
    for new in rows:
        position = (to_microseconds(new.received_at), new.id)
        head = heads.get(new.conversation) if new.conversation else None
        is_first = head is None or position < head
        if is_first and new.conversation:
            heads[new.conversation] = position
            if head is not None:
                overtaken.append((head[1],))
        values.append(
            (new.id, new.source, new.dedupe, new.conversation, position[0], new.scope, new.body, int(is_first)),
        )
    if values:
        connection.executemany(_INSERT, values)
    if overtaken:
        connection.executemany(_CLEAR_READY, overtaken)


def settle_rows(connection: Connection, settled: Sequence[InboxSettled], conversations: Mapping[str, str]) -> None:
    """Settle inbox rows and make the next row of their conversations ready.

    Args:
        connection: inside a transaction.
        conversations: id of a row -> its conversation.
    """
    by_state = {state: [settlement for settlement in settled if settlement.state == state] for state in InboxState}
    if done := by_state[InboxState.DONE]:
        connection.executemany(
            _MARK_DONE, [(settlement.error, b"", settlement.conversation, settlement.id) for settlement in done]
        )  # The content of a done row is emptied, because the records have it now.
    if failed := by_state[InboxState.FAILED]:
        connection.executemany(_MARK_FAILED, [(settlement.error, settlement.id) for settlement in failed])
    if rerun := by_state[InboxState.NEW]:
        connection.executemany(
            _MARK_NEW,
            [(settlement.error, int(not conversations[settlement.id]), settlement.id) for settlement in rerun],
        )
        connection.executemany(_CLEAR_READY_OF_CONVERSATION, _conversation_values(rerun, conversations))
    connection.executemany(_PROMOTE, _conversation_values(settled, conversations))


def _conversation_values(settled: Iterable[InboxSettled], conversations: Mapping[str, str]) -> list[tuple[str]]:
    return [(conversation,) for conversation in sorted({conversations[settlement.id] for settlement in settled} - {""})]


def build_row(row: Sequence[Any]) -> InboxRow:
    """Return the inbox row for a result row of `COLUMNS`."""
    values = dict(zip(_NAMES, row, strict=True))
    values["received_at"] = to_moment(values["received_at"])
    values["state"] = parse_state(values["state"])
    return InboxRow(**values)


def parse_state(text: str) -> InboxState:
    """Return the inbox state of a stored text; an invalid one, as in a damaged row, becomes `FAILED`, which leaves the
    row to people.
    """
    return InboxState(text) if text in _STATES else InboxState.FAILED
