"""Carries out what officers ordered in their chats: each order is a use case of its own, under the officer's name."""

from collections.abc import Callable
from contextlib import suppress

from attrs import frozen

from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.units.chats import find_bound
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import AlreadyDone, BadInput, NotFound, Refused, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.inbound.officers.desk import MESSAGES
from anninh_core.messaging.inbound.officers.notices import (
    answered_alarm,
    begun_alarm,
    open_notices,
    quoted_notice,
)
from anninh_core.messaging.inbound.officers.orders import Order, OrderKind, find_unit, parse_order
from anninh_core.ports.authenticator import CHAT
from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.marks import action_of
from anninh_core.usecase.outbox_message import outbox_scope
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_LISTED = 10
_ACKNOWLEDGE = "duty.acknowledge"
"""Action of earlier versions, with which an order may have begun that goes on with a claim."""

ClaimAlarm = Callable[[Actor, str], Alarm]
"""Claims an alarm, by its id, for an actor."""


@frozen
class _Said:
    """An order, who gave it, and in which message."""

    officer: str
    message: Message
    order: Order

    def actor(self, part: str) -> Actor:
        """Return the officer as actor of a part of the order, which is carried out once."""
        return person(self.officer, CHAT).with_request(f"chat:{self.message.id}:{part}")


