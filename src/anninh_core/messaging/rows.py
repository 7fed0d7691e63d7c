"""Iteration over the rows of the queues by state, page by page, and checks on rows sent by a fallback."""

from collections.abc import Iterator, Sequence
from functools import partial

from anninh_core.ports.storages.changes import OutboxSettled
from anninh_core.ports.storages.queues import (
    FOR_PEOPLE,
    InboxRow,
    InboxState,
    OutboxRow,
    OutboxState,
    Queues,
    iter_rows,
)
from anninh_core.vocabulary.delivery import Lane

UNREADABLE = "unreadable: "
"""Prefix of the error of an event that its adapter can't read; the class of the exception follows."""

_PAGE = 200


def iter_inbox_rows(
    queues: Queues, states: Sequence[InboxState] = (InboxState.FAILED,), after: str = ""
) -> Iterator[InboxRow]:
    """Yield the inbox rows in these states by id; by default those that could not be processed."""
    return iter_rows(lambda last: queues.inbox(states, limit=_PAGE, after=last), after)


def iter_outbox_rows(
    queues: Queues,
    states: Sequence[OutboxState] | None = FOR_PEOPLE,
    after: str = "",
    *,
    lane: Lane | None = None,
    conversation: str = "",
) -> Iterator[OutboxRow]:
    """Yield the outbox rows in these states by id; by default those that need a person's decision; all of them for
    None.
    """
    page = partial(queues.outbox, states, limit=_PAGE, lane=lane, conversation=conversation)
    return iter_rows(lambda last: page(after=last), after)


def is_being_sent_by_fallback(row: OutboxRow | OutboxSettled) -> bool:
    """Return whether an outbox row is being sent by a fallback, or was interrupted there: it has no outcome yet."""
    return row.state is OutboxState.UNKNOWN and bool(row.delivery_method) and not row.error


def has_unknown_fallback_outcome(row: OutboxRow) -> bool:
    """Return whether an outbox row has an unknown outcome and was sent by a method that can't be reconciled with the
    conversation.
    """
    return row.state is OutboxState.UNKNOWN and bool(row.delivery_method)
