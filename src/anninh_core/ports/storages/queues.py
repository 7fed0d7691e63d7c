"""Durable inbox and outbox.

An inbox row goes `new → claimed → done | failed`. A `failed` one may be settled once more without a token, by a person:
as `new`, to be processed again, or as `done`. The body of a row that is `done` is deleted: the records have its
content. Its conversation is replaced by the settlement's value, as for an outbox row that is `delivered` or
`cancelled`: a reader of the storage must not learn which cases belong to one person.

An outbox row goes `waiting → ready → claimed → started`, then `delivered | failed | needs_person | unknown |
cancelled`.

A row that is `failed`, `needs_person` or `unknown` may be settled once more without a token, by a person or by
reconciliation with the platform: as `delivered`, `cancelled`, or `ready` to be sent again. A `delivered` row becomes
`failed` if the platform revokes its confirmation.

Only the head of a conversation and lane is `ready`; settling it promotes the next.

`started` is committed just before bytes leave: only a started row whose lease ran out is `unknown`.

An `unknown` row holds its conversation until `held_until`, then no longer blocks it.

Rows that are `done` or `delivered` are removed after a time, by `prune_inbox` and `prune_outbox`; others only with
their subject, by `remove_ended`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from attrs import frozen

from anninh_core.vocabulary.delivery import Lane


class InboxState(StrEnum):
    """State of an inbox row. The values are stored."""

    NEW = "new"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"


class OutboxState(StrEnum):
    """State of an outbox row. The values are stored."""

    WAITING = "waiting"
    """An earlier row of the same conversation isn't settled."""
    READY = "ready"
    """The row can be sent."""
    CLAIMED = "claimed"
    """A worker has claimed the row."""
    STARTED = "started"
    """Sending the row has begun; bytes may have left."""
    DELIVERED = "delivered"
    """The platform accepted the message."""
    FAILED = "failed"
    """Sending the row failed, and it won't be retried."""
    NEEDS_PERSON = "needs_person"
    """A person has to act before the row can be sent."""
    UNKNOWN = "unknown"
    """The outcome of sending is unknown; the row is never sent again without a check."""
    CANCELLED = "cancelled"
    """The row won't be sent any more."""


LANES = tuple(Lane)
"""Every lane of the outbox. Their order is stored with the rows: a new one comes last."""

SENDING = tuple(lane for lane in Lane if lane is not Lane.MEDIA)
"""The lanes of outgoing messages, the most urgent first."""

PENDING = (InboxState.NEW, InboxState.CLAIMED)
"""States of an inbox row that isn't finished."""

LEASED = (OutboxState.CLAIMED, OutboxState.STARTED)
"""States of an outbox row on which a worker has a lease."""

UNSENT = (OutboxState.WAITING, OutboxState.READY, *LEASED)
"""States of an outbox row that has not ended."""

FOR_PEOPLE = (OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.NEEDS_PERSON)
"""States of an outbox row that wait for a person's decision."""

SETTLED = frozenset(OutboxState) - frozenset(UNSENT)
"""States of an outbox row that has ended, as far as is known."""

CLOSED = (OutboxState.DELIVERED, OutboxState.CANCELLED)
"""States of an outbox row that no longer needs its conversation; the conversation is then replaced by another name."""


@frozen(kw_only=True)
class InboxRow:
    """A stored event from outside, with the state of its processing.

    Attributes:
        attempts: number of claims since the row was new.
        token: fencing token, raised by each claim and never lowered.
        error: why its last attempt failed.
    """

    id: str
    source: str
    dedupe: str
    conversation: str
    received_at: datetime
    scope: str
    body: bytes
    state: InboxState
    attempts: int
    token: int
    error: str = ""


@frozen(kw_only=True)
class OutboxRow:
    """A stored outgoing effect, such as a message, with the state of its sending.

    Attributes:
        attempts: number of starts.
        created_seq: age of the row: every row that is created or queued again gets a greater number than all before.
        settled_at: time of its end, None if it is to be sent again.
        delivery_method: fallback method of its current or last send, "" for the messenger's own method.
        deferred_until: time of the next try of a deferred row, at the end of its conversation. None for all others.
        after: id of the row that has to be settled first, "" for none.
        body: the encrypted message.
        cause: `kind:id` of the record it belongs to.
        due_at: earliest time of sending.
        error: why the last try failed, without any message text.
        platform_id: the platform's id of the message, "" if the platform gave none.
        proof: a person's proof of sending by hand, "" for none.
        scope: erasure scope of its encryption.
        token: counts its claims; only the last one settles it.
        lane: urgency of the row.
    """

    id: str
    messenger: str
    conversation: str
    lane: Lane
    due_at: datetime
    cause: str
    purpose: str
    scope: str
    body: bytes
    after: str
    state: OutboxState
    attempts: int
    token: int
    created_seq: int
    settled_at: datetime | None = None
    platform_id: str = ""
    proof: str = ""
    error: str = ""
    delivery_method: str = ""
    deferred_until: datetime | None = None


