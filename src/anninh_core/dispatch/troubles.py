"""What lies on the failure desk: everything not processed or not delivered, either direction, as one list."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import TypeVar

from attrs import evolve, frozen

from anninh_core.ports.queues import FOR_PEOPLE, InboxRow, InboxState, OutboxRow, OutboxState, Queues, Standing
from anninh_core.vocabulary.delivery import Lane

RETRYING = "retrying"
"""What is still tried by itself: shown only when it is asked for, and nothing is to be done about it."""

_PAGE = 200
_CUT_OFF = "under way, or cut off before its outcome was known"
_SAFE = {
    ("in", "failed"): ("rerun", "give-up"),
    ("out", "failed"): ("resend", "give-up"),
    ("out", "needs_person"): ("confirm", "resend", "give-up"),
    ("out", "unknown"): ("confirm", "give-up"),  # sent again it may arrive twice: for whoever has made sure
}
Row = TypeVar("Row", InboxRow, OutboxRow)


@frozen(kw_only=True)
class Trouble:
    """Something that waits for a person.

    Attributes:
        direction: `in` or `out`.
        since: when it was received, when sending it ended badly, or when it will be tried again.
    """

    id: str
    direction: str
    state: str
    messenger: str
    conversation: str
    lane: str
    purpose: str
    cause: str
    since: datetime
    attempts: int
    reason: str

    @property
    def safe(self) -> tuple[str, ...]:
        """What may be done about it without any risk that somebody gets the same twice, likeliest first."""
        return _SAFE.get((self.direction, self.state), ())


@frozen(kw_only=True)
class Alarm:
    """The failure desk does not move.

    Attributes:
        count: how many entries lie there.
        since: since when the oldest one lies there.
        age: how long that is.
    """

    count: int
    since: datetime
    age: timedelta


@frozen(kw_only=True)
class Wanted:
    """Which entries are asked for; "" for all.

    Attributes:
        after: id of the entry before the first one, "" for the oldest.
    """

    direction: str = ""
    state: str = ""
    messenger: str = ""
    after: str = ""


def troubles(queues: Queues, wanted: Wanted) -> Iterator[Trouble]:
    """Yield entries by id, which is the order in which they were made."""
    if wanted.state == RETRYING:
        tried = (row for row in unsent(queues, (OutboxState.READY, OutboxState.WAITING), wanted.after) if row.attempts)
        late = (evolve(_gone(row), state=RETRYING) for row in tried if wanted.direction != "in")
        return (trouble for trouble in late if wanted.messenger in ("", trouble.messenger))
    came = map(_came, received(queues, after=wanted.after)) if _asked(wanted, "in", (InboxState.FAILED,)) else ()
    states = tuple(state for state in FOR_PEOPLE if wanted.state in ("", state))
    gone = map(_gone, unsent(queues, states, wanted.after)) if _asked(wanted, "out", states) else ()
    both = heapq.merge(came, gone, key=attrgetter("id"))
    return (trouble for trouble in both if wanted.messenger in ("", trouble.messenger))


def alarm(standing: Standing, now: datetime, patience: timedelta) -> Alarm | None:
    """Return the alarm where the oldest entry has lain there for longer than a patience, else None."""
    if standing.since is None or now - standing.since <= patience:
        return None
    return Alarm(count=standing.count, since=standing.since, age=now - standing.since)


def standing(found: Iterable[Trouble]) -> Standing:
    """Count entries, and tell since when the oldest one lies there."""
    count, oldest = 0, None
    for count, trouble in enumerate(found, 1):  # noqa: B007  the last number is how many there are
        oldest = min(oldest or trouble.since, trouble.since)
    return Standing(count, oldest)


def received(
    queues: Queues, states: Sequence[InboxState] = (InboxState.FAILED,), after: str = ""
) -> Iterator[InboxRow]:
    """Yield events in these states; without, those that could not be processed."""
    return _paged(lambda last: queues.inbox(states, limit=_PAGE, after=last), after)


def unsent(
    queues: Queues,
    states: Sequence[OutboxState] = FOR_PEOPLE,
    after: str = "",
    *,
    lane: Lane | None = None,
    conversation: str = "",
) -> Iterator[OutboxRow]:
    """Yield messages in these states; without, those that a person decides about."""
    wanted = partial(queues.outbox, states, limit=_PAGE, lane=lane, conversation=conversation)
    return _paged(lambda last: wanted(after=last), after)


def _asked(wanted: Wanted, direction: str, states: Sequence[str]) -> bool:
    return wanted.direction in ("", direction) and bool(states) and wanted.state in ("", *states)


def _paged(page: Callable[[str], Sequence[Row]], after: str) -> Iterator[Row]:
    while rows := page(after):
        after = rows[-1].id
        yield from rows


def _came(row: InboxRow) -> Trouble:
    return Trouble(
        id=row.id,
        direction="in",
        state=row.state,
        messenger=row.source,
        conversation=row.conversation,
        lane="",
        purpose="",
        cause="",
        since=row.received_at,
        attempts=row.attempts,
        reason=row.error,
    )


def _gone(row: OutboxRow) -> Trouble:
    return Trouble(
        id=row.id,
        direction="out",
        state=row.state,
        messenger=row.messenger,
        conversation=row.conversation,
        lane=row.lane,
        purpose=row.purpose,
        cause=row.cause,
        since=row.settled_at or row.due_at,
        attempts=row.attempts,
        reason=_reason(row),
    )


def _reason(row: OutboxRow) -> str:
    """Return why a row stands here, with the method by which it may have left."""
    if row.state is not OutboxState.UNKNOWN or not row.delivery_method:
        return row.error
    return f"by {row.delivery_method}: {row.error or _CUT_OFF}"
