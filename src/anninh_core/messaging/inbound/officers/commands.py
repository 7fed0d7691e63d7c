"""Runs officers' orders from their chats: each order is a use case of its own, with the officer as actor."""

from collections.abc import Callable
from contextlib import suppress

from attrs import frozen

from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.units.chats import find_officer_chat
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import AlreadyDone, BadInput, NotFound, Refused, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.inbound.officers.desk import MESSAGES
from anninh_core.messaging.inbound.officers.notices import (
    find_answered_alarm,
    find_begun_alarm,
    find_quoted_notice,
    list_notified_alarms,
)
from anninh_core.messaging.inbound.officers.orders import Order, OrderKind, find_unit, parse_order
from anninh_core.ports.authenticator import CHAT
from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.marks import get_action_name
from anninh_core.usecase.outbox_message import build_outbox_scope
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_LISTED = 10
_ACKNOWLEDGE = "duty.acknowledge"
"""Name of an action of earlier versions; an interrupted order that began with this action continues with a claim."""

ClaimAlarm = Callable[[Actor, str], Alarm]
"""Function that claims an alarm, given by its id, for an actor."""


@frozen
class _Request:
    """An officer's order with the officer and the message."""

    officer: str
    message: Message
    order: Order

    def actor(self, part: str) -> Actor:
        """Return the officer as actor of one part of the order; its idempotency key makes the part run once."""
        return person(self.officer, CHAT).with_request(f"chat:{self.message.id}:{part}")


