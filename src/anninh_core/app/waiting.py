"""How long the oldest has waited in the queues: what tells that nobody works."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from attrs import frozen

from anninh_core.ports.queues import LANES, PENDING, UNSENT, OutboxRow, Queues
from anninh_core.vocabulary.delivery import Lane

_LOOK = 1000
"""Undelivered rows looked at, oldest first: a bound on what one question costs the storage."""


@frozen
class Waiting:
    """Since when the oldest has waited.

    Attributes:
        inbox: since the oldest unprocessed event was received; None where there is none.
        outbox: lane -> since its oldest undelivered row was due, None where there is none. A row that was tried and put
            off counts from when it was made. Rows due later don't wait yet.
    """

    inbox: datetime | None
    outbox: Mapping[Lane, datetime | None]

    @classmethod
    def of(cls, queues: Queues, now: datetime) -> "Waiting":
        """Look at the queues.

        Only the thousand oldest undelivered rows are looked at. A lane that has none among so many is taken to wait as
        long as the last of them, which it does at most.
        """
        received = [row.received_at for state in PENDING for row in queues.inbox((state,), limit=1)]
        rows = queues.outbox(UNSENT, limit=_LOOK)
        rest = _since(rows[-1]) if len(rows) == _LOOK else None
        return cls(
            min(received, default=None),
            {lane: _oldest((row for row in rows if row.lane == lane), rest, now) for lane in LANES},
        )


def age(since: datetime | None, now: datetime) -> timedelta:
    """Return how long that is ago: nothing where there is nothing, or where it lies ahead."""
    return max(now - since, timedelta()) if since is not None else timedelta()


def made_at(id: str) -> datetime:
    """Return when an id of ours was made, in UTC, to the millisecond."""
    return datetime.fromtimestamp((UUID(id).int >> 80) / 1000, UTC)


def _oldest(rows: Iterable[OutboxRow], rest: datetime | None, now: datetime) -> datetime | None:
    found = [since for row in rows if (since := _since(row)) <= now]
    if not found and rest is not None and rest <= now:
        return rest
    return min(found, default=None)


def _since(row: OutboxRow) -> datetime:
    return min(row.due_at, made_at(row.id)) if row.attempts else row.due_at
