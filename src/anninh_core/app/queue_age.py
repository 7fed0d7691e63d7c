"""Age of the oldest queued rows: it shows whether a worker runs."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from attrs import frozen

from anninh_core.ports.storages.queues import LANES, PENDING, UNSENT, OutboxRow, Queues
from anninh_core.vocabulary.delivery import Lane

_MAX_ROWS = 1000
"""Undelivered rows looked at, oldest first: a bound on what one question costs the storage."""


@frozen
class QueueAge:
    """Since when the oldest has waited.

    Attributes:
        inbox: since the oldest unprocessed event was received; None where there is none.
        outbox: lane -> since its oldest undelivered row was due, None where there is none. A row that was tried and put
            off counts from when it was made. Rows due later don't wait yet.
    """

    inbox: datetime | None
    outbox: Mapping[Lane, datetime | None]

    @classmethod
    def of(cls, queues: Queues, now: datetime) -> "QueueAge":
        """Look at the queues.

        Only the thousand oldest undelivered rows are looked at. A lane that has none among so many is taken to wait as
        long as the last of them, which it does at most.
        """
        received = [row.received_at for state in PENDING for row in queues.inbox((state,), limit=1)]
        rows = queues.outbox(UNSENT, limit=_MAX_ROWS)
        fallback_since = _waiting_since(rows[-1]) if len(rows) == _MAX_ROWS else None
        return cls(
            min(received, default=None),
            {lane: _oldest_due((row for row in rows if row.lane == lane), fallback_since, now) for lane in LANES},
        )


def elapsed_since(since: datetime | None, now: datetime) -> timedelta:
    """Return the time since a moment; zero if there is none or if it is in the future."""
    return max(now - since, timedelta()) if since is not None else timedelta()


def id_timestamp(id: str) -> datetime:
    """Return when an id of ours was made, in UTC, to the minute: in which part of it, an id doesn't show."""
    return datetime.fromtimestamp((UUID(id).int >> 80) / 1000, UTC)


def _oldest_due(rows: Iterable[OutboxRow], rest: datetime | None, now: datetime) -> datetime | None:
    due_times = [since for row in rows if (since := _waiting_since(row)) <= now]
    if not due_times and rest is not None and rest <= now:
        return rest
    return min(due_times, default=None)


def _waiting_since(row: OutboxRow) -> datetime:
    return min(row.due_at, id_timestamp(row.id)) if row.attempts else row.due_at
