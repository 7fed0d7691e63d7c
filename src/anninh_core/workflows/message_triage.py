"""What was said in a group becomes a case only when a person makes one of it; and what a person pastes comes in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from anninh_core.dispatch.intake import Accepted, Intake
from anninh_core.dispatch.router import Turn
from anninh_core.kernel.errors import AlreadyDone, BadInput
from anninh_core.ports.messenger import Messenger
from anninh_core.rooms.conversations.model import CONVERSATION, MESSAGE, Message
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.inquiries.kind import INQUIRY
from anninh_core.rooms.inquiries.model import Inquiry
from anninh_core.rooms.services import Services
from anninh_core.rooms.tips.model import Tip
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.messages import Place
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.marks import command, query, workflow
from anninh_core.work.parcel import messenger_of
from anninh_core.work.read_session import ReadSession
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork
from anninh_core.workflows.base import Workflow


class MessageTriage(Workflow):
    """What a board member does with messages of a group."""

    room = "marking"

    def __init__(
        self, runner: UseCaseRunner, rooms: Services, messengers: Mapping[str, Messenger], intake: Intake
    ) -> None:
        super().__init__(runner, rooms)
        self._messengers = messengers
        self._intake = intake

    @query(Permission.INTAKE, traced=True)
    def suggested(self, look: ReadSession, kind: Turn = Turn.TIP) -> tuple[Message, ...]:
        """Return group messages that look like tips (or questions) and that nobody has marked, newest first."""
        where = {"kind": kind.value, "case": ""}
        return look.find(MESSAGE, "newest", units=look.permitted_units(), where=where, limit=200).items

    @command(Permission.INTAKE)
    def to_tip(self, draft: UnitOfWork, messages: Sequence[str], *, category: str = "", emergency: bool = False) -> Tip:
        """Make one tip of one or several group messages of the same person (an album, a story in pieces).

        Its text is read in the order in which they were sent, whatever order they are named in.

        Who wrote in a group is exposed already: the reporter is written to in private where the messenger reaches
        people, and the group only ever sees its regular neutral reminder. Nothing in the group links to the case.

        Raises:
            BadInput: no message, messages of different people, or one that belongs to a case already.
        """
        said = sorted((draft.load(MESSAGE, id) for id in dict.fromkeys(messages)), key=_time_of)
        for message in reversed(said):  # the first one's unit is what the act is about
            draft.permit(message.unit)
        self._check(said)
        sender = said[0].sender
        private = self._reachable(draft, sender)
        in_group = said[0].conversation != sender
        tip = self.rooms.tips.intake.receive(
            draft,
            "\n".join(message.text for message in said if message.text),
            unit=said[0].unit,
            origin="group" if in_group else "one_to_one",
            conversation=sender if private else "",
            category=category,
            emergency=emergency,
            # What was written to us was received then; what was said among others is received by being marked.
            received_at=None if in_group else min(message.received_at for message in said),
        )
        if private and in_group:
            self._ask_to_go_on_in_private(draft, tip)
        for message in said:
            self.rooms.conversations.link(draft, message.id, f"tip:{tip.id}", tip.unit, kind=Turn.TIP)
        draft.event("message.marked")
        return tip

    @command(Permission.INTAKE)
    def to_inquiry(self, draft: UnitOfWork, message_id: str) -> Inquiry:
        """Make a question of a message that nobody has marked; its sender is answered in private where possible."""
        said = draft.load(MESSAGE, message_id)
        draft.permit(said.unit)
        self._check([said])
        private = self._reachable(draft, said.sender)
        inquiry = self.rooms.inquiries.intake.receive(
            draft,
            said.text,
            unit=said.unit,
            conversation=said.sender if private else "",
            received_at=None if said.conversation != said.sender else said.received_at,
        )
        self.rooms.conversations.link(draft, said.id, f"inquiry:{inquiry.id}", inquiry.unit, kind=Turn.QUESTION)
        draft.event("message.marked")
        return inquiry

    @command(Permission.INTAKE)
    def inquiry_to_tip(self, draft: UnitOfWork, inquiry_id: str, *, category: str = "") -> Tip:
        """Make a tip of a question that turned out to be one; what its sender writes next belongs to the tip."""
        inquiry = draft.load(INQUIRY, inquiry_id)
        draft.permit(inquiry.unit)
        tip = self.rooms.tips.intake.receive(
            draft,
            inquiry.question,
            unit=inquiry.unit,
            origin="one_to_one" if inquiry.conversation else "entry",
            conversation=inquiry.conversation,
            category=category,
            received_at=inquiry.received_at,
        )
        self.rooms.inquiries.handling.convert_to_tip(draft, inquiry_id, tip.id)
        if inquiry.conversation:
            self.rooms.conversations.follow_case(draft, inquiry.conversation, f"tip:{tip.id}", tip.unit)
        return tip

    @workflow(Permission.INTAKE)
    def import_pasted(self, actor: Actor, group_id: str, text: str) -> Accepted:
        """Take in what a board member copied out of a group that no program can read. Pasted twice, it counts once.

        Raises:
            BadInput: the group isn't bound to a messenger.
        """
        try:
            self.paste(actor, group_id, text)
        except AlreadyDone:
            return Accepted.SEEN_BEFORE
        return Accepted.STORED

    @command(Permission.INTAKE)
    def paste(self, draft: UnitOfWork, group_id: str, text: str) -> None:
        """Put a pasted text into the inbox.

        Raises:
            AlreadyDone: this text was pasted before.
        """
        group = draft.load(GROUP, group_id)
        draft.permit(group.unit)
        if group.address is None:
            raise BadInput(f"group {group.title!r} isn't bound to a messenger; bind it first")
        pasted = {"group": group.address.id, "text": text, "pasted_by": draft.actor.id, "at": draft.at.isoformat()}
        dedupe = sha256(f"{group.address.key}\n{text}".encode()).hexdigest()
        draft.take_in(self._intake.row(group.address.messenger, json.dumps(pasted).encode(), dedupe))
        draft.event("message.pasted")

    def _check(self, said: Sequence[Message]) -> None:
        if not said:
            raise BadInput("mark at least one message")
        if len({message.sender for message in said}) > 1:
            raise BadInput("messages of different people are different reports; mark them one by one")
        if not said[0].sender:
            raise BadInput("the official side wrote this itself; mark what somebody reports")
        taken = next((message for message in said if message.case), None)
        if taken is not None:
            raise BadInput(f"message {taken.id} belongs to {taken.case} already")

    def _reachable(self, draft: UnitOfWork, sender: str) -> bool:
        """Tell whether a message in private would reach the person without anybody's help."""
        conversation = draft.load(CONVERSATION, sender)
        messenger = self._messengers.get(messenger_of(sender))
        is_person = conversation.address.place is Place.PERSON
        return is_person and messenger is not None and messenger.capabilities.of("send_person").support is Support.FULL

    def _ask_to_go_on_in_private(self, draft: UnitOfWork, tip: Tip) -> None:
        draft.send(
            tip.conversation,
            self.context.district.say("tip.private"),
            purpose="tip.private",
            cause=f"tip:{tip.id}",
            scope=f"tip:{tip.id}",
        )


def _time_of(message: Message) -> tuple[datetime, str]:
    """Return when a message was sent; of one minute, as a paste tells it, the ids keep the order."""
    return message.sent_at, message.id