class OfficerCommands:
    """Runs orders. Replies politely to what goes wrong, and says nothing of a case that isn't the officer's."""

    def __init__(self, services: Services, claim_alarm: ClaimAlarm) -> None:
        self._services = services
        self._claim_alarm = claim_alarm
        self._runner = services.units.runner
        self._context = self._runner.context

    def carry_out(self, entry: Entry) -> None:
        """Carry out the orders of the messages that an entry names, and reply to each."""
        for id in str(entry.facts.get(MESSAGES, "")).split(","):
            record = self._context.storage.records.get(MESSAGE.name, id)
            for message in self._context.iter_readable(MESSAGE, () if record is None else (record,)):
                self._carry_out(message)

    def _carry_out(self, message: Message) -> None:
        session = self._runner.prepare(system("router"), "officers.read", Permission.INTAKE, _permit_root)[0]
        officer = find_bound(session, message.conversation)
        if officer is None:
            return  # unbound meanwhile
        order = parse_order(message.text, self._context.district)
        text = self._say("officer.explain") if order is None else self._run(_Said(officer.id, message, order))
        self._reply(message, text)

    def _run(self, said: _Said) -> str:
        try:
            if said.order.kind is OrderKind.LIST:
                return self._list(said.officer)
            return self._act(said)
        except WrongStep:
            return self._say("officer.too_late")
        except (Refused, NotFound):
            return self._say("officer.refused")
        except BadInput:
            return self._say("officer.explain")

    def _act(self, said: _Said) -> str:
        code, rest = self._split_code(said)
        quoted = quoted_notice(self._context, said.message.conversation, said.message.reply_to)
        begun = begun_alarm(self._context, said.officer, said.message.received_at) if self._is_begun(said) else None
        alarm = begun or answered_alarm(self._context, said.officer, quoted, code)
        if alarm is None:
            several = bool(open_notices(self._context, said.officer))
            return self._say("officer.which") if several else self._say("officer.none")
        match said.order.kind:
            case OrderKind.ACCEPT:
                return self._claim(said, alarm)
            case OrderKind.HAND_ON:
                return self._hand_on(said, alarm, rest)
            case _:
                return self._ask(said, alarm, rest)

    def _is_begun(self, said: _Said) -> bool:
        """Return whether a part of an order was carried out before, by a worker that was killed."""
        triage = action_of(self._services.tips.handling.triage)
        first_parts = {"claim": action_of(self._claim_alarm), "acknowledge": _ACKNOWLEDGE, "triage": triage}
        return any(self._is_done(said, part, action) for part, action in first_parts.items())

    def _claim(self, said: _Said, alarm: Alarm) -> str:
        """Claim what an alarm is about; the reply says until when."""
        try:
            self._once(said, "claim", self._claim_alarm, alarm.id)
        except WrongStep:
            return self._explain_claimed(said, alarm)
        claimed = self._read_alarm(said, alarm)
        reply = (
            self._say("officer.accepted", code=alarm.code)
            if claimed.claim_until is None
            else self._say("officer.claimed", code=alarm.code, until=short_moment(claimed.claim_until))
        )
        tip = self._read_tip(said, alarm)
        if tip is None or tip.state is not TipState.RECEIVED:
            return reply
        return "\n".join((reply, self._say("officer.accepted_only", code=alarm.code)))

    def _explain_claimed(self, said: _Said, alarm: Alarm) -> str:
        """Say who has it and until when, or else that it is over."""
        claimed = self._read_alarm(said, alarm)
        if claimed.claim_until is None:
            return self._say("officer.too_late")
        officer = self._runner.permits.name_officer(claimed.acknowledged_by)
        return self._say(
            "officer.claimed_by_other", code=alarm.code, officer=officer, until=short_moment(claimed.claim_until)
        )

    def _read_alarm(self, said: _Said, alarm: Alarm) -> Alarm:
        """Return an alarm as it is by now, as far as the officer may read it."""
        return self._services.duty.alarms.alarm(person(said.officer, CHAT), alarm.id)

    def _hand_on(self, said: _Said, alarm: Alarm, name: str) -> str:
        tip = self._read_tip(said, alarm)
        if tip is None:
            return self._say("officer.no_case", code=alarm.code)
        unit = find_unit(name, self._context.district)
        if unit is None:
            return self._say("officer.which_unit", text=name or "…")
        if not self._triage(said, tip):
            return self._say("officer.untriaged", code=alarm.code)
        self._once(said, "assign", self._services.tips.handling.assign, tip.id, unit=unit.id)
        return self._say("officer.passed", code=alarm.code, unit=unit.name)

    def _ask(self, said: _Said, alarm: Alarm, words: str) -> str:
        tip = self._read_tip(said, alarm)
        if tip is None:
            return self._say("officer.no_case", code=alarm.code)
        if not words:
            return self._say("officer.needs_words")
        if not self._triage(said, tip):
            return self._say("officer.untriaged", code=alarm.code)
        if tip.conversation:
            self._once(said, "ask", self._services.tips.handling.ask_back, tip.id, words)
        return self._say("officer.asked" if tip.conversation else "officer.asked_nobody", code=alarm.code)

    def _triage(self, said: _Said, tip: Tip) -> bool:
        """Confirm what a new tip was taken for, which comes before any other step; False where nobody has said it."""
        if tip.state is not TipState.RECEIVED:
            return True
        if not tip.category:
            return False
        self._once(
            said,
            "triage",
            self._services.tips.handling.triage,
            tip.id,
            category=tip.category,
            urgency=tip.urgency,
            legal_kind=tip.legal_kind,
            place=tip.place,
        )
        return True

    def _read_tip(self, said: _Said, alarm: Alarm) -> Tip | None:
        """Return the tip of an alarm, read as the officer: who may not is refused here."""
        ref = Ref.parse(alarm.about)
        return self._services.tips.queries.get(person(said.officer, CHAT), ref.id) if ref.kind == TIP.name else None

    def _split_code(self, said: _Said) -> tuple[str, str]:
        """Return the code that an order names before anything else, and the rest."""
        first, _, rest = said.order.rest.partition(" ")
        if said.order.kind is OrderKind.ACCEPT:
            return first, ""
        named = any(alarm.code == first.upper() for alarm in open_notices(self._context, said.officer))
        return (first, rest.strip()) if named and first else ("", said.order.rest)

    def _list(self, officer: str) -> str:
        notices = open_notices(self._context, officer)
        readable = [alarm for alarm in notices if self._may_read(officer, alarm)]
        if not readable:
            return self._say("officer.none")
        lines = (self._line(alarm) for alarm in readable[:_LISTED])
        return self._say("officer.list", count=len(readable), items="\n".join(lines))

    def _line(self, alarm: Alarm) -> str:
        category = self._context.district.incoming.get(alarm.category)
        name = category.name if category else self._say("alarm.no_category")
        return self._say("officer.list_item", code=alarm.code, category=name, time=short_moment(alarm.opened_at))

    def _may_read(self, officer: str, alarm: Alarm) -> bool:
        try:
            self._services.duty.alarms.alarm(person(officer, CHAT), alarm.id)
        except (Refused, NotFound):
            return False
        return True

    def _say(self, key: str, **facts: object) -> str:
        return self._context.district.say(key, **facts)

    def _reply(self, message: Message, text: str) -> None:
        def send(uow: UnitOfWork) -> None:
            _permit_root(uow)
            uow.send(
                message.conversation,
                self._say("officer.reply", text=text),
                purpose="officer.reply",
                cause=f"message:{message.id}",
                scope=outbox_scope(uow.at),
                reply_to=message.platform_id,
            )

        actor = system("router").with_request(f"chat:{message.id}:reply")
        with suppress(AlreadyDone):
            self._runner.run_command(actor, "officers.reply", Permission.INTAKE, send)

    def _once(self, said: _Said, part: str, verb: Callable[..., object], *args: object, **named: object) -> None:
        """Run a part of an order; one that was carried out before a worker was killed isn't again."""
        if not self._is_done(said, part, action_of(verb)):
            with suppress(AlreadyDone):
                verb(said.actor(part), *args, **named)

    def _is_done(self, said: _Said, part: str, action: str) -> bool:
        """Tell whether a part of an order was carried out before, also by an earlier version."""
        actor = said.actor(part)
        # Earlier versions kept a person's key as it was: so it stands where an order was broken off by the upgrade.
        is_done_before = self._context.storage.requested(actor.request)
        return is_done_before or self._runner.find_done(actor, action) is not None


def _permit_root(uow: UnitOfWork) -> None:
    uow.permit(uow.context.district.root)
