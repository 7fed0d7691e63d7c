"""Sources of unanswered questions, and of messages that aren't assigned to a case."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.services import Services
from anninh_core.usecase.preconditions.steps import is_permitted_on
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.work_queue.items import WorkItem, WorkReason
from anninh_core.workflows.work_queue.work_source import PermittedRecords, WorkSource

P = Permission
R = WorkReason


def list_talk_sources(services: Services) -> tuple[WorkSource[Any], ...]:
    """Return the sources of waiting questions and messages."""
    inquiries = PermittedRecords(INQUIRY, "oldest", {"state": InquiryState.RECEIVED.value})
    unassigned = partial(_find_unassigned_messages, services, P.TIP_HANDLE, False)
    locked = partial(_find_unassigned_messages, services, P.TIP_SUPERVISE, True)
    suggested = PermittedRecords(MESSAGE, "newest", {"kind": "tip", "case": ""}, _is_in_group)
    return (
        WorkSource(R.INQUIRY_UNANSWERED, "inquiries.unanswered", P.INQUIRY_ANSWER, inquiries, _show_inquiry),
        WorkSource(R.MESSAGE_UNASSIGNED, "conversations.unassigned", P.TIP_HANDLE, unassigned, _show_message),
        WorkSource(R.MESSAGE_LOCKED, "conversations.unassigned", P.TIP_SUPERVISE, locked, _show_message),
        WorkSource(R.MESSAGE_SUGGESTED, "conversations.suggested_messages", P.INTAKE, suggested, _show_message),
    )


def _find_unassigned_messages(
    services: Services, permission: Permission, is_locked: bool, session: ReadSession, limit: int
) -> Iterable[Message]:
    messages: Listing[Message] = session.include(services.threads.unassigned, limit=limit)
    return (
        message
        for message in messages.items
        if message.is_locked is is_locked and is_permitted_on(session, permission, message.unit)
    )


def _is_in_group(_: ReadSession, message: Message) -> bool:
    return message.conversation != message.sender


def _show_inquiry(_: ReadSession, reason: WorkReason, inquiry: Inquiry) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=INQUIRY.name,
        id=inquiry.id,
        title=inquiry.question,
        state=inquiry.state.value,
        unit=inquiry.unit,
        since=inquiry.received_at,
        record=inquiry,
    )


def _show_message(_: ReadSession, reason: WorkReason, message: Message) -> WorkItem:
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
