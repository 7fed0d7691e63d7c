"""Handling of a resident's message to the official account, after the message was routed."""

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
from anninh_core.messaging.inbound.supervision import build_supervisor_lock, name_referral_office
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.history import CaseHistory
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.usecase.outbox_message import build_outbox_scope
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock
from anninh_core.usecase.unit_of_work import UnitOfWork

_YES_OR_NO = 2  # A question with this number of choices is a yes-or-no question.
_WHISTLEBLOW = "whistleblow"  # Legal kind of a report about a wrong inside an office.


class PrivateMessageHandler:
    """Adds a message to its case, opens a case, or leaves the decision to an officer."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._commands = CommandHandler(services)

    def handle(self, uow: UnitOfWork, message: Message, route: Route, history: CaseHistory) -> None:
        """Handle a resident's message by its route. A sender who is over the limit is notified once, and gets no other
        reply.
        """
        if route.is_over:
            self._record_exceeded_limit(uow, message, history)
        lock = _build_supervisor_lock(uow, message, route)
        route = _split_accusation(uow, route, lock)
        match route.message_class:
            case MessageClass.COMMAND:
                self._commands.handle(uow, message, route)
            case MessageClass.CONTINUATION:
                self._continue_case(uow, message, route, history)
            case MessageClass.UNASSIGNED if route.is_over:
                self._services.threads.hold_back(uow, message.id, route.candidates, lock)
            case MessageClass.UNASSIGNED:
                self._leave_to_officer(uow, message, route, history)
            case MessageClass.QUESTION:
                self._create_inquiry(uow, message, route)
                self._services.threads.set_pace(uow, message.sender, history.pace.opened(history.at))
            case MessageClass.TIP:
                self._create_tip(uow, message, route, history, lock)
                self._services.threads.set_pace(uow, message.sender, _pace_after_tip(route, history))
            case MessageClass.CHATTER | MessageClass.UNSUITABLE:
                self._handle_small_talk(uow, message, route)
            case never:
                assert_never(never)
        if route.rights is not None and route.command is not ResidentCommand.RIGHTS:
            self._commands.record_rights_request(uow, message, route)

    def _record_exceeded_limit(self, uow: UnitOfWork, message: Message, history: CaseHistory) -> None:
        rules = uow.context.district.flood
        self._services.threads.set_pace(uow, message.sender, history.pace.flooded(history.at, rules))
        if history.pace.begins_flood(history.at, rules):
            self._queue_reply(uow, message, "flood.told")

    def _create_inquiry(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        inquiry = self._services.inquiries.intake.receive(
            uow, message.text, unit=message.unit, conversation=message.conversation, received_at=message.received_at
        )
        self._services.conversations.link(uow, message.id, f"inquiry:{inquiry.id}", kind=MessageClass.QUESTION)
        if route.shows_states:
            self._commands.send_states(uow, message)
        self._send_guidance(uow, message, route)

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
            self._flag_possible_danger(uow, message, case, history)
        if lock is not None:
            wording = "tip.guidance_outside" if lock.is_outside else "tip.guidance_accusation"
            self._queue_reply(uow, message, wording, office=name_referral_office(uow.context.district, lock))
        else:
            self._send_guidance(uow, message, route)

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
            self._flag_possible_danger(uow, message, route.case, history)

    def _add_to_tip(self, uow: UnitOfWork, message: Message, route: Route, history: CaseHistory) -> None:
        tip_id = Ref.parse(route.case).id
        warns = route.emergency and history.pace.is_warning_due(history.at, uow.context.district.flood)
        if warns:
            self._services.threads.set_pace(uow, message.sender, history.pace.warned(history.at))
        self._services.tips.intake.add(uow, tip_id, evolve(_build_addition(message, route, history), warns=warns))
        sorting = self._services.tips.sorting
        if route.place is not None and route.place_change is not None:
            sorting.note_place(uow, tip_id, route.place.unit, route.place_change, route.place.suggestion.reason)
        # If it may report a second matter, the place may belong to that matter.
        elif route.emergency or not route.second_matter:
            is_number = route.answers is QuestionKind.PLACE
            sorting.hear_place(uow, tip_id, message.text, message.attachments, is_number=is_number)

    def _flag_possible_danger(self, uow: UnitOfWork, message: Message, case: str, history: CaseHistory) -> None:
        """Mark a case for a check; ask the reporter about danger occasionally, unless an emergency was already
        reported.
        """
        tip_id = Ref.parse(case).id
        tip = self._services.tips.intake.mark_possible_danger(uow, tip_id)
        if tip.emergency or not history.may_ask_about_danger:
            return
        self._services.tips.intake.ask_danger(uow, tip_id)
        self._services.threads.note_question(uow, message.sender, QuestionKind.DANGER, case, _YES_OR_NO)

    def _leave_to_officer(self, uow: UnitOfWork, message: Message, route: Route, history: CaseHistory) -> None:
        """List a message for an officer, and ask its sender once which case is meant; the message is listed even
        without a reply.

        Private matters aren't offered: the sender can name them by receipt.
        """
        private = {case.ref for case in history.cases if case.is_private}
        offered = tuple(case for case in route.candidates if case not in private)
        if self._services.threads.set_aside(uow, message.id, route.candidates, offered):
            self._ask_which_case(uow, message, offered)
        if route.look_first:
            self._flag_possible_danger(uow, message, route.candidates[0], history)

    def _handle_small_talk(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        """Record a message of small talk without a case; list a doubtful one for an officer, and reply once to an
        unsuitable one.
        """
        if not route.needs_look:
            return
        is_first = self._services.threads.set_aside(uow, message.id, ())
        if is_first and route.message_class is MessageClass.UNSUITABLE:
            self._queue_reply(uow, message, "chatter.reply")

    def _ask_which_case(self, uow: UnitOfWork, message: Message, offered: tuple[str, ...]) -> None:
        if offered:
            self._queue_reply(uow, message, "tip.which", choices=self._describe_choices(uow, offered))
        else:
            command = uow.context.district.say(f"command.{ResidentCommand.ADD}")
            self._queue_reply(uow, message, "tip.number_missing", command=command)

    def _describe_choices(self, uow: UnitOfWork, candidates: tuple[str, ...]) -> str:
        """Return a numbered list of the candidates by receipt: on a shared phone it doesn't reveal the content of a
        report.
        """
        district = uow.context.district
        lines = []
        for number, case in enumerate(candidates, start=1):
            tip = uow.load(TIP, Ref.parse(case).id)
            day = short_date(local_date(tip.received_at))  # Profiles of earlier versions need the day of the tip.
            lines.append(district.say("tip.which_case", number=number, receipt=tip.receipt, day=day))
        return "\n".join((*lines, district.say("tip.which_new", number=len(candidates) + 1)))

    def _send_guidance(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        """Reply where to direct a denunciation of an office, or a complaint about a decision, if the route requires
        it.
        """
        if route.guidance:
            self._queue_reply(uow, message, f"tip.guidance_{route.guidance}")

    def _queue_reply(self, uow: UnitOfWork, message: Message, wording: str, **facts: str) -> None:
        conversation = uow.load(CONVERSATION, message.conversation)
        uow.send(
            conversation.id,
            uow.context.district.say(wording, **facts),
            purpose=wording,
            cause=f"message:{message.id}",
            scope=build_outbox_scope(uow.at),
        )


def _build_addition(message: Message, route: Route, history: CaseHistory) -> Addition:
    """Return the addition of a message to its tip. Several messages in quick succession get only one
    acknowledgement.
    """
    case = history.case(route.case)
    emergency = history.emergency
    is_latest = bool(history.cases) and history.cases[0].ref == route.case
    is_soon = case is not None and history.at - case.heard_at <= history.rules.joins_within
    # A correction, a withdrawal or an answer to the system's question sends no urgent notice.
    is_noted = route.corrects or route.withdraws or route.answers is not None
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


def _build_supervisor_lock(uow: UnitOfWork, message: Message, route: Route) -> SupervisorLock | None:
    """Return the lock of an accusation, for the place in the message, else the sender's home unit; None if there is
    none.
    """
    if route.accusation is None:
        return None
    conversation = uow.load(CONVERSATION, message.sender)
    places = [route.place.unit] if route.place is not None else []
    return build_supervisor_lock(uow.context.district, route.accusation, (*places, conversation.unit), uow.at)


def _split_accusation(uow: UnitOfWork, route: Route, lock: SupervisorLock | None) -> Route:
    """Return the route of an accusation; it leads to a new case if the lock of the existing case doesn't exclude all
    the accused.
    """
    if lock is None or route.message_class is not MessageClass.CONTINUATION or _covers_lock(uow, route.case, lock):
        return route
    return evolve(route, message_class=MessageClass.TIP, case="", guidance=_WHISTLEBLOW)


def _covers_lock(uow: UnitOfWork, case: str, lock: SupervisorLock) -> bool:
    """Return whether the lock of a case also excludes everyone excluded by `lock`."""
    case_lock = uow.load(TIP, Ref.parse(case).id).lock
    return case_lock is not None and case_lock.supervisor == lock.supervisor and {*lock.units} <= {*case_lock.units}


def _pace_after_tip(route: Route, history: CaseHistory) -> Pace:
    """Return the recent message counts of a talk after a tip was opened; in danger they include the emergency numbers
    that were sent.
    """
    opened = history.pace.opened(history.at)
    return opened.warned(history.at) if route.emergency else opened
