"""What is done with a resident's message to the official account, once it is known where it belongs."""

from typing import assert_never

from anninh_core.domain.conversations.model import CONVERSATION, Message
from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.conversations.talk import QuestionKind
from anninh_core.domain.services import Services
from anninh_core.domain.tips.intake import SHORT_RECEIPT, Addition
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.sorting.location_question import count_place_choices
from anninh_core.kernel.dates import local_date, short_date
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.replacing import evolve
from anninh_core.kernel.text import words
from anninh_core.messaging.inbound.command_handler import CommandHandler
from anninh_core.messaging.inbound.supervision import make_lock, name_office
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.history import CaseHistory
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.usecase.outbox_message import outbox_scope
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock
from anninh_core.usecase.unit_of_work import UnitOfWork

_YES_OR_NO = 2  # choices
_WHISTLEBLOW = "whistleblow"  # legal kind


class PrivateMessageHandler:
    """Puts a message into its case, opens one, or leaves it for a person to decide."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._commands = CommandHandler(services)

    def handle(self, uow: UnitOfWork, message: Message, route: Route, history: CaseHistory) -> None:
        """Do what a message asks for. Of what is over a limit its sender is told once, and no answer else."""
        if route.is_over:
            self._note_flood(uow, message, history)
        lock = _make_lock(uow, message, route)
        route = _separate(uow, route, lock)
        match route.message_class:
            case MessageClass.COMMAND:
                self._commands.handle(uow, message, route)
            case MessageClass.CONTINUATION:
                self._continue_case(uow, message, route, history)
            case MessageClass.UNASSIGNED if route.is_over:
                self._services.threads.hold_back(uow, message.id, route.candidates, lock)
            case MessageClass.UNASSIGNED:
                self._leave_open(uow, message, route, history)
            case MessageClass.QUESTION:
                self._create_inquiry(uow, message, route)
                self._services.threads.set_pace(uow, message.sender, history.pace.opened(history.at))
            case MessageClass.TIP:
                self._create_tip(uow, message, route, history, lock)
                self._services.threads.set_pace(uow, message.sender, _pace_after_tip(route, history))
            case MessageClass.CHATTER | MessageClass.UNSUITABLE:
                self._leave_alone(uow, message, route)
            case never:
                assert_never(never)
        if route.rights is not None and route.command is not ResidentCommand.RIGHTS:
            self._commands.note_rights(uow, message, route)

    def _note_flood(self, uow: UnitOfWork, message: Message, history: CaseHistory) -> None:
        rules = uow.context.district.flood
        self._services.threads.set_pace(uow, message.sender, history.pace.flooded(history.at, rules))
        if history.pace.begins_flood(history.at, rules):
            self._reply(uow, message, "flood.told")

    def _create_inquiry(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        inquiry = self._services.inquiries.intake.receive(
            uow, message.text, unit=message.unit, conversation=message.conversation, received_at=message.received_at
        )
        self._services.conversations.link(uow, message.id, f"inquiry:{inquiry.id}", kind=MessageClass.QUESTION)
        if route.shows_states:
            self._commands.send_states(uow, message)
        self._guide(uow, message, route)

    def _create_tip(
        self,
        uow: UnitOfWork,
        message: Message,
        route: Route,
        history: CaseHistory,
        lock: SupervisorLock | None,
    ) -> None:
        tip = self._services.tips.intake.receive(
            uow,
            message.text,
            unit=message.unit,
            origin="one_to_one",
            conversation=message.conversation,
            category=route.category,
            legal_kind=route.guidance,
            emergency=route.emergency,
            receipt_text=SHORT_RECEIPT if any(case.is_tip for case in history.cases) else "tip.receipt",
            received_at=message.received_at,
            attachments=message.attachments,
            linked=[Ref.parse(case).id for case in route.linked],
            place=route.place.suggestion if route.place is not None else None,
            lock=lock,
            passed_over=route.passed_over,
        )
        case = f"tip:{tip.id}"
        self._services.conversations.link(uow, message.id, case, kind=MessageClass.TIP)
        if choices := count_place_choices(uow.context.district, tip):
            self._services.threads.note_question(uow, message.sender, QuestionKind.PLACE, case, choices)
        if not words(message.text):
            self._services.tips.intake.ask_matter(uow, tip.id)
        if route.look_first and not route.emergency:
            self._look_first(uow, message, case, history)
        if lock is not None:
            wording = "tip.guidance_outside" if lock.is_outside else "tip.guidance_accusation"
            self._reply(uow, message, wording, office=name_office(uow.context.district, lock))
        else:
            self._guide(uow, message, route)

    def _continue_case(self, uow: UnitOfWork, message: Message, route: Route, history: CaseHistory) -> None:
        case = Ref.parse(route.case)
        if case.kind == "tip":
            self._add_to_tip(uow, message, route, history)
        else:
            self._services.inquiries.intake.add(uow, case.id)
        self._services.conversations.link(uow, message.id, route.case, kind=MessageClass.CONTINUATION)
        if route.answers is not None:
            self._services.threads.end_question(uow, message.sender, route.answers)
        if route.look_first and case.kind == "tip":
            self._look_first(uow, message, route.case, history)

    def _add_to_tip(self, uow: UnitOfWork, message: Message, route: Route, history: CaseHistory) -> None:
        tip_id = Ref.parse(route.case).id
        warns = route.emergency and history.pace.warns(history.at, uow.context.district.flood)
        if warns:
            self._services.threads.set_pace(uow, message.sender, history.pace.warned(history.at))
        self._services.tips.intake.add(uow, tip_id, evolve(_build_addition(message, route, history), warns=warns))
        sorting = self._services.tips.sorting
        if route.place is not None and route.place_change is not None:
            sorting.note_place(uow, tip_id, route.place.unit, route.place_change, route.place.suggestion.reason)
        elif route.emergency or not route.second_matter:  # the place is perhaps that of another matter
            is_number = route.answers is QuestionKind.PLACE
            sorting.hear_place(uow, tip_id, message.text, message.attachments, is_number=is_number)

    def _look_first(self, uow: UnitOfWork, message: Message, case: str, history: CaseHistory) -> None:
        """Mark a case for a look; ask about danger once in a while, where no officer is paged yet."""
        tip_id = Ref.parse(case).id
        tip = self._services.tips.intake.mark_possible_danger(uow, tip_id)
        if tip.emergency or not history.may_ask_danger:
            return
        self._services.tips.intake.ask_danger(uow, tip_id)
        self._services.threads.note_question(uow, message.sender, QuestionKind.DANGER, case, _YES_OR_NO)

    def _leave_open(self, uow: UnitOfWork, message: Message, route: Route, history: CaseHistory) -> None:
        """List a message for a person, and ask its sender once which case is meant. Nothing waits for the answer.

        No private matter is offered: its sender may name it by its receipt.
        """
        private = {case.ref for case in history.cases if case.is_private}
        offered = tuple(case for case in route.candidates if case not in private)
        if self._services.threads.set_aside(uow, message.id, route.candidates, offered):
            self._ask_which(uow, message, offered)
        if route.look_first:
            self._look_first(uow, message, route.candidates[0], history)

    def _leave_alone(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        """Write a message down, and that is all; a doubtful one lies before a person, and is answered once."""
        if not route.needs_look:
            return
        is_first = self._services.threads.set_aside(uow, message.id, ())
        if is_first and route.message_class is MessageClass.UNSUITABLE:
            self._reply(uow, message, "chatter.reply")

    def _ask_which(self, uow: UnitOfWork, message: Message, offered: tuple[str, ...]) -> None:
        if offered:
            self._reply(uow, message, "tip.which", choices=self._describe_choices(uow, offered))
        else:
            command = uow.context.district.say(f"command.{ResidentCommand.ADD}")
            self._reply(uow, message, "tip.number_missing", command=command)

    def _describe_choices(self, uow: UnitOfWork, candidates: tuple[str, ...]) -> str:
        """Number the candidates by receipt: a shared phone shows nobody what was reported."""
        district = uow.context.district
        lines = []
        for number, case in enumerate(candidates, start=1):
            tip = uow.load(TIP, Ref.parse(case).id)
            day = short_date(local_date(tip.received_at))  # of profiles of before
            lines.append(district.say("tip.which_case", number=number, receipt=tip.receipt, day=day))
        return "\n".join((*lines, district.say("tip.which_new", number=len(candidates) + 1)))

    def _guide(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        """Tell where a denunciation of an office, or a complaint about a decision, has to go."""
        if route.guidance:
            self._reply(uow, message, f"tip.guidance_{route.guidance}")

    def _reply(self, uow: UnitOfWork, message: Message, wording: str, **facts: str) -> None:
        conversation = uow.load(CONVERSATION, message.conversation)
        uow.send(
            conversation.id,
            uow.context.district.say(wording, **facts),
            purpose=wording,
            cause=f"message:{message.id}",
            scope=outbox_scope(uow.at),
        )


def _build_addition(message: Message, route: Route, history: CaseHistory) -> Addition:
    """Return what a message adds to its tip. Who writes in pieces isn't answered for each of them."""
    case = history.case(route.case)
    emergency = history.emergency
    is_latest = bool(history.cases) and history.cases[0].ref == route.case
    is_soon = case is not None and history.at - case.heard_at <= history.rules.joins_within
    is_noted = route.corrects or route.withdraws or route.answers is not None  # that pages nobody
    is_answered = (is_latest and is_soon) or route.emergency or route.is_over or route.look_first
    return Addition(
        text=message.text,
        acknowledge=bool(message.text) and not is_answered,
        shows_state=route.shows_states,
        objects=route.objects,
        withdraws=route.withdraws,
        danger=route.emergency,
        urgent=emergency is not None and emergency.ref == route.case and not is_noted,
        second_matter=message.id if route.second_matter else "",
        correction=message.id if route.corrects else "",
        category=route.category,
        passed_over=route.passed_over,
    )


