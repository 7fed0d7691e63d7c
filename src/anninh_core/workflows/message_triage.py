"""Workflows that make cases from group messages, which only a person decides, and that import pasted messages."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Message
from anninh_core.domain.groups.loading import load_group
from anninh_core.domain.inquiries.loading import get_permitted_inquiry
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import AlreadyDone, BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.inbound.intake import Accepted, Intake
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import (
    Cursor,
    GroupId,
    IncomingCategory,
    InquiryId,
    Limit,
    MessageId,
    Reason,
    TipId,
    Words,
)
from anninh_core.usecase.marks import command, query, workflow
from anninh_core.usecase.outbox_message import get_messenger_name
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.messages import Place
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow

_SEE = "conversations.suggested_messages"


class MessageTriage(Workflow):
    """Makes cases from messages of a group on a board member's decision, and imports pasted messages."""

    action_prefix = "marking"

    def __init__(
        self, runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger], intake: Intake
    ) -> None:
        super().__init__(runner, services)
        self._messengers = messengers
        self._intake = intake

    @query(Permission.INTAKE, traced=True, aggregate_repeats=True, public=True)
    def suggested(
        self,
        session: ReadSession,
        kind: MessageClass | str = MessageClass.TIP,
        *,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Message]:
        """Return a page of unmarked group messages that look like tips (or questions), newest first."""
        return session.list_permitted(
            MESSAGE,
            "newest",
            where={"kind": MessageClass(kind).value, "case": ""},
            shows=lambda message: message.conversation != message.sender,
            after=after,
            limit=limit,
        )

    @command(Permission.INTAKE, public=True)
    def to_tip(
        self,
        uow: UnitOfWork,
        messages: Sequence[MessageId],
        *,
        category: IncomingCategory = "",
        emergency: bool = False,
    ) -> Tip:
        """Make one tip of one or several group messages of the same person (an album, a story in pieces).

        Its text is read in the order in which they were sent, whatever order they are named in. The author of a group
        message is exposed already: the reporter is sent private messages if the messenger reaches people, and the group
        only ever sees its regular neutral reminder. Nothing in the group links to the case.

        An alarm about one of the messages ends, as the actor has read it. If the danger continues, `emergency` opens
        one about the tip.

        Raises:
            BadInput: no message, messages of different people, or one that belongs to a case already.
        """
        uow.permitted_units()
        marked_messages = sorted((self._get_message(uow, id) for id in dict.fromkeys(messages)), key=_sort_key)
        self._check_messages(marked_messages)
        uow.unit = marked_messages[0].unit
        sender = marked_messages[0].sender
        is_reachable = self._is_reachable(uow, sender)
        is_group = marked_messages[0].conversation != sender
        tip = self.services.tips.intake.receive(
            uow,
            "\n".join(message.text for message in marked_messages if message.text),
            unit=marked_messages[0].unit,
            origin="group" if is_group else "one_to_one",
            conversation=sender if is_reachable else "",
            category=category,
            emergency=emergency,
            receipt_text="tip.private" if is_group else "tip.receipt",
            # A private message was received when it arrived; a group message counts as received when it is marked.
            received_at=None if is_group else min(message.received_at for message in marked_messages),
            attachments=[attachment for message in marked_messages for attachment in message.attachments],
            lock=next((message.lock for message in marked_messages if message.lock is not None), None),
        )
        for message in marked_messages:
            self.services.conversations.link(uow, message.id, f"tip:{tip.id}", kind=MessageClass.TIP)
        uow.add_event("message.marked")
        return tip

    @command(Permission.INTAKE, public=True)
    def to_inquiry(self, uow: UnitOfWork, message_id: MessageId) -> Inquiry:
        """Make a question of an unmarked message; its sender is answered in private where possible.

        Raises:
            BadInput: it belongs to a case already, the official side wrote it, or it is locked for its supervisor.
        """
        message = self._get_message(uow, message_id)
        self._check_messages([message])
        if message.is_locked:
            raise BadInput(
                "Message {message} is locked for its supervisor, and an inquiry can't be locked: make it a "
                "tip with {act:conversations.create_tip}.",
                message=message_id,
            )
        is_reachable = self._is_reachable(uow, message.sender)
        inquiry = self.services.inquiries.intake.receive(
            uow,
            message.text,
            unit=message.unit,
            conversation=message.sender if is_reachable else "",
            received_at=None if message.conversation != message.sender else message.received_at,
        )
        self.services.conversations.link(uow, message.id, f"inquiry:{inquiry.id}", kind=MessageClass.QUESTION)
        uow.add_event("message.marked")
        return inquiry

    @command(Permission.INTAKE, Permission.INQUIRY_ANSWER, public=True)
    def inquiry_to_tip(self, uow: UnitOfWork, inquiry_id: InquiryId, *, category: IncomingCategory = "") -> Tip:
        """Make a tip of a question that turned out to be one; what its sender writes next belongs to the tip.

        Raises:
            WrongStep: it became a tip before.
            BadInput: no such category.
        """
        inquiry = get_permitted_inquiry(uow, inquiry_id)
        tip = self.services.tips.intake.receive(
            uow,
            inquiry.question,
            unit=inquiry.unit,
            origin="one_to_one" if inquiry.conversation else "entry",
            conversation=inquiry.conversation,
            category=category,
            received_at=inquiry.received_at,
        )
        self.services.inquiries.handling.convert_to_tip(uow, inquiry_id, tip.id)
        if inquiry.conversation:
            self.services.conversations.follow_case(uow, inquiry.conversation, f"tip:{tip.id}")
        return tip

    @command(Permission.INTAKE, Permission.TIP_HANDLE, public=True)
    def tip_to_inquiry(self, uow: UnitOfWork, tip_id: TipId, *, reason: Reason) -> Inquiry:
        """Make a question from a tip that turned out to be one: it no longer counts as a tip, and the tip and the
        question refer to each other.

        Its resident gets no second receipt; what they write next belongs to the question. Its waiting time counts from
        the tip's reception.

        Args:
            tip_id: one that isn't settled.
            reason: why it is a question, for later reviews of the decision.

        Raises:
            BadInput: no reason, an emergency, or a tip from which officers are excluded.
            WrongStep: the tip is settled.
        """
        tip = get_permitted_tip(uow, tip_id)
        inquiry = self.services.inquiries.intake.receive(
            uow,
            tip.text,
            unit=tip.unit,
            conversation=tip.conversation,
            from_tip=tip.id,
            request_receipt=False,
            received_at=tip.received_at,
        )
        self.services.tips.conversion.convert_to_inquiry(uow, tip_id, inquiry.id, reason)
        if tip.conversation:
            self.services.conversations.follow_case(uow, tip.conversation, f"inquiry:{inquiry.id}")
        return inquiry

    @workflow(Permission.INTAKE, public=True)
    def import_pasted(self, actor: Actor, group_id: GroupId, text: Words) -> Accepted:
        """Import text that a board member copied out of a group that no program can read. Pasted twice, it counts once.

        Raises:
            BadInput: the group isn't bound to a messenger.
        """
        try:
            self.paste(actor, group_id, text)
        except AlreadyDone:
            return Accepted.SEEN_BEFORE
        return Accepted.STORED

    @command(Permission.INTAKE)
    def paste(self, uow: UnitOfWork, group_id: str, text: str) -> None:
        """Put a pasted text into the inbox.

        Raises:
            AlreadyDone: this text was pasted before.
        """
        group = load_group(uow, group_id)
        if group.address is None:
            raise BadInput(
                "Group {title!r} isn't linked to a messenger: link it first with {act:groups.link_group}.",
                title=group.title,
            )
        pasted = {"group": group.address.id, "text": text, "pasted_by": uow.actor.id, "at": uow.at.isoformat()}
        dedupe = sha256(f"{group.address.key}\n{text}".encode()).hexdigest()
        uow.add_inbox_row(self._intake.build_row(group.address.messenger, json.dumps(pasted).encode(), dedupe))
        uow.add_event("message.pasted")

    def _get_message(self, uow: UnitOfWork, message_id: str) -> Message:
        """Return a message from which the actor may make a case.

        Raises:
            NotVisible: it belongs to a case that excludes the actor.
        """
        message = uow.get_permitted(MESSAGE, message_id, _SEE)
        if message.case and self._is_actor_excluded(uow, Ref.parse(message.case)):
            truth = f"it belongs to {message.case}, from which {uow.actor.label} is excluded by a conflict of interest"
            raise uow.build_withheld_error(MESSAGE.name, message_id, truth, _SEE, unit=message.unit)
        return message

    def _is_actor_excluded(self, uow: UnitOfWork, case: Ref) -> bool:
        return case.kind == TIP.name and uow.is_excluded(TIP, case.id)

    def _check_messages(self, messages: Sequence[Message]) -> None:
        if not messages:
            raise BadInput("No message is marked: mark at least one.")
        if len({message.sender for message in messages}) > 1:
            raise BadInput("Messages from different people are different reports: mark them one by one.")
        if not messages[0].sender:
            raise BadInput("This message was written by the official side: mark a message from a reporter.")
        linked = next((message for message in messages if message.case), None)
        if linked is not None:
            raise BadInput("Message {message} already belongs to a case.", message=linked.id)

    def _is_reachable(self, uow: UnitOfWork, sender: str) -> bool:
        """Return whether the messenger can send the person private messages without a person's help."""
        conversation = uow.load(CONVERSATION, sender)
        messenger = self._messengers.get(get_messenger_name(sender))
        is_person = conversation.address.place is Place.PERSON
        return is_person and messenger is not None and messenger.capabilities.of("send_person").support is Support.FULL


def _sort_key(message: Message) -> tuple[datetime, str]:
    """Return the sort key of a message: when it was sent, then its id, which orders messages of the same minute, as
    pasted messages have no seconds.
    """
    return message.sent_at, message.id
