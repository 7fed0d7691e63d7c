"""Residents' commands in the chat: the state of a tip, withdrawal, objection, addition, help and others."""

from collections.abc import Callable, Mapping, Sequence

from anninh_core.domain.conversations.model import CONVERSATION, Message
from anninh_core.domain.conversations.talk import QuestionKind
from anninh_core.domain.rights.clocks import read_clock
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.domain.services import Services
from anninh_core.domain.tips.intake import SHORT_RECEIPT, Addition
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import find_own_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.privacy import is_private_matter
from anninh_core.kernel.errors import NotFound, WrongStep
from anninh_core.kernel.limits import parse_limit
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.messaging.inbound.talk.signals import has_objection
from anninh_core.usecase.outbox_message import build_outbox_scope
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District

_ABOUT_A_TIP = (ResidentCommand.STATE, ResidentCommand.WITHDRAW, ResidentCommand.COMPLAIN, ResidentCommand.ADD)
_TIPS = f"{TIP.name}:"
_MOST_STATES = 5  # Number of the last tips whose states one reply contains.


class CommandHandler:
    """Runs residents' commands; if a command can't be run, the reply says why and how to do it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._about_a_tip: Mapping[ResidentCommand, Callable[[UnitOfWork, Message, Route], Tip]] = {
            ResidentCommand.STATE: self._send_state,
            ResidentCommand.WITHDRAW: self._ask_to_withdraw,
            ResidentCommand.COMPLAIN: self._ask_to_reopen,
            ResidentCommand.ADD: self._add_to_tip,
        }

    def handle(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        """Run the command that `route` found in a resident's message."""
        match route.command:
            case ResidentCommand.CHOOSE:
                self._apply_choice(uow, message, route)
            case ResidentCommand.DENY:
                self._deny_danger(uow, message, route)
            case ResidentCommand.APPEAL:
                self._record_appeal(uow, message, route)
            case ResidentCommand.RIGHTS:
                self.record_rights_request(uow, message, route)
            case ResidentCommand.OTHER:
                self._services.threads.expect_another_matter(uow, message.conversation)
                self._queue_reply(uow, message, "tip.other_matter")
            case ResidentCommand.DENOUNCE:
                self._queue_reply(uow, message, "tip.guidance_whistleblow")
            case ResidentCommand.COMPLAIN if not route.receipt and not route.mistyped:
                self._queue_reply(uow, message, "tip.guidance_complaint")
            case command if command in _ABOUT_A_TIP:
                self._handle_tip(uow, message, route)
            case _:
                self._queue_reply(uow, message, "help")

    def record_rights_request(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        """Record a resident's request about personal data. The reply is the same whether or not any data of the sender
        is stored.

        If the sender is over a limit, the request is recorded without a reply.
        """
        assert route.rights is not None
        request = self._services.rights.intake.receive(
            uow,
            route.rights,
            channel=RequestChannel.CHAT,
            conversation=message.conversation,
            received_at=message.received_at,
        )
        if route.command is ResidentCommand.RIGHTS and route.needs_look:
            self._services.threads.set_aside(uow, message.id, ())
        if route.is_over:
            return
        district = uow.context.district
        self._queue_reply(
            uow,
            message,
            "rights.received",
            number=request.number,
            kind=district.say(f"rights.kind.{request.kind}"),
            limit=_describe_deadline(district, request),
            ways="; ".join(district.rights.ways.values()),
        )

    def _handle_tip(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        assert route.command is not None
        if route.command is ResidentCommand.STATE and not route.receipt and not route.mistyped:
            self.send_states(uow, message)
            return
        if not route.receipt:
            word = uow.context.district.say(f"command.{route.command}")
            self._queue_reply(
                uow, message, "tip.number_mistyped" if route.mistyped else "tip.number_missing", command=word
            )
            return
        try:
            tip = self._about_a_tip[route.command](uow, message, route)
        # The tip is the sender's own and closed, so that the reply with its state explains why the command has no
        # effect.
        except WrongStep:
            tip = self._send_state(uow, message, route)
        except NotFound:
            # The reply doesn't reveal whether the receipt is unknown or another person's: a receipt alone opens
            # nothing.
            self._queue_reply(uow, message, "tip.not_found", receipt=route.receipt)
            return
        self._services.conversations.link(uow, message.id, f"tip:{tip.id}", kind=MessageClass.COMMAND)

    def send_states(self, uow: UnitOfWork, message: Message) -> None:
        """Send receipts and states of the sender's last tips, or ask for a receipt if there are none to show."""
        district = uow.context.district
        recent = uow.load(CONVERSATION, message.conversation).talk.cases
        tips = (uow.get_readable(TIP, Ref.parse(case.case).id) for case in recent if case.case.startswith(_TIPS))
        visible_tips = [tip for tip in tips if tip is not None and not is_private_matter(district, tip)]
        lines = [
            district.say("tip.state", receipt=tip.receipt, state=district.say(f"state.{tip.state}"))
            for tip in visible_tips[:_MOST_STATES]
        ]
        if lines:
            self._queue_reply(uow, message, "tip.states", states="\n".join(lines))
        else:
            word = district.say(f"command.{ResidentCommand.STATE}")
            self._queue_reply(uow, message, "tip.number_missing", command=word)

    def _send_state(self, uow: UnitOfWork, message: Message, route: Route) -> Tip:
        return self._services.tips.intake.send_state(uow, route.receipt, message.conversation)

    def _ask_to_withdraw(self, uow: UnitOfWork, message: Message, route: Route) -> Tip:
        tip = find_own_tip(uow, route.receipt, message.conversation)
        if not tip.is_open:
            raise WrongStep(
                "Tip {receipt} is {state}: there is nothing to withdraw.", receipt=tip.receipt, state=tip.state
            )
        return self._services.tips.intake.add(uow, tip.id, Addition(withdraws=True))

    def _ask_to_reopen(self, uow: UnitOfWork, message: Message, route: Route) -> Tip:
        """Request another review of a tip; if the tip isn't answered yet, add the text to it."""
        tip = find_own_tip(uow, route.receipt, message.conversation)
        addition = Addition(text=route.words, objects=True, acknowledge=True)
        return self._services.tips.intake.add(uow, tip.id, addition)

    def _add_to_tip(self, uow: UnitOfWork, message: Message, route: Route) -> Tip:
        tip = find_own_tip(uow, route.receipt, message.conversation)
        if route.words:
            return self._services.tips.intake.add(uow, tip.id, Addition(text=route.words, acknowledge=True))
        self._queue_reply(uow, message, "tip.add_words", receipt=tip.receipt)
        return tip

    def _apply_choice(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        """Add the messages that waited for the sender's choice to the chosen case, or make a new tip of them if they
        belong to none of the cases.
        """
        waiting = self._services.threads.end_choice(uow, message.conversation)
        if not route.case:
            self._open_tip(uow, waiting, message)
            return
        tip_id = route.case.partition(":")[2]
        tip: Tip | None = None
        for waiting_message in waiting:
            # The message is an objection to the tip's answer, if the tip has been answered.
            objects = has_objection(waiting_message.text, uow.context.district)
            tip = self._services.tips.intake.add(uow, tip_id, Addition(text=waiting_message.text, objects=objects))
            self._services.conversations.link(uow, waiting_message.id, route.case, kind=MessageClass.CONTINUATION)
        if tip is not None:
            self._queue_reply(uow, message, "tip.which_noted", receipt=tip.receipt)

    def _open_tip(self, uow: UnitOfWork, waiting_messages: Sequence[Message], message: Message) -> None:
        """Make a new tip of the messages that belong to none of the open cases; it counts towards the daily limit."""
        if not waiting_messages:
            return
        first = waiting_messages[0]
        tip = self._services.tips.intake.receive(
            uow,
            "\n".join(waiting_message.text for waiting_message in waiting_messages if waiting_message.text),
            unit=first.unit,
            origin="one_to_one",
            conversation=first.conversation,
            receipt_text=SHORT_RECEIPT,
            received_at=min(waiting_message.received_at for waiting_message in waiting_messages),
        )
        for waiting_message in waiting_messages:
            self._services.conversations.link(uow, waiting_message.id, f"tip:{tip.id}", kind=MessageClass.TIP)
        pace = uow.load(CONVERSATION, message.sender).talk.pace
        self._services.threads.set_pace(uow, message.sender, pace.opened(message.received_at))

    def _deny_danger(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        self._services.threads.end_question(uow, message.conversation, QuestionKind.DANGER)
        self._services.tips.intake.deny_danger(uow, Ref.parse(route.case).id)
        self._services.conversations.link(uow, message.id, route.case, kind=MessageClass.COMMAND)

    def _record_appeal(self, uow: UnitOfWork, message: Message, route: Route) -> None:
        self._services.moderation.appeals.take_in(uow, route.case, message.conversation, message.text)

    def _queue_reply(self, uow: UnitOfWork, message: Message, wording: str, **facts: str) -> None:
        conversation = uow.load(CONVERSATION, message.conversation)
        uow.send(
            conversation.id,
            uow.context.district.say(wording, **facts),
            purpose=wording,
            cause=f"message:{message.id}",
            scope=build_outbox_scope(uow.at),
        )


def _describe_deadline(district: District, request: RightsRequest) -> str:
    """Return the authority's deadline for a request, in words."""
    clock = read_clock(district, request)
    if clock is None:
        return district.say("rights.no_limit")
    number, unit = parse_limit(clock.limit)
    return district.say(f"limit.{unit}", number=number)
