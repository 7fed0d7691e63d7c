"""What lies on the failure desk: everything not processed or not delivered, either direction, as one list."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from attrs import evolve, frozen

from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.messaging.rows import inbox_rows, outbox_rows
from anninh_core.ports.storages.queues import (
    FOR_PEOPLE,
    BacklogStats,
    InboxRow,
    InboxState,
    OutboxRow,
    OutboxState,
    Queues,
)
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.usecase.views import make_view, view

RETRYING = "retrying"
"""What is still tried by itself: shown only when it is asked for, and nothing is to be done about it."""

_OF_RESIDENTS = frozenset({"tip", "inquiry", "message", "in"})
"""Kinds of causes for which something goes to a resident; `in` came from one, or from a group."""

_CUT_OFF = Sentence("The message is on its way, or sending it was interrupted.")
_SAFE_ACTIONS = {
    ("in", "failed"): ("rerun", "give-up"),
    ("out", "failed"): ("resend", "give-up"),
    ("out", "needs_person"): ("confirm", "resend", "give-up"),
    ("out", "unknown"): ("confirm", "give-up"),  # sent again it may arrive twice: for whoever has made sure
}


@view
class DeliveryFailureView:
    """Something that waits for a person: why, and what may be done; never to whom it was to go, or what it says.

    Attributes:
        direction: `in` or `out`.
        since: when it was received, when sending it ended badly, or when it will be tried again.
        cause: `kind:id` of the record it belongs to, "" for what came in.
        safe_actions: what may be done about it without any risk that somebody gets the same twice, likeliest first.
    """

    id: str
    direction: str
    state: str
    messenger: str
    lane: str
    purpose: str
    cause: str
    since: datetime
    attempts: int
    reason: str
    safe_actions: tuple[str, ...]


@frozen(kw_only=True)
class DeliveryFailure:
    """Something that waits for a person.

    Attributes:
        direction: `in` or `out`.
        since: when it was received, when sending it ended badly, or when it will be tried again.
        reason: why, without what anybody wrote.
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

    def to_view(self) -> "DeliveryFailureView":
        """Return what may leave."""
        return make_view(DeliveryFailureView, self)

    def for_handlers(self, names: Pseudonyms) -> "DeliveryFailure":
        """Return the entry as officers see it: a resident has a name of the case, or of this entry, alone."""
        return evolve(
            self, conversation=_name_for(names, self.conversation, self.cause or f"{self.direction}:{self.id}")
        )

    @property
    def safe_actions(self) -> tuple[str, ...]:
        """What may be done about it without any risk that somebody gets the same twice, likeliest first."""
        return _SAFE_ACTIONS.get((self.direction, self.state), ())


@frozen(kw_only=True)
class StalledFailures:
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
class FailureFilter:
    """Which entries are asked for; "" for all.

    Attributes:
        after: id of the entry before the first one, "" for the oldest.
    """

    direction: str = ""
    state: str = ""
    messenger: str = ""
    after: str = ""


def list_failures(queues: Queues, wanted: FailureFilter) -> Iterator[DeliveryFailure]:
    """Yield entries by id, which is the order in which they were made."""
    if wanted.state == RETRYING:
        retried = (
            row for row in outbox_rows(queues, (OutboxState.READY, OutboxState.WAITING), wanted.after) if row.attempts
        )
        retrying = (evolve(_message_failure(row), state=RETRYING) for row in retried if wanted.direction != "in")
        return (failure for failure in retrying if wanted.messenger in ("", failure.messenger))
    inbound = (
        map(_event_failure, inbox_rows(queues, after=wanted.after))
        if _is_wanted(wanted, "in", (InboxState.FAILED,))
        else ()
    )
    states = tuple(state for state in FOR_PEOPLE if wanted.state in ("", state))
    outbound = (
        map(_message_failure, outbox_rows(queues, states, wanted.after)) if _is_wanted(wanted, "out", states) else ()
    )
    merged = heapq.merge(inbound, outbound, key=attrgetter("id"))
    return (failure for failure in merged if wanted.messenger in ("", failure.messenger))


def show_chat(context: UseCaseContext, row: OutboxRow) -> OutboxRow:
    """Return a row with the chat of a group or an officer to which it went; one to a resident stays as it is."""
    return row if _is_to_resident(row.cause) else evolve(row, conversation=find_recipient(context, row))


def row_for_handlers(row: OutboxRow, names: Pseudonyms) -> OutboxRow:
    """Return a row of the outbox as officers see it: a resident has a name of the case alone."""
    scope = "" if row.conversation in row.scope else row.scope
    return evolve(row, conversation=_name_for(names, row.conversation, row.cause), scope=scope)


def find_alarm(backlog: BacklogStats, now: datetime, patience: timedelta) -> StalledFailures | None:
    """Return the alarm where the oldest entry has lain there for longer than a patience, else None."""
    if backlog.since is None or now - backlog.since <= patience:
        return None
    return StalledFailures(count=backlog.count, since=backlog.since, age=now - backlog.since)


def backlog_stats(failures: Iterable[DeliveryFailure]) -> BacklogStats:
    """Count entries, and tell since when the oldest one lies there."""
    count = 0
    oldest = None
    for count, failure in enumerate(failures, 1):  # noqa: B007  the last number is how many there are
        oldest = min(oldest or failure.since, failure.since)
    return BacklogStats(count, oldest)


def _name_for(names: Pseudonyms, conversation: str, cause: str) -> str:
    """Return a resident's name; the chats of groups and officers, which other things are sent to, keep theirs."""
    return names(conversation, cause) if _is_to_resident(cause) else conversation


def _is_to_resident(cause: str) -> bool:
    return cause.partition(":")[0] in _OF_RESIDENTS


def _is_wanted(wanted: FailureFilter, direction: str, states: Sequence[str]) -> bool:
    return wanted.direction in ("", direction) and bool(states) and wanted.state in ("", *states)


def _event_failure(row: InboxRow) -> DeliveryFailure:
    return DeliveryFailure(
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
        reason=unpack_sentence(row.error),
    )


def _message_failure(row: OutboxRow) -> DeliveryFailure:
    return DeliveryFailure(
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


def _reason(row: OutboxRow) -> Sentence:
    """Return why a row stands here, with the method by which it may have left."""
    if row.state is not OutboxState.UNKNOWN or not row.delivery_method:
        return unpack_sentence(row.error)
    reason = unpack_sentence(row.error) if row.error else _CUT_OFF
    return Sentence("By {method}: {reason}", method=row.delivery_method, reason=reason)
