"""Durable inbox and outbox: claims and looks."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen

from anninh_core.ports.queues import LANES, InboxRow, OutboxRow
from anninh_storage.sqlite.database import Database
from anninh_storage.sqlite.outbox import COLUMNS, promote, row_from, waiting_for
from anninh_storage.sqlite.times import micros, moment
from anninh_storage.sqlite.values import marks

_INBOX = "id, source, dedupe, conversation, received_at, scope, body, state, attempts, token, error"
_CLAIM_INBOX = f"""
    UPDATE inbox SET state = 'claimed', token = token + 1, attempts = attempts + 1, until = ?
    WHERE id IN (
        SELECT i.id FROM inbox i
        WHERE i.state IN ('new', 'claimed') AND i.until <= ?
        AND (i.conversation = '' OR NOT EXISTS (
            SELECT 1 FROM inbox e
            WHERE e.conversation = i.conversation AND e.state IN ('new', 'claimed')
            AND ((e.received_at, e.id) < (i.received_at, i.id) OR (e.state = 'claimed' AND e.until > ?))
        ))
        ORDER BY i.received_at, i.id LIMIT ?
    )
    RETURNING {_INBOX}
"""
_RETRY = "UPDATE inbox SET state = 'new', until = ?, error = ? WHERE id = ? AND token = ? AND state = 'claimed'"
_READY_AGAIN = "UPDATE outbox SET state = 'ready' WHERE state = 'claimed' AND until <= ?"
_LOST = "UPDATE outbox SET state = 'unknown', settled_at = ? WHERE state = 'started' AND until <= ? RETURNING id"
_START = (
    "UPDATE outbox SET state = 'started', attempts = attempts + 1, until = ?"
    " WHERE id = ? AND token = ? AND state = 'claimed' AND until > ?"
)
_RELEASE = (
    "UPDATE outbox SET open = 0 WHERE state = 'unknown' AND open = 1 AND settled_at < ?"
    " RETURNING messenger, conversation, lane"
)


@frozen
class SqliteQueues:
    """One table each."""

    _database: Database

    def claim_inbox(self, now: datetime, ttl: timedelta, limit: int) -> Sequence[InboxRow]:
        """Claim the oldest rows that are new or whose lease ran out, one per conversation."""
        values = (micros(now + ttl), micros(now), micros(now), limit)
        rows = self._database.change(lambda connection: connection.execute(_CLAIM_INBOX, values).fetchall())
        return sorted(map(_inbox_row, rows), key=lambda row: (row.received_at, row.id))

    def retry_inbox(self, id: str, token: int, due_at: datetime, error: str) -> bool:
        """Give a claimed row back until `due_at`; False if the lease was lost."""
        values = (micros(due_at), error, id, token)
        return self._database.change(lambda connection: connection.execute(_RETRY, values).rowcount > 0)

    def claim_outbox(
        self, now: datetime, ttl: timedelta, limit: int, messengers: Sequence[str] | None = None
    ) -> Sequence[OutboxRow]:
        """Claim ready rows that are due: emergency lane first, then by due time and age."""

        def claim(connection: sqlite3.Connection) -> list[Any]:
            _expire(connection, micros(now))
            statement, values = _claim_outbox(messengers)
            return connection.execute(statement, [micros(now + ttl), micros(now), *values, limit]).fetchall()

        rows = map(row_from, self._database.change(claim))
        return sorted(rows, key=lambda row: (LANES.index(row.lane), row.due_at, row.created_seq))

    def start(self, id: str, token: int, now: datetime, ttl: timedelta) -> bool:
        """Mark a claimed row as started, durably, its lease running anew; False if the lease was lost."""
        values = (micros(now + ttl), id, token, micros(now))
        return self._database.change(lambda connection: connection.execute(_START, values).rowcount > 0)

    def release_held(self, now: datetime, patience: timedelta) -> int:
        """Let conversations go on whose head has been `unknown` for longer than `patience`."""

        def release(connection: sqlite3.Connection) -> int:
            released = connection.execute(_RELEASE, (micros(now - patience),)).fetchall()
            promote(connection, released)
            return len(released)

        return self._database.change(release)

    def inbox(self, states: Sequence[str], limit: int = 100, after: str = "") -> Sequence[InboxRow]:
        """Return rows in these states, by id."""
        statement = f"SELECT {_INBOX} FROM inbox WHERE state IN ({marks(len(states))}) AND id > ? ORDER BY id LIMIT ?"
        return [_inbox_row(row) for row in self._rows(statement, [*states, after, limit])]

    def outbox(
        self, states: Sequence[str] | None = None, cause: str = "", limit: int = 100, after: str = ""
    ) -> Sequence[OutboxRow]:
        """Return rows by state or cause, by id."""
        statement, values = f"SELECT {COLUMNS} FROM outbox WHERE id > ?", [after]
        if states is not None:
            statement += f" AND state IN ({marks(len(states))})"
            values += states
        if cause:
            statement += " AND cause = ?"
            values.append(cause)
        return [row_from(row) for row in self._rows(f"{statement} ORDER BY id LIMIT ?", [*values, limit])]

    def outbox_row(self, id: str) -> OutboxRow | None:
        """Return one row, or None."""
        rows = self._rows(f"SELECT {COLUMNS} FROM outbox WHERE id = ?", [id])
        return row_from(rows[0]) if rows else None

    def by_platform_id(self, messenger: str, platform_id: str) -> OutboxRow | None:
        """Return the row sent under this platform id, or None."""
        statement = (
            f"SELECT {COLUMNS} FROM outbox WHERE messenger = ? AND platform_id = ? AND platform_id <> ''"
            " ORDER BY id DESC LIMIT 1"
        )
        rows = self._rows(statement, [messenger, platform_id])
        return row_from(rows[0]) if rows else None

    def depth(self) -> Mapping[str, int]:
        """Return `inbox.<state>` and `outbox.<state>` -> number of rows."""
        found: dict[str, int] = {}
        for queue in ("inbox", "outbox"):
            for state, count in self._rows(f"SELECT state, count(*) FROM {queue} GROUP BY state ORDER BY state", []):
                found[f"{queue}.{state}"] = count
        return found

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        with self._database.reading() as connection:
            return connection.execute(statement, values).fetchall()


def _claim_outbox(messengers: Sequence[str] | None) -> tuple[str, Sequence[str]]:
    chosen = "" if messengers is None else f"AND messenger IN ({marks(len(messengers))})"
    statement = f"""
        UPDATE outbox SET state = 'claimed', token = token + 1, until = ?
        WHERE id IN (
            SELECT id FROM outbox WHERE state = 'ready' AND due_at <= ? {chosen}
            ORDER BY rank, due_at, created_seq LIMIT ?
        )
        RETURNING {COLUMNS}
    """
    return statement, messengers or ()


def _expire(connection: sqlite3.Connection, now: int) -> None:
    """Give back what was claimed and never started; own up to not knowing what became of what was started."""
    connection.execute(_READY_AGAIN, (now,))
    lost = [row[0] for row in connection.execute(_LOST, (now, now)).fetchall()]
    promote(connection, waiting_for(connection, lost))


def _inbox_row(row: Sequence[Any]) -> InboxRow:
    names = ("id", "source", "dedupe", "conversation", "received_at", "scope", "body", "state", "attempts", "token")
    values = dict(zip((*names, "error"), row, strict=True))
    values["received_at"] = moment(values["received_at"])
    return InboxRow(**values)