def _make_lock(uow: UnitOfWork, message: Message, route: Route) -> SupervisorLock | None:
    """Return the lock of an accusation, None for other messages; it is about the place that it names, else the home."""
    if route.accusation is None:
        return None
    conversation = uow.load(CONVERSATION, message.sender)
    named = [route.place.unit] if route.place is not None else []
    return make_lock(uow.context.district, route.accusation, (*named, conversation.unit), uow.at)


def _separate(uow: UnitOfWork, route: Route, lock: SupervisorLock | None) -> Route:
    """Return where an accusation goes: to a case of its own where its case's lock doesn't keep all the accused away."""
    if lock is None or route.message_class is not MessageClass.CONTINUATION or _covers(uow, route.case, lock):
        return route
    return evolve(route, message_class=MessageClass.TIP, case="", guidance=_WHISTLEBLOW)


def _covers(uow: UnitOfWork, case: str, lock: SupervisorLock) -> bool:
    """Return whether the lock of a case keeps away all whom a further message accuses."""
    own = uow.load(TIP, Ref.parse(case).id).lock
    return own is not None and own.supervisor == lock.supervisor and {*lock.units} <= {*own.units}


def _pace_after_tip(route: Route, history: CaseHistory) -> Pace:
    """Return the pace after a tip was opened, which in danger has sent the emergency numbers."""
    opened = history.pace.opened(history.at)
    return opened.warned(history.at) if route.emergency else opened
