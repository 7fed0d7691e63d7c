"""Questions, and messages of which nobody knows yet where they belong."""

from collections.abc import Iterable
from functools import partial

from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.services import Services
from anninh_core.usecase.preconditions.steps import may_on
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.own_work.items import WorkItem, WorkReason
from anninh_core.workflows.own_work.source import WorkSource

P = Permission
R = WorkReason


def list_talk_sources(services: Services) -> tuple[WorkSource, ...]:
    """Return where questions and messages that wait are found."""
    unassigned = partial(_find_unassigned, services)
    locked = partial(_find_locked, services)
    return (
        WorkSource(R.INQUIRY_UNANSWERED, "inquiries.unanswered", P.INQUIRY_ANSWER, _find_inquiries),
        WorkSource(R.MESSAGE_UNASSIGNED, "conversations.unassigned", P.TIP_HANDLE, unassigned),
        WorkSource(R.MESSAGE_LOCKED, "conversations.unassigned", P.TIP_SUPERVISE, locked),
        WorkSource(R.MESSAGE_SUGGESTED, "conversations.suggested_messages", P.INTAKE, _find_suggested),
    )


def _find_inquiries(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    where = {"state": InquiryState.RECEIVED.value}
    for inquiry in session.list_permitted(INQUIRY, "oldest", where=where, limit=limit).items:
        yield WorkItem(
            reason=R.INQUIRY_UNANSWERED,
            kind="inquiry",
            id=inquiry.id,
            title=inquiry.question,
            state=inquiry.state.value,
            unit=inquiry.unit,
            since=inquiry.received_at,
            record=inquiry,
        )


def _find_unassigned(services: Services, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    messages: Listing[Message] = session.include(services.threads.unassigned, limit=limit)
    return (
        _show_message(R.MESSAGE_UNASSIGNED, message)
        for message in messages.items
        if not message.is_locked and may_on(session, P.TIP_HANDLE, message.unit)
    )


def _find_locked(services: Services, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    messages: Listing[Message] = session.include(services.threads.unassigned, limit=limit)
    return (
        _show_message(R.MESSAGE_LOCKED, message)
        for message in messages.items
        if message.is_locked and may_on(session, P.TIP_SUPERVISE, message.unit)
    )


def _find_suggested(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found = session.list_permitted(
        MESSAGE,
        "newest",
        where={"kind": "tip", "case": ""},
        shows=lambda message: message.conversation != message.sender,
        limit=limit,
    )
    return (_show_message(R.MESSAGE_SUGGESTED, message) for message in found.items)


def _show_message(reason: WorkReason, message: Message) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=MESSAGE.name,
        id=message.id,
        title=message.text,
        state=message.kind,
        unit=message.unit,
        since=message.received_at,
        record=message,
    )
