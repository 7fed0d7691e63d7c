"""The seam at which officers' short replies leave the residents' way: nothing else that they write does."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from anninh_core.domain.services import Services
from anninh_core.domain.units.chats import CodeResult, find_bound
from anninh_core.messaging.inbound.officers.notices import has_open_notice, quoted_notice
from anninh_core.messaging.inbound.officers.orders import parse_binding_code, parse_order
from anninh_core.usecase.outbox_message import outbox_scope
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion

KIND = "officer"
"""Kind of a message that was an officer's order, or a code."""

MESSAGES = "officer_messages"
"""Fact of an entry that names the messages whose orders are to be carried out."""


class OfficerDesk:
    """Takes what officers order; everything else is a resident's word, danger first, for officers report too."""

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
        """Write an order down, to be carried out as the officer's own act, and tell whether the message was one.

        Args:
            conversation_id: where, "" where nobody was heard there before.
            opinions: what it may be; words of danger are never taken for a mistyped reply.
        """
        if message.conversation.place is not Place.PERSON:
            return False
        if code := parse_binding_code(message.text):
            self._redeem(uow, message, code, received_at)
            return True
        order = parse_order(message.text, uow.context.district)
        if (order is None and not message.reply_to) or not conversation_id:
            return False
        officer = find_bound(uow, conversation_id)
        if officer is None:
            return False
        is_quoting = quoted_notice(uow.context, conversation_id, message.reply_to) is not None
        if order is None and (not is_quoting or any(opinion.emergency for opinion in opinions)):
            return False
        if order is not None and order.is_bare and not is_quoting and not has_open_notice(uow.context, officer.id):
            return False
        self._record(uow, message, received_at)
        return True

    def _record(self, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        record = self._services.conversations.record_message
        said = record(uow, message, kind=KIND, reasons=("an officer's reply",), received_at=received_at)
        earlier = uow.facts.get(MESSAGES, "")
        uow.facts |= {"turn": KIND, MESSAGES: f"{earlier},{said.id}" if earlier else said.id}
        uow.add_event("officer.commanded")

    def _redeem(self, uow: UnitOfWork, message: InboundMessage, code: str, received_at: datetime) -> None:
        """Bind the chat, and tell it and the one that was bound before. The code isn't written down."""
        record = self._services.conversations.record_message
        said = record(uow, evolve(message, text=""), kind=KIND, reasons=("a code",), received_at=received_at)
        uow.facts["turn"] = KIND
        result, before = self._services.officer_chats.redeem(uow, code, said.conversation)
        purpose = "officer.bound" if result is CodeResult.BOUND else "officer.code_wrong"
        for to, what in ((said.conversation, purpose), (before, "officer.bound_elsewhere")):
            if to:
                scope = outbox_scope(uow.at)
                uow.send(to, uow.context.district.say(what), purpose=what, cause=f"message:{said.id}", scope=scope)
