"""The durable inbox and outbox, with functions that claim, list and remove rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen

from anninh_core.ports.storages.queues import (
    FOR_PEOPLE,
    LANES,
    LEASED,
    BacklogStats,
    InboxRow,
    InboxState,
    OutboxRow,
    OutboxState,
)
from anninh_core.vocabulary.delivery import Lane
from anninh_storage.sql.database import Connection, Database
from anninh_storage.sql.queues import inbox, outbox
from anninh_storage.sql.times import to_microseconds, to_moment
from anninh_storage.sql.values import build_placeholders, quote_list

_RETRY = (
    f"UPDATE inbox SET state = '{InboxState.NEW}', until = ?, error = ?"
    f" WHERE id = ? AND token = ? AND state = '{InboxState.CLAIMED}'"
)
_ANY_TO_PROCESS = "SELECT 1 FROM inbox WHERE ready = 1 AND until <= ? LIMIT 1"
_ANY_EXPIRED = f"EXISTS (SELECT 1 FROM outbox WHERE state IN ({quote_list(LEASED)}) AND until <= ?)"
_ANY_READY = f"EXISTS (SELECT 1 FROM outbox WHERE state = '{OutboxState.READY}' AND rank = ? AND due_at <= ?)"
_RELEASE_EXPIRED_CLAIMS = (
    f"UPDATE outbox SET state = '{OutboxState.READY}' WHERE state = '{OutboxState.CLAIMED}' AND until <= ?"
)
_EXPIRE_STARTED = (
    f"UPDATE outbox SET state = '{OutboxState.UNKNOWN}', settled_at = ?"
    f" WHERE state = '{OutboxState.STARTED}' AND until <= ? RETURNING id"
)
_START = (
    f"UPDATE outbox SET state = '{OutboxState.STARTED}', attempts = attempts + 1, until = ?"
    f" WHERE id = ? AND token = ? AND state = '{OutboxState.CLAIMED}' AND until > ?"
)
_CLOSE_UNKNOWN = (
    f"UPDATE outbox SET open = 0 WHERE state = '{OutboxState.UNKNOWN}' AND open = 1 AND settled_at < ?"
    " RETURNING messenger, conversation, lane"
)
_BACKLOG = f"""
    SELECT count(*), min(since) FROM (
        SELECT received_at AS since FROM inbox WHERE state = '{InboxState.FAILED}'
        UNION ALL
        SELECT coalesce(settled_at, due_at) FROM outbox WHERE state IN ({quote_list(FOR_PEOPLE)})
    ) AS desk