class OfficerCommands:
    """Runs officers' orders; replies politely to errors, and reveals nothing about a case that the officer may not
    read.
    """

    def __init__(self, services: Services, claim_alarm: ClaimAlarm) -> None:
        self._services = services
        self._claim_alarm = claim_alarm
        self._runner = services.units.runner
        self._context = self._runner.context

    def carry_out(self, entry: Entry) -> None:
        """Run the orders in the messages that an audit log entry names, and reply to each."""
        for id in str(entry.facts.get(MESSAGES, "")).split(","):
            record = self._context.storage.records.get(MESSAGE.name, id)
            for message in self._context.iter_readable(MESSAGE, () if record is None else (record,)):
                self._run_order(message)

    def _run_order(self, message: Message) -> None:
        session = self._runner.prepare(system("router"), "officers.read", Permission.INTAKE, _permit_root)[0]
        officer = find_officer_chat(session, message.conversation)
        if officer is None:
            return  # The officer's chat was unbound in the meantime.
        order = parse_order(message.text, self._context.district)
        text = (
            self._fill_wording("officer.explain")
            if order is None
            else self._run_and_explain(_Request(officer.id, message, order))
        )
        self._send_reply(message, text)

    def _run_and_explain(self, request: _Request) -> str:
        try:
            if request.order.kind is OrderKind.LIST:
                return self._list_open_alarms(request.officer)
            return self._run_on_alarm(request)
        except WrongStep:
            return self._fill_wording("officer.too_late")
        except (Refused, NotFound):
            return self._fill_wording("officer.refused")
        except BadInput:
            return self._fill_wording("officer.explain")

    def _run_on_alarm(self, request: _Request) -> str:
        code, rest = self._split_code(request)
        notice = find_quoted_notice(self._context, request.message.conversation, request.message.reply_to)
        resumed_alarm = (
            find_begun_alarm(self._context, request.officer, request.message.received_at)
            if self._was_begun(request)
            else None
        )
        alarm = resumed_alarm or find_answered_alarm(self._context, request.officer, notice, code)
        if alarm is None:
            several = bool(list_notified_alarms(self._context, request.officer))
            return self._fill_wording("officer.which") if several else self._fill_wording("officer.none")
        match request.order.kind:
            case OrderKind.ACCEPT:
                return self._claim_case(request, alarm)
            case OrderKind.HAND_ON:
                return self._assign_tip(request, alarm, rest)
            case _:
                return self._ask_reporter(request, alarm, rest)

    def _was_begun(self, request: _Request) -> bool:
        """Return whether a part of an order was already run by a worker that was then killed."""
        triage = get_action_name(self._services.tips.handling.triage)
        first_parts = {"claim": get_action_name(self._claim_alarm), "acknowledge": _ACKNOWLEDGE, "triage": triage}
        return any(self._was_part_run(request, part, action) for part, action in first_parts.items())

    def _claim_case(self, request: _Request, alarm: Alarm) -> str:
        """Claim the case of an alarm; return a reply with the end of the claim."""
        try:
            self._run_once(request, "claim", self._claim_alarm, alarm.id)
        except WrongStep:
            return self._explain_claimed(request, alarm)
        claimed_alarm = self._read_alarm(request, alarm)
        reply = (
            self._fill_wording("officer.accepted", code=alarm.code)
            if claimed_alarm.claim_until is None
            else self._fill_wording("officer.claimed", code=alarm.code, until=short_moment(claimed_alarm.claim_until))
        )
        tip = self._read_tip(request, alarm)
        if tip is None or tip.state is not TipState.RECEIVED:
            return reply
        return "\n".join((reply, self._fill_wording("officer.accepted_only", code=alarm.code)))

    def _explain_claimed(self, request: _Request, alarm: Alarm) -> str:
        """Return a reply that names the claiming officer and the end of the claim, or that the alarm is over."""
        claimed_alarm = self._read_alarm(request, alarm)
        if claimed_alarm.claim_until is None:
            return self._fill_wording("officer.too_late")
        officer = self._runner.permits.name_officer(claimed_alarm.acknowledged_by)
        return self._fill_wording(
            "officer.claimed_by_other", code=alarm.code, officer=officer, until=short_moment(claimed_alarm.claim_until)
        )

    def _read_alarm(self, request: _Request, alarm: Alarm) -> Alarm:
        """Return the current state of an alarm, read with the officer's permissions."""
        return self._services.duty.alarms.alarm(person(request.officer, CHAT), alarm.id)

    def _assign_tip(self, request: _Request, alarm: Alarm, name: str) -> str:
        tip = self._read_tip(request, alarm)
        if tip is None:
            return self._fill_wording("officer.no_case", code=alarm.code)
        unit = find_unit(name, self._context.district)
        if unit is None:
            return self._fill_wording("officer.which_unit", text=name or "…")
        if not self._triage_tip(request, tip):
            return self._fill_wording("officer.untriaged", code=alarm.code)
        self._run_once(request, "assign", self._services.tips.handling.assign, tip.id, unit=unit.id)
        return self._fill_wording("officer.passed", code=alarm.code, unit=unit.name)

    def _ask_reporter(self, request: _Request, alarm: Alarm, words: str) -> str:
        tip = self._read_tip(request, alarm)
        if tip is None:
            return self._fill_wording("officer.no_case", code=alarm.code)
        if not words:
            return self._fill_wording("officer.needs_words")
        if not self._triage_tip(request, tip):
            return self._fill_wording("officer.untriaged", code=alarm.code)
        if tip.conversation:
            self._run_once(request, "ask", self._services.tips.handling.ask_back, tip.id, words)
        return self._fill_wording("officer.asked" if tip.conversation else "officer.asked_nobody", code=alarm.code)

    def _triage_tip(self, request: _Request, tip: Tip) -> bool:
        """Confirm the suggested category of a new tip, as triage precedes any other step; return False if it has
        none.
        """
        if tip.state is not TipState.RECEIVED:
            return True
        if not tip.category:
            return False
        self._run_once(
            request,
            "triage",
            self._services.tips.handling.triage,
            tip.id,
            category=tip.category,
            urgency=tip.urgency,
            legal_kind=tip.legal_kind,
            place=tip.place,
        )
        return True

    def _read_tip(self, request: _Request, alarm: Alarm) -> Tip | None:
        """Return the tip of an alarm, read as the officer, or None if the alarm is about something else.

        Raises:
            Refused: the officer may not read it.
        """
        ref = Ref.parse(alarm.about)
        return self._services.tips.queries.get(person(request.officer, CHAT), ref.id) if ref.kind == TIP.name else None

    def _split_code(self, request: _Request) -> tuple[str, str]:
        """Return the code at the beginning of an order, or "", and the remaining text."""
        first, _, rest = request.order.rest.partition(" ")
        if request.order.kind is OrderKind.ACCEPT:
            return first, ""
        names_alarm = any(alarm.code == first.upper() for alarm in list_notified_alarms(self._context, request.officer))
        return (first, rest.strip()) if names_alarm and first else ("", request.order.rest)

    def _list_open_alarms(self, officer: str) -> str:
        notices = list_notified_alarms(self._context, officer)
        readable = [alarm for alarm in notices if self._may_read_alarm(officer, alarm)]
        if not readable:
            return self._fill_wording("officer.none")
        lines = (self._format_alarm(alarm) for alarm in readable[:_LISTED])
        return self._fill_wording("officer.list", count=len(readable), items="\n".join(lines))

    def _format_alarm(self, alarm: Alarm) -> str:
        category = self._context.district.incoming.get(alarm.category)
        name = category.name if category else self._fill_wording("alarm.no_category")
        return self._fill_wording(
            "officer.list_item", code=alarm.code, category=name, time=short_moment(alarm.opened_at)
        )

    def _may_read_alarm(self, officer: str, alarm: Alarm) -> bool:
        try:
            self._services.duty.alarms.alarm(person(officer, CHAT), alarm.id)
        except (Refused, NotFound):
            return False
        return True

    def _fill_wording(self, key: str, **facts: object) -> str:
        return self._context.district.say(key, **facts)

    def _send_reply(self, message: Message, text: str) -> None:
        def queue_reply(uow: UnitOfWork) -> None:
            _permit_root(uow)
            uow.send(
                message.conversation,
                self._fill_wording("officer.reply", text=text),
                purpose="officer.reply",
                cause=f"message:{message.id}",
                scope=build_outbox_scope(uow.at),
                reply_to=message.platform_id,
            )

        actor = system("router").with_request(f"chat:{message.id}:reply")
        with suppress(AlreadyDone):
            self._runner.run_command(actor, "officers.reply", Permission.INTAKE, queue_reply)

    def _run_once(
        self, request: _Request, part: str, verb: Callable[..., object], *args: object, **arguments: object
    ) -> None:
        """Run a part of an order, unless a worker that was killed has already run it."""
        if not self._was_part_run(request, part, get_action_name(verb)):
            with suppress(AlreadyDone):
                verb(request.actor(part), *args, **arguments)

    def _was_part_run(self, request: _Request, part: str, action: str) -> bool:
        """Return whether a part of an order was already run, possibly by an earlier version."""
        actor = request.actor(part)
        # Earlier versions stored a person's idempotency key unhashed; an order interrupted by the upgrade may have such
        # a key.
        is_done_before = self._context.storage.requested(actor.request)
        return is_done_before or self._runner.find_done(actor, action) is not None


def _permit_root(uow: UnitOfWork) -> None:
    uow.permit(uow.context.district.root)
