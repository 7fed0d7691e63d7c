"""What is done with a resident's message to the official account, once it is known where it belongs."""

from typing import assert_never

from anninh_core.domain.conversations.model import CONVERSATION, Message
from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.services import Services
from anninh_core.domain.tips.intake import SHORT_RECEIPT, Addition
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.dates import local_date, short_date
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.replacing import evolve
from anninh_core.messaging.inbound.command_handler import CommandHandler
from anninh_core.messaging.inbound.route import MessageClass, Route
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.state import TalkState
from anninh_core.usecase.outbox_message import outbox_scope
from anninh_core.usecase.unit_of_work import UnitOfWork


class PrivateMessageHandler:
    """Puts a message into its case, opens one, or leaves it for a person to decide."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._commands = CommandHandler(services)

    def handle(self, uow: UnitOfWork, said: Message, found: Route, talk: TalkState) -> None:
        """Do what a message asks for. Of what is over a limit its sender is told once, and no answer else."""
        if found.is_over:
            self._note_flood(uow, said, talk)
        match found.message_class:
            case MessageClass.COMMAND:
                self._commands.handle(uow, said, found)
            case MessageClass.CONTINUATION:
                self._continue_case(uow, said, found, talk)
            case MessageClass.UNASSIGNED if found.is_over:
                self._services.threads.hold_back(uow, said.id, found.candidates)
            case MessageClass.UNASSIGNED:
                self._leave_open(uow, said, found)
            case MessageClass.QUESTION:
                self._create_inquiry(uow, said, found)
                self._services.threads.set_pace(uow, said.sender, talk.pace.opened(talk.at))
            case MessageClass.TIP:
                self._create_tip(uow, said, found, talk)
                self._services.threads.set_pace(uow, said.sender, _pace_after_tip(found, talk))
            case MessageClass.CHATTER | MessageClass.UNSUITABLE:
                self._leave_alone(uow, said, found)
            case never:
                assert_never(never)
        if found.rights is not None and found.command is not ResidentCommand.RIGHTS:
            self._commands.note_rights(uow, said, found)

    def _note_flood(self, uow: UnitOfWork, said: Message, talk: TalkState) -> None:
        rules = uow.context.district.flood
        self._services.threads.set_pace(uow, said.sender, talk.pace.flooded(talk.at, rules))
        if talk.pace.begins_flood(talk.at, rules):
            self._reply(uow, said, "flood.told")

    def _create_inquiry(self, uow: UnitOfWork, said: Message, found: Route) -> None:
        inquiry = self._services.inquiries.intake.receive(
            uow, said.text, unit=said.unit, conversation=said.conversation, received_at=said.received_at
        )
        self._services.conversations.link(uow, said.id, f"inquiry:{inquiry.id}", kind=MessageClass.QUESTION)
        self._guide(uow, said, found)

    def _create_tip(self, uow: UnitOfWork, said: Message, found: Route, talk: TalkState) -> None:
        tip = self._services.tips.intake.receive(
            uow,
            said.text,
            unit=said.unit,
            origin="one_to_one",
            conversation=said.conversation,
            category=found.category,
            legal_kind=found.guidance,
            emergency=found.emergency,
            receipt_text=SHORT_RECEIPT if any(case.is_tip for case in talk.cases) else "tip.receipt",
            received_at=said.received_at,
            attachments=said.attachments,
        )
        if found.look_first and not found.emergency:
            self._services.tips.intake.mark_possible_danger(uow, tip.id)
        self._services.conversations.link(uow, said.id, f"tip:{tip.id}", kind=MessageClass.TIP)
        self._guide(uow, said, found)

    def _continue_case(self, uow: UnitOfWork, said: Message, found: Route, talk: TalkState) -> None:
        case = Ref.parse(found.case)
        if case.kind == "tip":
            warns = found.emergency and talk.pace.warns(talk.at, uow.context.district.flood)
            if warns:
                self._services.threads.set_pace(uow, said.sender, talk.pace.warned(talk.at))
            self._services.tips.intake.add(uow, case.id, evolve(_build_addition(said, found, talk), warns=warns))
            if not found.second_matter:  # its place is perhaps that of another matter
                self._services.tips.sorting.hear_place(uow, case.id, said.text, said.attachments)
        else:
            self._services.inquiries.intake.add(uow, case.id)
        self._services.conversations.link(uow, said.id, found.case, kind=MessageClass.CONTINUATION)

    def _leave_open(self, uow: UnitOfWork, said: Message, found: Route) -> None:
        """List a message for a person, and ask its sender once which case is meant. Nothing waits for the answer."""
        if self._services.threads.set_aside(uow, said.id, found.candidates):
            self._reply(uow, said, "tip.which", choices=self._describe_choices(uow, found.candidates))

    def _leave_alone(self, uow: UnitOfWork, said: Message, found: Route) -> None:
        """Write a message down, and that is all; a doubtful one lies before a person, and is answered once."""
        if not found.needs_look:
            return
        is_first = self._services.threads.set_aside(uow, said.id, ())
        if is_first and found.message_class is MessageClass.UNSUITABLE:
            self._reply(uow, said, "chatter.reply")

    def _describe_choices(self, uow: UnitOfWork, candidates: tuple[str, ...]) -> str:
        """Number the candidates by receipt and day: a shared phone shows nobody what was told."""
        district = uow.context.district
        lines = []
        for number, case in enumerate(candidates, start=1):
            tip = uow.load(TIP, Ref.parse(case).id)
            day = short_date(local_date(tip.received_at))
            lines.append(district.say("tip.which_case", number=number, receipt=tip.receipt, day=day))
        return "\n".join((*lines, district.say("tip.which_new", number=len(candidates) + 1)))

    def _guide(self, uow: UnitOfWork, said: Message, found: Route) -> None:
        """Tell where a denunciation of an office, or a complaint about a decision, has to go."""
        if found.guidance:
            self._reply(uow, said, f"tip.guidance_{found.guidance}")

    def _reply(self, uow: UnitOfWork, said: Message, wording: str, **facts: str) -> None:
        conversation = uow.load(CONVERSATION, said.conversation)
        uow.send(
            conversation.id,
            uow.context.district.say(wording, **facts),
            purpose=wording,
            cause=f"message:{said.id}",
            scope=outbox_scope(uow.at),
        )


def _build_addition(said: Message, found: Route, talk: TalkState) -> Addition:
    """Return what a message adds to its tip. Who writes in pieces isn't answered for each of them."""
    heard = talk.case(found.case)
    emergency = talk.emergency
    is_latest = bool(talk.cases) and talk.cases[0].ref == found.case
    is_soon = heard is not None and talk.at - heard.heard_at <= talk.rules.joins_within
    return Addition(
        text=said.text,
        acknowledge=bool(said.text) and not (is_latest and is_soon) and not found.emergency and not found.is_over,
        objects=found.objects,
        withdraws=found.withdraws,
        danger=found.emergency,
        urgent=emergency is not None and emergency.ref == found.case,
        second_matter=said.id if found.second_matter else "",
    )


def _pace_after_tip(found: Route, talk: TalkState) -> Pace:
    """Return the pace after a tip was opened, which in danger has sent the emergency numbers."""
    opened = talk.pace.opened(talk.at)
    return opened.warned(talk.at) if found.emergency else opened