"""


@frozen
class SqlQueues:
    """Stores the inbox and the outbox, with one table each."""

    _database: Database

    def claim_inbox(self, now: datetime, ttl: timedelta, limit: int) -> Sequence[InboxRow]:
        """Claim the oldest inbox rows that are new or have an expired lease, one per conversation.

        Most calls find no rows, which is checked before any lock is taken.
        """
        if not self._fetch_rows(_ANY_TO_PROCESS, [to_microseconds(now)]):
            return []
        statement = inbox.build_claim_statement(self._database.dialect)
        values = (to_microseconds(now), to_microseconds(now), limit, to_microseconds(now + ttl))
        rows = self._database.lease(lambda connection: connection.execute(statement, values).fetchall())
        return sorted(map(inbox.build_row, rows), key=lambda row: (row.received_at, row.id))

    def retry_inbox(self, id: str, token: int, due_at: datetime, error: str) -> bool:
        """Put a claimed inbox row back into the queue until `due_at`; return False if the lease was lost."""
        values = (to_microseconds(due_at), error, id, token)
        return self._database.run_row_locked(lambda connection: connection.execute(_RETRY, values).rowcount > 0)

    def claim_outbox(
        self,
        now: datetime,
        ttl: timedelta,
        limit: int,
        messengers: Sequence[str] | None = None,
        lanes: Sequence[Lane] = LANES,
    ) -> Sequence[OutboxRow]:
        """Claim ready outbox rows of some lanes that are due: emergency lane first, then by due time and age.

        Most calls find no rows, which is checked before any lock is taken.
        """
        ranks = sorted(map(LANES.index, lanes))
        check_statement = f"SELECT {_ANY_EXPIRED}, {' OR '.join([_ANY_READY] * len(ranks)) or '1 = 0'}"
        values = [to_microseconds(now), *(value for rank in ranks for value in (rank, to_microseconds(now)))]
        ((any_expired, any_ready),) = self._fetch_rows(check_statement, values)
        if any_expired:
            self._database.change(lambda connection: _expire_claims(connection, to_microseconds(now)))
        elif not any_ready:
            return []
        statement, messenger_values = outbox.build_claim_statement(self._database.dialect, messengers)

        def claim(connection: Connection) -> list[Any]:
            claimed: list[Any] = []
            for rank in ranks:
                if (remaining := limit - len(claimed)) > 0:
                    values = (rank, to_microseconds(now), *messenger_values, remaining, to_microseconds(now + ttl))
                    claimed += sorted(connection.execute(statement, values).fetchall(), key=outbox.age_key)
            return claimed

        return [outbox.build_row(row) for row in self._database.lease(claim)]

    def start(self, id: str, token: int, now: datetime, ttl: timedelta) -> bool:
        """Mark a claimed outbox row as started, durably, with a renewed lease; return False if the lease was lost."""
        values = (to_microseconds(now + ttl), id, token, to_microseconds(now))
        return self._database.run_row_locked(lambda connection: connection.execute(_START, values).rowcount > 0)

    def release_held(self, now: datetime, patience: timedelta) -> int:
        """Unblock conversations whose first outbox row has been `unknown` for longer than `patience`."""

        def release(connection: Connection) -> int:
            rows = connection.execute(_CLOSE_UNKNOWN, (to_microseconds(now - patience),)).fetchall()
            outbox.promote_heads(
                connection, [(messenger, conversation, lane) for messenger, conversation, lane in rows]
            )
            return len(rows)

        return self._database.change(release)

    def wait(self, patience: timedelta) -> bool:
        """Return True if rows may have arrived since the last call, or False after `patience`."""
        return self._database.wait(patience)

    def inbox(self, states: Sequence[InboxState], limit: int = 100, after: str = "") -> Sequence[InboxRow]:
        """Return inbox rows in these states, ordered by id."""
        if not states:
            return []
        state_list = build_placeholders(len(states))
        statement = f"SELECT {inbox.COLUMNS} FROM inbox WHERE state IN ({state_list}) AND id > ? ORDER BY id LIMIT ?"
        return [inbox.build_row(row) for row in self._fetch_rows(statement, [*map(str, states), after, limit])]

    def outbox(
        self,
        states: Sequence[OutboxState] | None = None,
        cause: str = "",
        limit: int = 100,
        after: str = "",
        lane: Lane | None = None,
        *,
        conversation: str = "",
    ) -> Sequence[OutboxRow]:
        """Return outbox rows by state, cause, lane or conversation, ordered by id."""
        statement = f"SELECT {outbox.COLUMNS} FROM outbox WHERE id > ?"
        values: list[Any] = [after]
        if states is not None:
            statement += f" AND state IN ({build_placeholders(len(states))})" if states else " AND 1 = 0"
            values += map(str, states)
        if cause:
            statement += " AND cause = ?"
            values.append(cause)
        if lane is not None:
            statement += " AND rank = ?"
            values.append(LANES.index(lane))
        if conversation:
            statement += " AND conversation = ?"
            values.append(conversation)
        return [outbox.build_row(row) for row in self._fetch_rows(f"{statement} ORDER BY id LIMIT ?", [*values, limit])]

    def outbox_row(self, id: str) -> OutboxRow | None:
        """Return the outbox row with this id, or None."""
        rows = self._fetch_rows(f"SELECT {outbox.COLUMNS} FROM outbox WHERE id = ?", [id])
        return outbox.build_row(rows[0]) if rows else None

    def by_platform_id(self, messenger: str, platform_id: str) -> OutboxRow | None:
        """Return the outbox row that was sent under this platform id, or None."""
        statement = (
            f"SELECT {outbox.COLUMNS} FROM outbox WHERE messenger = ? AND platform_id = ? AND platform_id <> ''"
            " ORDER BY id DESC LIMIT 1"
        )
        rows = self._fetch_rows(statement, [messenger, platform_id])
        return outbox.build_row(rows[0]) if rows else None

    def depth(self) -> Mapping[str, int]:
        """Return `inbox.<state>` and `outbox.<state>` -> number of rows."""
        counts: dict[str, int] = {}
        with self._database.replica_reader() as connection:
            for queue in ("inbox", "outbox"):
                rows = connection.execute(f"SELECT state, count(*) FROM {queue} GROUP BY state ORDER BY state")
                counts.update((f"{queue}.{state}", count) for state, count in rows.fetchall())
        return counts

    def standing(self) -> BacklogStats:
        """Return the number of rows that wait for a person, and the time of the oldest."""
        ((count, since),) = self._fetch_rows(_BACKLOG, ())
        return BacklogStats(count, None if since is None else to_moment(since))

    def prune_inbox(self, before: datetime, limit: int = 200) -> int:
        """Remove inbox rows that are done and were received before a moment, lowest ids first."""
        statement = inbox.build_prune_statement(self._database.dialect)
        return self._database.run_row_locked(
            lambda connection: connection.execute(statement, (limit, to_microseconds(before))).rowcount
        )

    def prune_outbox(self, before: datetime, limit: int = 200) -> int:
        """Remove outbox rows that were due and delivered before a moment."""
        statement = outbox.build_prune_statement(self._database.dialect)
        at = to_microseconds(before)

        def prune(connection: Connection) -> int:
            removed = 0
            for rank in range(len(LANES)):
                if removed < limit:
                    removed += connection.execute(statement, (rank, at, at, limit - removed)).rowcount
            return removed

        return self._database.run_row_locked(prune)

    def remove_ended(self, about: Collection[str], conversations: Collection[str] = ()) -> int:
        """Remove settled rows about destroyed records or in destroyed conversations, from inbox and outbox; return
        their number.
        """
        chats = sorted(set(conversations) - {""})
        with self._database.reader() as connection:
            ids = outbox.find_settled_ids(connection, sorted(set(about)), chats)

        def remove(connection: Connection) -> int:
            return outbox.remove_ended(connection, ids) + inbox.remove_ended_rows(connection, chats)

        return self._database.change(remove)

    def rename_ended(
        self, events: Mapping[str, str], messages: Mapping[str, str], emptied: Collection[str] = ()
    ) -> None:
        """Replace the conversation of ended rows, which an earlier version stored, by another name, and empty those in
        `emptied`.
        """

        def rename(connection: Connection) -> None:
            inbox.rename_done_rows(connection, events)
            outbox.rename_closed_rows(connection, messages)
            outbox.empty_closed_rows(connection, emptied)

        self._database.change(rename)

    def _fetch_rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        with self._database.reader() as connection:
            return connection.execute(statement, values).fetchall()


def _expire_claims(connection: Connection, now: int) -> None:
    """Release expired claims; mark started rows with an expired lease as `unknown`."""
    connection.execute(_RELEASE_EXPIRED_CLAIMS, (now,))
    lost_ids = [row[0] for row in connection.execute(_EXPIRE_STARTED, (now, now)).fetchall()]
    outbox.promote_heads(connection, outbox.find_waiting_conversations(connection, lost_ids))
