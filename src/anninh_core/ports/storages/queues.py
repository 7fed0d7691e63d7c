"""Durable inbox and outbox.

An inbox row goes `new → claimed → done | failed`. A `failed` one may be settled once more without a token, by a
person: as `new`, to be processed again, or as `done`. A row that is `done` keeps nothing of its body: the records do.
Of its conversation it keeps what its settlement says, as does an outbox row that is `delivered` or `cancelled`: who
reads the storage must not learn from it which cases are of one person.
An outbox row goes `waiting → ready → claimed → started`, then `delivered | failed | needs_person | unknown |
cancelled`.
A row that is `failed`, `needs_person` or `unknown` may be settled once more without a token, by a person or a look at
the platform: as `delivered`, `cancelled`, or `ready` to go out again. A `delivered` row becomes `failed` where the
platform revokes its confirmation.
Only the head of a conversation and lane is `ready`; settling it promotes the next.
`started` is committed just before bytes leave: only a started row whose lease ran out is `unknown`.
An `unknown` row holds its conversation until `held_until`, then steps aside.
Rows that are `done` or `delivered` are removed after a time, by `prune_inbox` and `prune_outbox`; others only with what
they are about, by `remove_ended`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from attrs import frozen

from anninh_core.vocabulary.delivery import Lane


class InboxState(StrEnum):
    """Where an event from outside stands. The values are stored."""

    NEW = "new"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"


class OutboxState(StrEnum):
    """Where an effect on the outside stands. The values are stored."""

    WAITING = "waiting"
    """One before it in its conversation isn't settled."""
    READY = "ready"
    """It can be sent."""
    CLAIMED = "claimed"
    """A worker has it."""
    STARTED = "started"
    """Its bytes may be under way."""
    DELIVERED = "delivered"
    """The platform took it."""
    FAILED = "failed"
    """It failed for good."""
    NEEDS_PERSON = "needs_person"
    """Somebody has to act first."""
    UNKNOWN = "unknown"
    """Nobody knows whether it arrived; it isn't sent again blindly."""
    CANCELLED = "cancelled"
    """It isn't sent any more."""


LANES = tuple(Lane)
"""Every lane. Their order is stored with the rows: a new one comes last."""

SENDING = tuple(lane for lane in Lane if lane is not Lane.MEDIA)
"""The lanes of what is sent, the most urgent first."""

PENDING = (InboxState.NEW, InboxState.CLAIMED)
"""States of an inbox row that isn't finished."""

LEASED = (OutboxState.CLAIMED, OutboxState.STARTED)
"""States of an outbox row that a worker holds."""

UNSENT = (OutboxState.WAITING, OutboxState.READY, *LEASED)
"""States of an outbox row that has not ended."""

FOR_PEOPLE = (OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.NEEDS_PERSON)
"""States of an outbox row in which a person decides."""

SETTLED = frozenset(OutboxState) - frozenset(UNSENT)
"""States in which a row has ended, as far as anybody knows."""

CLOSED = (OutboxState.DELIVERED, OutboxState.CANCELLED)
"""States of an outbox row that needs its conversation no longer, and keeps another name in its place."""


@frozen(kw_only=True)
class InboxRow:
    """An event from outside.

    Attributes:
        attempts: how often it was claimed since it was new.
        token: raised by each claim, and never lowered; whoever claimed it last shows it.
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
    """An effect on the outside.

    Attributes:
        attempts: how often it was started.
        created_seq: its age: every row that is made, or queues up anew, has a greater one than all before.
        settled_at: when it ended, None for what goes out again.
        delivery_method: the fallback by which it left or may be leaving, "" for the messenger's own way.
        deferred_until: it stepped aside: it is tried again then, at the end of its conversation. None for all others.
        after: id of the row that has to be settled first, "" for none.
        body: the sealed message.
        cause: `kind:id` of the record it belongs to.
        due_at: not sent before this moment.
        error: why the last try failed, without what anybody wrote.
        platform_id: the platform's id of the message, "" where it has told none.
        proof: by what a person showed that it was sent by hand, "" where nobody did.
        scope: erasure scope that seals it.
        token: counts its claims; only the last one settles it.
        lane: how urgent it is.
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
    """What waits for a person.

    Attributes:
        count: how many rows: events that failed, and messages that failed, are `unknown` or need a person.
        since: when the oldest of them was received, or ended badly; None where there are none.
    """

    count: int
    since: datetime | None


