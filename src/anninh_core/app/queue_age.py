"""Age of the oldest queued rows, which shows whether a worker runs."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from attrs import frozen

from anninh_core.ports.storages.queues import LANES, PENDING, UNSENT, OutboxRow, Queues
from anninh_core.vocabulary.delivery import Lane

_MAX_ROWS = 1000
"""Number of the oldest undelivered rows that are read, which limits the cost of one check."""


@frozen
class QueueAge:
    """Times since which the oldest rows of the inbox and of each lane of the outbox wait.

    Attributes:
        inbox: when the oldest unprocessed event was received, or None.
        outbox: lane -> when its oldest undelivered row was due, or None. A row that was tried and deferred counts from
            its creation. Rows due later don't wait yet.
    """

    inbox: datetime | None
    outbox: Mapping[Lane, datetime | None]

    @classmethod
    def of(cls, queues: Queues, now: datetime) -> "QueueAge":
        """Return the times since which the oldest rows of `queues` wait.

        Only the thousand oldest undelivered rows are read. A lane without a row among them is assumed to wait since the
        last of them, which is an upper bound.
        """
        received = [row.received_at for state in PENDING for row in queues.inbox((state,), limit=1)]
        rows = queues.outbox(UNSENT, limit=_MAX_ROWS)
        fallback_since = _find_waiting_start(rows[-1]) if len(rows) == _MAX_ROWS else None
        return cls(
            min(received, default=None),
            {lane: _find_oldest_due((row for row in rows if row.lane == lane), fallback_since, now) for lane in LANES},
        )


def elapsed_since(since: datetime | None, now: datetime) -> timedelta:
    """Return the time since a moment; zero if there is none or if it is in the future."""
    return max(now - since, timedelta()) if since is not None else timedelta()


def id_timestamp(id: str) -> datetime:
    """Return the creation time in an id of this library, in UTC; accurate only to the minute, because ids contain no
    more.
    """
    return datetime.fromtimestamp((UUID(id).int >> 80) / 1000, UTC)


def _find_oldest_due(rows: Iterable[OutboxRow], fallback_since: datetime | None, now: datetime) -> datetime | None:
    due_times = [since for row in rows if (since := _find_waiting_start(row)) <= now]
    if not due_times and fallback_since is not None and fallback_since <= now:
        return fallback_since
    return min(due_times, default=None)


def _find_waiting_start(row: OutboxRow) -> datetime:
    return min(row.due_at, id_timestamp(row.id)) if row.attempts else row.due_at
