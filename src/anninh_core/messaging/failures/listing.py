"""The entries of the failure desk: events not processed and messages not delivered, merged into one list."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from attrs import evolve, frozen

from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.messaging.rows import iter_inbox_rows, iter_outbox_rows
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
"""State of the messages that are still retried automatically: listed only on request, and no decision is needed."""

_OF_RESIDENTS = frozenset({"tip", "inquiry", "message", "in"})
"""Kinds of causes whose messages go to a resident; `in` is an inbound event, from a resident or a group."""

_CUT_OFF = Sentence("The message is on its way, or sending it was interrupted.")
_SAFE_ACTIONS = {
    ("in", "failed"): ("rerun", "give-up"),
    ("out", "failed"): ("resend", "give-up"),
    ("out", "needs_person"): ("confirm", "resend", "give-up"),
    # A message of unknown outcome may arrive twice if it is sent again: only an officer who has checked may do so.
    ("out", "unknown"): ("confirm", "give-up"),
}


@view
class DeliveryFailureView:
    """An entry of the failure desk: why a person has to decide, and which actions are possible; without recipient and
    content.

    Attributes:
        direction: `in` or `out`.
        since: when the event was received, when sending the message failed, or when the next retry is due.
        cause: `kind:id` of the record it belongs to, "" for an inbound event.
        safe_actions: actions that can't deliver a message twice, most likely first.
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
    """An entry of the failure desk: an event or a message that needs a person's decision.

    Attributes:
        direction: `in` or `out`.
        since: when the event was received, when sending the message failed, or when the next retry is due.
        reason: why it failed, without any text that a person wrote.
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
        """Return the read-only view of an entry of the failure desk, without recipient and content."""
        return make_view(DeliveryFailureView, self)

    def for_handlers(self, names: Pseudonyms) -> "DeliveryFailure":
        """Return the entry of the failure desk as officers see it: with the resident's pseudonym for the case, or for
        this entry if it has no case.
        """
        return evolve(
            self, conversation=_pseudonymize(names, self.conversation, self.cause or f"{self.direction}:{self.id}")
        )

    @property
    def safe_actions(self) -> tuple[str, ...]:
        """Actions that can't deliver a message twice, most likely first."""
        return _SAFE_ACTIONS.get((self.direction, self.state), ())


@frozen(kw_only=True)
class StalledFailures:
    """An alarm: entries of the failure desk have been waiting for too long.

    Attributes:
        count: number of waiting entries.
        since: when the oldest entry began to wait.
        age: how long the oldest entry has been waiting.
    """

    count: int
    since: datetime
    age: timedelta


@frozen(kw_only=True)
class FailureFilter:
    """Criteria that select entries of the failure desk; "" for all.

    Attributes:
        after: id of the entry before the first one, "" for the oldest.
    """

    direction: str = ""
    state: str = ""
    messenger: str = ""
    after: str = ""


def list_failures(queues: Queues, criteria: FailureFilter) -> Iterator[DeliveryFailure]:
    """Yield the entries of the failure desk that match, ordered by id, i.e. by creation."""
    if criteria.state == RETRYING:
        retried = (
            row
            for row in iter_outbox_rows(queues, (OutboxState.READY, OutboxState.WAITING), criteria.after)
            if row.attempts
        )
        retrying = (
            evolve(_build_message_failure(row), state=RETRYING) for row in retried if criteria.direction != "in"
        )
        return (failure for failure in retrying if criteria.messenger in ("", failure.messenger))
    inbound = (
        map(_build_event_failure, iter_inbox_rows(queues, after=criteria.after))
        if _matches_criteria(criteria, "in", (InboxState.FAILED,))
        else ()
    )
    states = tuple(state for state in FOR_PEOPLE if criteria.state in ("", state))
    outbound = (
        map(_build_message_failure, iter_outbox_rows(queues, states, criteria.after))
        if _matches_criteria(criteria, "out", states)
        else ()
    )
    merged = heapq.merge(inbound, outbound, key=attrgetter("id"))
    return (failure for failure in merged if criteria.messenger in ("", failure.messenger))


def fill_group_chat(context: UseCaseContext, row: OutboxRow) -> OutboxRow:
    """Return an outbox row with the chat of its recipient if that is a group or an officer; unchanged if it is a
    resident.
    """
    return row if _is_to_resident(row.cause) else evolve(row, conversation=find_recipient(context, row))


def row_for_handlers(row: OutboxRow, names: Pseudonyms) -> OutboxRow:
    """Return an outbox row as officers see it: with the resident's pseudonym for the case."""
    scope = "" if row.conversation in row.scope else row.scope
    return evolve(row, conversation=_pseudonymize(names, row.conversation, row.cause), scope=scope)


def find_stalled_failures(backlog: BacklogStats, now: datetime, patience: timedelta) -> StalledFailures | None:
    """Return an alarm if the oldest entry of the failure desk has been waiting for longer than `patience`, else
    None.
    """
    if backlog.since is None or now - backlog.since <= patience:
        return None
    return StalledFailures(count=backlog.count, since=backlog.since, age=now - backlog.since)


def compute_backlog_stats(failures: Iterable[DeliveryFailure]) -> BacklogStats:
    """Return the number of entries of the failure desk, and since when the oldest has been waiting."""
    count = 0
    oldest = None
    for count, failure in enumerate(failures, 1):  # noqa: B007  the last number is how many there are
        oldest = min(oldest or failure.since, failure.since)
    return BacklogStats(count, oldest)


def _pseudonymize(names: Pseudonyms, conversation: str, cause: str) -> str:
    """Return the pseudonym of a resident's conversation; the chats of groups and officers stay as they are."""
    return names(conversation, cause) if _is_to_resident(cause) else conversation


def _is_to_resident(cause: str) -> bool:
    return cause.partition(":")[0] in _OF_RESIDENTS


def _matches_criteria(criteria: FailureFilter, direction: str, states: Sequence[str]) -> bool:
    return criteria.direction in ("", direction) and bool(states) and criteria.state in ("", *states)


def _build_event_failure(row: InboxRow) -> DeliveryFailure:
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


def _build_message_failure(row: OutboxRow) -> DeliveryFailure:
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
        reason=_explain_failure(row),
    )


def _explain_failure(row: OutboxRow) -> Sentence:
    """Return why a row needs a decision, with the delivery method if its outcome is unknown."""
    if row.state is not OutboxState.UNKNOWN or not row.delivery_method:
        return unpack_sentence(row.error)
    reason = unpack_sentence(row.error) if row.error else _CUT_OFF
    return Sentence("By {method}: {reason}", method=row.delivery_method, reason=reason)