class Queues(Protocol):
    """Claims and queries; enqueueing and settling are parts of change sets."""

    def claim_inbox(self, now: datetime, ttl: timedelta, limit: int) -> Sequence[InboxRow]:
        """Claim the oldest rows that are new or whose lease ran out, at most one per conversation ("" excepted).

        The oldest is the one that was received first, by id among those of one moment. A row of a conversation is
        claimed only when every earlier row of it is done or failed, and none is claimed. A claim raises token and
        attempts. It outlives its process; a power cut may undo it as long as nothing was stored behind it.
        """
        ...

    def retry_inbox(self, id: str, token: int, due_at: datetime, error: str) -> bool:
        """Give a claimed row back until `due_at`, its attempt counted; False if the lease was lost."""
        ...

    def claim_outbox(
        self,
        now: datetime,
        ttl: timedelta,
        limit: int,
        messengers: Sequence[str] | None = None,
        lanes: Sequence[Lane] = LANES,
    ) -> Sequence[OutboxRow]:
        """Claim ready rows of some lanes that are due: emergency lane first, then by due time and age.

        Rows claimed whose lease ran out before they were started become ready first.
        Rows started whose lease ran out become `unknown` and hold their conversation.
        """
        ...

    def start(self, id: str, token: int, now: datetime, ttl: timedelta) -> bool:
        """Mark a claimed row as started, durably, its lease running anew from now; False if the lease was lost.

        A start raises attempts.
        """
        ...

    def release_held(self, now: datetime, patience: timedelta) -> int:
        """Let conversations go on whose head has been `unknown` for longer than `patience`."""
        ...

    def wait(self, patience: timedelta) -> bool:
        """Return True when rows may have come since the last call, from whatever process; False when patience ends."""
        ...

    def inbox(self, states: Sequence[InboxState], limit: int = 100, after: str = "") -> Sequence[InboxRow]:
        """Return rows in these states, by id, with id > after."""
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
        """Return rows of a state, cause, lane or conversation, by id, with id > after."""
        ...

    def outbox_row(self, id: str) -> OutboxRow | None:
        """Return one row, or None."""
        ...

    def by_platform_id(self, messenger: str, platform_id: str) -> OutboxRow | None:
        """Return the row sent under this platform id, or None."""
        ...

    def depth(self) -> Mapping[str, int]:
        """Return `inbox.<state>` and `outbox.<state>` -> number of rows."""
        ...

    def standing(self) -> BacklogStats:
        """Tell how much waits for a person, and since when; no row is left out, however many there are."""
        ...

    def prune_inbox(self, before: datetime, limit: int = 200) -> int:
        """Remove rows that are done and were received before a moment: the oldest by id, at most `limit`.

        Their events are forgotten: a redelivered one is accepted as new. Returns how many were removed.
        """
        ...

    def prune_outbox(self, before: datetime, limit: int = 200) -> int:
        """Remove rows that were due and delivered before a moment, at most `limit`; return how many.

        A row that waits `after` one of them goes, as it would have gone.
        """
        ...

    def remove_ended(self, about: Collection[str], conversations: Collection[str] = ()) -> int:
        """Remove what has ended of things that are destroyed, in whatever state it ended; return how many rows.

        A row that waits `after` one of them, or behind it in its conversation, goes, as it would have gone.

        Args:
            about: outbox rows sealed under one of these scopes, or caused by one of these records.
            conversations: outbox rows to these conversations, and inbox rows of them that are done or failed; their
                events are forgotten. Of a row that is `done` or `CLOSED`, what it has in place of one counts.
        """
        ...

    def rename_ended(
        self, events: Mapping[str, str], messages: Mapping[str, str], emptied: Collection[str] = ()
    ) -> None:
        """Give rows of an earlier version another name in place of their conversation.

        Those that aren't `done`, or not `CLOSED`, stay as they are.

        Args:
            events: id of an inbox row -> what it has in place of its conversation from now on.
            messages: likewise, of outbox rows.
            emptied: outbox rows that lose their body and scope, too.
        """
        ...


Row = TypeVar("Row", InboxRow, OutboxRow)


def iter_rows(read_page: Callable[[str], Sequence[Row]], after: str = "") -> Iterator[Row]:
    """Yield the rows of a queue by id, page by page.

    Args:
        read_page: returns the next rows behind an id, none at the end.
        after: id behind which to begin, "" for the beginning.
    """
    while rows := read_page(after):
        after = rows[-1].id
        yield from rows
