"""Handling of echoes: the platform's reports of messages that the official account sent."""

from datetime import datetime

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import Conflict, RetryLater
from anninh_core.messaging.inbound.talk.loading import find_continuable_case, find_message
from anninh_core.messaging.outbound.reconciliation import Reconciler, may_match
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Echo


class EchoHandler:
    """Recognises the system's own messages, and records what an operator wrote in the platform's own tool."""

    def __init__(self, services: Services, reconciler: Reconciler) -> None:
        self._services = services
        self._reconciler = reconciler

    def handle(self, uow: UnitOfWork, echo: Echo, received_at: datetime) -> None:
        """Settle a sent message of unknown outcome by its echo, the platform's report. Nearly all echoes belong to
        messages already recorded as sent.

        Raises:
            RetryLater: a message with the same text is being sent at this moment: its result will be known at the next
                try.
            Conflict: another process settled the message that matched this echo; process the echo again.
        """
        if uow.context.storage.queues.by_platform_id(echo.conversation.messenger, echo.platform_id) is not None:
            return
        conversation_id = uow.find_id(CONVERSATION, echo.conversation.key)
        if echo.by_operator:
            self._record_operator_message(uow, echo, conversation_id, received_at)
            return
        # No message was ever sent to this address, so that the echo doesn't belong to this system.
        if not conversation_id:
            return
        candidates = self._reconciler.find_candidates(conversation_id, echo.text)
        if any(row.state is OutboxState.STARTED for row in candidates):
            raise RetryLater("A message with the same text is being sent at this moment: wait for its result.")
        matching_row = next((row for row in candidates if may_match(row, echo.at, uow.at)), None)
        if matching_row is None:
            return
        uow.add_event("delivery.echoed")
        uow.facts["outbox"] = matching_row.id
        if not self._reconciler.settle_by_echo(matching_row, echo.platform_id):
            raise Conflict(
                "Outbox row {row} was settled by another process: the echo has to be processed again.",
                row=matching_row.id,
            )

    def _record_operator_message(
        self, uow: UnitOfWork, echo: Echo, conversation_id: str, received_at: datetime
    ) -> None:
        if conversation_id and find_message(uow, conversation_id, echo.platform_id) is not None:
            return
        self._services.conversations.record_operator_message(
            uow, echo, case=self._find_current_case(uow, conversation_id), received_at=received_at
        )
        uow.add_event("message.overheard")

    def _find_current_case(self, uow: UnitOfWork, conversation_id: str) -> str:
        """Return the current case of a conversation, or "" if there is none or it isn't readable."""
        conversation = uow.get(CONVERSATION, conversation_id) if conversation_id else None
        return find_continuable_case(uow, conversation.last_case) if conversation else ""
