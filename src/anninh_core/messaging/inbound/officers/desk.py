"""Separation of officers' short replies from residents' messages; any other message of an officer is handled as a
resident's.
"""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from anninh_core.domain.services import Services
from anninh_core.domain.units.chats import CodeResult, find_officer_chat
from anninh_core.messaging.inbound.officers.notices import find_quoted_notice, has_open_alarm
from anninh_core.messaging.inbound.officers.orders import parse_binding_code, parse_order
from anninh_core.usecase.outbox_message import build_outbox_scope
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion

KIND = "officer"
"""Message kind of an officer's order or a binding code."""

MESSAGES = "officer_messages"
"""Name of the audit log fact with the ids of the messages whose orders are to be run."""


class OfficerDesk:
    """Records officers' orders; everything else is handled as a resident's message, danger first, as officers report
    too.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def take(
        self,
        uow: UnitOfWork,
        message: InboundMessage,
        conversation_id: str,
        received_at: datetime,
        opinions: Sequence[TriageOpinion],
    ) -> bool:
        """Record an order, to be run later with the officer as actor; return whether the message was an order or a
        binding code.

        Args:
            conversation_id: id of the conversation, "" if it has no record yet.
            opinions: triage opinions on the message; one that reports danger is never taken for a mistyped reply.
        """
        if message.conversation.place is not Place.PERSON:
            return False
        if code := parse_binding_code(message.text):
            self._redeem_binding_code(uow, message, code, received_at)
            return True
        order = parse_order(message.text, uow.context.district)
        if (order is None and not message.reply_to) or not conversation_id:
            return False
        officer = find_officer_chat(uow, conversation_id)
        if officer is None:
            return False
        is_quoting = find_quoted_notice(uow.context, conversation_id, message.reply_to) is not None
        if order is None and (not is_quoting or any(opinion.emergency for opinion in opinions)):
            return False
        if order is not None and order.is_bare and not is_quoting and not has_open_alarm(uow.context, officer.id):
            return False
        self._record_order(uow, message, received_at)
        return True

    def _record_order(self, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        record = self._services.conversations.record_message
        stored_message = record(uow, message, kind=KIND, reasons=("an officer's reply",), received_at=received_at)
        earlier = uow.facts.get(MESSAGES, "")
        uow.facts |= {"turn": KIND, MESSAGES: f"{earlier},{stored_message.id}" if earlier else stored_message.id}
        uow.add_event("officer.commanded")

    def _redeem_binding_code(self, uow: UnitOfWork, message: InboundMessage, code: str, received_at: datetime) -> None:
        """Bind the chat that sent a code to its officer, and notify this chat and the previously bound one. The code
        isn't recorded.
        """
        record = self._services.conversations.record_message
        stored_message = record(uow, evolve(message, text=""), kind=KIND, reasons=("a code",), received_at=received_at)
        uow.facts["turn"] = KIND
        result, previous = self._services.officer_chats.redeem(uow, code, stored_message.conversation)
        purpose = "officer.bound" if result is CodeResult.BOUND else "officer.code_wrong"
        for recipient, wording in ((stored_message.conversation, purpose), (previous, "officer.bound_elsewhere")):
            if recipient:
                scope = build_outbox_scope(uow.at)
                uow.send(
                    recipient,
                    uow.context.district.say(wording),
                    purpose=wording,
                    cause=f"message:{stored_message.id}",
                    scope=scope,
                )
