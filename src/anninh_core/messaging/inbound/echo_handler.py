"""What is done when the platform tells of something that the official side wrote."""

from datetime import datetime

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import Conflict, RetryLater
from anninh_core.messaging.inbound.talk.loading import find_message, readable_case
from anninh_core.messaging.outbound.reconciliation import Reconciler, may_match
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Echo


class EchoHandler:
    """Recognises our own messages, and records what an operator wrote in the platform's own tool."""

    def __init__(self, services: Services, reconciler: Reconciler) -> None:
        self._services = services
        self._reconciler = reconciler

    def handle(self, uow: UnitOfWork, echo: Echo, received_at: datetime) -> None:
        """Let a message of unknown outcome be settled by its echo. Nearly all echoes are of what is known as sent.

        Raises:
            RetryLater: such a message is just being sent: by the next time its answer will have come.
            Conflict: somebody else settled what this echo was taken for; look again.
        """
        if uow.context.storage.queues.by_platform_id(echo.conversation.messenger, echo.platform_id) is not None:
            return
        conversation_id = uow.find_id(CONVERSATION, echo.conversation.key)
        if echo.by_operator:
            self._record_operator_message(uow, echo, conversation_id, received_at)
            return
        if not conversation_id:  # nobody was written to: it isn't ours
            return
        candidates = self._reconciler.find_candidates(conversation_id, echo.text)
        if any(row.state is OutboxState.STARTED for row in candidates):
            raise RetryLater("A message with the same text is being sent at this moment: wait for its result.")
        matching_row = next((row for row in candidates if may_match(row, echo.at, uow.at)), None)
        if matching_row is None:
            return
        uow.add_event("delivery.echoed")
        uow.facts["outbox"] = matching_row.id
        if not self._reconciler.settle(matching_row, echo.platform_id):
            raise Conflict(
                "Outbox row {row} was settled by another process: the echo has to be processed again.",
                row=matching_row.id,
            )

    def _record_operator_message(self, uow: UnitOfWork, echo: Echo, where: str, received_at: datetime) -> None:
        if where and find_message(uow, where, echo.platform_id) is not None:
            return
        self._services.conversations.record_operator_message(
            uow, echo, case=self._current_case(uow, where), received_at=received_at
        )
        uow.add_event("message.overheard")

    def _current_case(self, uow: UnitOfWork, where: str) -> str:
        """Return the case that is under way in a conversation, "" where there is none or nobody can read of it."""
        conversation = uow.get(CONVERSATION, where) if where else None
        return readable_case(uow, conversation.last_case) if conversation else ""
