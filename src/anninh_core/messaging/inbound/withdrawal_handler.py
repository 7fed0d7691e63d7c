"""Handling of a platform's report that a person withdraws: an officer gets a request for erasure with its deadline."""

from datetime import datetime

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.domain.services import Services
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Withdrawal
from anninh_core.vocabulary.rights import RightsKind


class WithdrawalHandler:
    """Records the requests for erasure of people who withdraw. Nothing is erased automatically: an officer decides."""

    def __init__(self, runner: UseCaseRunner, services: Services) -> None:
        self._runner = runner
        self._context = runner.context
        self._services = services

    def handle(self, uow: UnitOfWork, withdrawal: Withdrawal, received_at: datetime) -> None:
        """Record a person's request for erasure for an officer's decision; if no data of the person are stored, only
        log an event.
        """
        person = withdrawal.conversation
        conversation_id = uow.find_id(CONVERSATION, person.key) if person else ""
        if person and not conversation_id:
            uow.add_event("erasure.of_nobody")
            return
        record = self._context.storage.records.get(CONVERSATION.name, conversation_id) if conversation_id else None
        erasure = self._services.retention.erasures.ask_erasure(
            uow,
            conversation_id,
            unit=record.unit if record else self._context.district.root,
            asked_at=withdrawal.at or received_at,
            received_at=received_at,
            alias=withdrawal.alias,
        )
        self._services.rights.intake.receive(
            uow,
            RightsKind.OBJECTION,
            channel=RequestChannel.PLATFORM,
            conversation=conversation_id,
            received_at=received_at,
            erasure=erasure.id,
        )
