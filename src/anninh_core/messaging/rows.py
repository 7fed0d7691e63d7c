"""Rows of the queues: by state, read page by page; and what a row tells of its fallback."""

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
"""With what the error of an event begins that its adapter can't read; the class of what it raised follows."""

_PAGE = 200


def inbox_rows(
    queues: Queues, states: Sequence[InboxState] = (InboxState.FAILED,), after: str = ""
) -> Iterator[InboxRow]:
    """Yield events in these states by id; without, those that could not be processed."""
    return iter_rows(lambda last: queues.inbox(states, limit=_PAGE, after=last), after)


def outbox_rows(
    queues: Queues,
    states: Sequence[OutboxState] | None = FOR_PEOPLE,
    after: str = "",
    *,
    lane: Lane | None = None,
    conversation: str = "",
) -> Iterator[OutboxRow]:
    """Yield messages in these states by id; without, those that a person decides about; all of them for None."""
    page = partial(queues.outbox, states, limit=_PAGE, lane=lane, conversation=conversation)
    return iter_rows(lambda last: page(after=last), after)


def is_fallback_started(one: OutboxRow | OutboxSettled) -> bool:
    """Tell whether a message is just leaving by a fallback, or was cut off there: nothing has ended."""
    return one.state is OutboxState.UNKNOWN and bool(one.delivery_method) and not one.error


def is_fallback_unknown(row: OutboxRow) -> bool:
    """Tell whether a row's outcome is unknown by a method that no look into the conversation can tell about."""
    return row.state is OutboxState.UNKNOWN and bool(row.delivery_method)