@frozen
class BacklogStats:
    """Number and age of the rows that wait for a person.

    Attributes:
        count: number of rows: events that failed, and messages that failed, are `unknown` or need a person.
        since: when the oldest of them was received, or ended badly; None without rows.
    """

    count: int
    since: datetime | None


class Queues(Protocol):
    """The inbox and the outbox: claiming and listing of their rows; enqueueing and settling are parts of change
    sets.
    """

    def claim_inbox(self, now: datetime, ttl: timedelta, limit: int) -> Sequence[InboxRow]:
        """Claim the oldest inbox rows that are new or have a lease that ran out, at most one per conversation (""
        excepted).

        The oldest is the one that was received first, by id among those of one moment. A row of a conversation is
        claimed only if every earlier row of it is done or failed, and none is claimed. A claim raises token and
        attempts. It outlives its process; a power cut may undo it as long as no later change was stored.
        """
        ...

    def retry_inbox(self, id: str, token: int, due_at: datetime, error: str) -> bool:
        """Release a claimed inbox row until `due_at`, its attempt counted; return False if the lease was lost."""
        ...

    def claim_outbox(
        self,
        now: datetime,
        ttl: timedelta,
        limit: int,
        messengers: Sequence[str] | None = None,
        lanes: Sequence[Lane] = LANES,
    ) -> Sequence[OutboxRow]:
        """Claim outbox rows of some lanes that are ready and due: emergency lane first, then by due time and age.

        Claimed rows whose lease ran out before they were started become ready first. Started rows whose lease ran out
        become `unknown` and hold their conversation.
        """
        ...

    def start(self, id: str, token: int, now: datetime, ttl: timedelta) -> bool:
        """Mark a claimed outbox row as started, durably, with a new lease from `now`; return False if the lease was
        lost.

        A start raises attempts.
        """
        ...

    def release_held(self, now: datetime, patience: timedelta) -> int:
        """Unblock the conversations in which the first outbox row has been `unknown` for longer than `patience`; return
        how many.
        """
        ...

    def wait(self, patience: timedelta) -> bool:
        """Return True when rows of any process may have arrived since the last call, or False after `patience`."""
        ...

    def inbox(self, states: Sequence[InboxState], limit: int = 100, after: str = "") -> Sequence[InboxRow]:
        """Return inbox rows in these states with an id after `after`, in the order of ids."""
        ...

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
        """Return outbox rows of a state, cause, lane or conversation with an id after `after`, in the order of ids."""
        ...

    def outbox_row(self, id: str) -> OutboxRow | None:
        """Return the outbox row with this id, or None."""
        ...

    def by_platform_id(self, messenger: str, platform_id: str) -> OutboxRow | None:
        """Return the outbox row whose message has this id on the platform, or None."""
        ...

    def depth(self) -> Mapping[str, int]:
        """Return the number of rows by queue and state, as `inbox.<state>` and `outbox.<state>` -> number."""
        ...

    def standing(self) -> BacklogStats:
        """Return the number of all rows that wait for a person, and since when the oldest has been waiting, without a
        limit.
        """
        ...

    def prune_inbox(self, before: datetime, limit: int = 200) -> int:
        """Remove inbox rows that are done and were received before a moment: the oldest by id, at most `limit`.

        Their events are forgotten: a redelivered one is accepted as new. Returns the number of removed rows.
        """
        ...

    def prune_outbox(self, before: datetime, limit: int = 200) -> int:
        """Remove outbox rows that were due and delivered before a moment, at most `limit`; return their number.

        A row that waits `after` one of them is sent as if that row still existed.
        """
        ...

    def remove_ended(self, about: Collection[str], conversations: Collection[str] = ()) -> int:
        """Remove the ended rows of destroyed records and people from both queues, in whatever state they ended; return
        their number.

        A row that waits `after` one of them, or for them in its conversation, is sent as if they still existed.

        Args:
            about: outbox rows encrypted under one of these scopes, or caused by one of these records.
            conversations: outbox rows to these conversations, and inbox rows of them that are done or failed; their
                events are forgotten. For a row that is `done` or `CLOSED`, the replacement of its conversation counts.
        """
        ...

    def rename_ended(
        self, events: Mapping[str, str], messages: Mapping[str, str], emptied: Collection[str] = ()
    ) -> None:
        """Replace the conversations in ended rows that an earlier version left unchanged.

        Rows that aren't `done`, or not `CLOSED`, stay unchanged.

        Args:
            events: id of an inbox row -> the replacement of its conversation.
            messages: likewise, for outbox rows.
            emptied: outbox rows that lose their body and scope, too.
        """
        ...


Row = TypeVar("Row", InboxRow, OutboxRow)


def iter_rows(read_page: Callable[[str], Sequence[Row]], after: str = "") -> Iterator[Row]:
    """Yield the rows of a queue by id, page by page.

    Args:
        read_page: returns the next rows after an id, none at the end.
        after: id to begin after, "" for the beginning.
    """
    while rows := read_page(after):
        after = rows[-1].id
        yield from rows
