"""The inbox and the outbox in memory."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from anninh_core.ports.storages.queues import (
    CLOSED,
    FOR_PEOPLE,
    LANES,
    SETTLED,
    BacklogStats,
    InboxRow,
    InboxState,
    OutboxRow,
    OutboxState,
)
from anninh_core.testing.memory.tables import Row, StoredRow, Tables
from anninh_core.vocabulary.delivery import Lane

_ENDED = (InboxState.DONE, InboxState.FAILED)


@frozen
class MemoryQueues:
    """Queues that keep rows in dictionaries by id; every claim scans all of them."""

    _tables: Tables

    def claim_inbox(self, now: datetime, ttl: timedelta, limit: int) -> Sequence[InboxRow]:
        """Claim the oldest rows that are new or have an expired lease, one per conversation."""
        claimed: list[InboxRow] = []
        with self._tables.lock:
            busy = {stored.row.conversation for stored in self._tables.inbox.values() if _is_leased(stored, now)} - {""}
            for stored in sorted(self._tables.inbox.values(), key=_get_arrival_key):
                row = stored.row
                if not stored.open or row.conversation in busy:
                    continue
                busy.update({row.conversation} - {""})
                if stored.until <= now and len(claimed) < limit:
                    stored.row = evolve(row, state=InboxState.CLAIMED, token=row.token + 1, attempts=row.attempts + 1)
                    stored.until = now + ttl
                    claimed.append(stored.row)
        return claimed

    def retry_inbox(self, id: str, token: int, due_at: datetime, error: str) -> bool:
        """Give a claimed inbox row back until `due_at`; return False if the lease was lost."""
        with self._tables.lock:
            stored = self._tables.inbox.get(id)
            if stored is None or (stored.row.state, stored.row.token) != (InboxState.CLAIMED, token):
                return False
            stored.row = evolve(stored.row, state=InboxState.NEW, error=error)
            stored.until = due_at
            return True

    def claim_outbox(
        self,
        now: datetime,
        ttl: timedelta,
        limit: int,
        messengers: Sequence[str] | None = None,
        lanes: Sequence[Lane] = LANES,
    ) -> Sequence[OutboxRow]:
        """Claim ready outbox rows of some lanes that are due, sorted by lane, due time and age."""
        with self._tables.lock:
            for held in self._tables.outbox.values():
                _end_expired_lease(held, now)
            self._tables.promote()
            due = [
                held
                for held in self._tables.outbox.values()
                if held.row.state is OutboxState.READY
                and held.row.due_at <= now
                and (messengers is None or held.row.messenger in messengers)
                and held.row.lane in lanes
            ]
            due.sort(key=lambda held: (LANES.index(held.row.lane), held.row.due_at, held.row.created_seq))
            for held in due[:limit]:
                held.row = evolve(held.row, state=OutboxState.CLAIMED, token=held.row.token + 1)
                held.until = now + ttl
            return [held.row for held in due[:limit]]

    def start(self, id: str, token: int, now: datetime, ttl: timedelta) -> bool:
        """Mark a claimed outbox row as started, with a new lease; return False if the lease was lost."""
        with self._tables.lock:
            stored = self._tables.outbox.get(id)
            if (
                stored is None
                or (stored.row.state, stored.row.token) != (OutboxState.CLAIMED, token)
                or stored.until <= now
            ):
                return False
            stored.row = evolve(stored.row, state=OutboxState.STARTED, attempts=stored.row.attempts + 1)
            stored.until = now + ttl
            return True

    def release_held(self, now: datetime, patience: timedelta) -> int:
        """Release conversations with a head that has been `unknown` for longer than `patience`; return their number."""
        with self._tables.lock:
            expired = [
                stored
                for stored in self._tables.outbox.values()
                if stored.open and stored.row.settled_at is not None and stored.row.settled_at + patience < now
            ]
            for stored in expired:
                stored.open = False
            self._tables.promote()
            return len(expired)

    def wait(self, patience: timedelta) -> bool:
        """Return True if rows have come since the last call, or False after `patience`."""
        with self._tables.row_added:
            has_rows = self._tables.row_added.wait_for(lambda: self._tables.has_new_rows, patience.total_seconds())
            self._tables.has_new_rows = False
            return has_rows

    def inbox(self, states: Sequence[InboxState], limit: int = 100, after: str = "") -> Sequence[InboxRow]:
        """Return inbox rows in these states, sorted by id."""
        with self._tables.lock:
            rows = _sort_by_id(self._tables.inbox.values())
        return [row for row in rows if row.id > after and row.state in states][:limit]

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
        """Return outbox rows by state, cause, lane or conversation, sorted by id."""
        with self._tables.lock:
            rows = _sort_by_id(self._tables.outbox.values())
        return [
            row
            for row in rows
            if row.id > after
            and (states is None or row.state in states)
            and cause in ("", row.cause)
            and lane in (None, row.lane)
            and conversation in ("", row.conversation)
        ][:limit]

    def outbox_row(self, id: str) -> OutboxRow | None:
        """Return the outbox row with this id, or None."""
        with self._tables.lock:
            stored = self._tables.outbox.get(id)
            return stored.row if stored else None

    def by_platform_id(self, messenger: str, platform_id: str) -> OutboxRow | None:
        """Return the outbox row that was sent under this platform id, or None."""
        with self._tables.lock:
            rows = _sort_by_id(self._tables.outbox.values())
        sent = [row for row in rows if platform_id and (row.messenger, row.platform_id) == (messenger, platform_id)]
        return sent[-1] if sent else None

    def depth(self) -> Mapping[str, int]:
        """Return the number of rows in each state, by `inbox.<state>` and `outbox.<state>`."""
        with self._tables.lock:
            states = [f"inbox.{stored.row.state}" for stored in self._tables.inbox.values()]
            states += [f"outbox.{stored.row.state}" for stored in self._tables.outbox.values()]
        return {state: states.count(state) for state in sorted(set(states))}

    def standing(self) -> BacklogStats:
        """Return the number of rows that wait for a person, and the time of the oldest."""
        with self._tables.lock:
            received = [
                stored.row.received_at
                for stored in self._tables.inbox.values()
                if stored.row.state is InboxState.FAILED
            ]
            unsettled = [stored.row for stored in self._tables.outbox.values() if stored.row.state in FOR_PEOPLE]
        since = [*received, *(row.settled_at or row.due_at for row in unsettled)]
        return BacklogStats(len(since), min(since, default=None))

    def prune_inbox(self, before: datetime, limit: int = 200) -> int:
        """Remove at most `limit` done inbox rows that were received before a time, in the order of their ids; return
        their number.
        """
        with self._tables.lock:
            done = [row for row in _sort_by_id(self._tables.inbox.values()) if row.state is InboxState.DONE]
            old = [row for row in done[:limit] if row.received_at < before]
            for row in old:
                del self._tables.inbox[row.id]
                self._tables.delivered.discard((row.source, row.dedupe))
            return len(old)

    def prune_outbox(self, before: datetime, limit: int = 200) -> int:
        """Remove at most `limit` delivered outbox rows that were due and settled before a time; return their number."""
        with self._tables.lock:
            sent = [row for row in _sort_by_id(self._tables.outbox.values()) if row.state is OutboxState.DELIVERED]
            old = [row for row in sent if row.due_at < before and row.settled_at and row.settled_at < before][:limit]
            for row in old:
                del self._tables.outbox[row.id]
            return len(old)

    def remove_ended(self, about: Collection[str], conversations: Collection[str] = ()) -> int:
        """Remove ended rows that belong to destroyed scopes, causes or conversations; return their number."""
        chats = set(conversations) - {""}
        with self._tables.lock:
            sent = [
                row
                for row in _sort_by_id(self._tables.outbox.values())
                if row.state in SETTLED and (row.conversation in chats or not {row.scope, row.cause}.isdisjoint(about))
            ]
            came = [
                row
                for row in _sort_by_id(self._tables.inbox.values())
                if row.state in _ENDED and row.conversation in chats
            ]
            for outgoing in sent:
                del self._tables.outbox[outgoing.id]
            for row in came:
                del self._tables.inbox[row.id]
                self._tables.delivered.discard((row.source, row.dedupe))
            self._tables.promote()
            return len(sent) + len(came)

    def rename_ended(
        self, events: Mapping[str, str], messages: Mapping[str, str], emptied: Collection[str] = ()
    ) -> None:
        """Rename the conversations of ended rows that an earlier version stored; empty the closed outbox rows in
        `emptied`.
        """
        with self._tables.lock:
            for event in self._tables.inbox.values():
                if event.row.id in events and event.row.state is InboxState.DONE:
                    event.row = evolve(event.row, conversation=events[event.row.id])
            for message in self._tables.outbox.values():
                row = message.row
                if row.state in CLOSED:
                    row = evolve(row, conversation=messages.get(row.id, row.conversation))
                    message.row = evolve(row, body=b"", scope="") if row.id in emptied else row


def _get_arrival_key(held: StoredRow[InboxRow]) -> tuple[datetime, str]:
    return held.row.received_at, held.row.id


def _is_leased(held: StoredRow[InboxRow], now: datetime) -> bool:
    return held.row.state is InboxState.CLAIMED and held.until > now


def _sort_by_id(rows: Iterable[StoredRow[Row]]) -> list[Row]:
    return sorted((held.row for held in rows), key=lambda row: row.id)


def _end_expired_lease(held: StoredRow[OutboxRow], now: datetime) -> None:
    if held.until > now:
        return
    if held.row.state is OutboxState.CLAIMED:
        held.row = evolve(held.row, state=OutboxState.READY)
    elif held.row.state is OutboxState.STARTED:
        held.row = evolve(held.row, state=OutboxState.UNKNOWN, settled_at=now)
