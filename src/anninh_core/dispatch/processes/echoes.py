"""What is done when the platform tells of something that the official side wrote."""

from datetime import datetime

from anninh_core.dispatch.processes.heard import standing, told
from anninh_core.kernel.errors import Conflict, DecryptionError, RetryLater
from anninh_core.messaging.outbound.reconciliation import Reconciler, fits
from anninh_core.ports.queues import OutboxState
from anninh_core.rooms.conversations.model import CONVERSATION
from anninh_core.rooms.services import Services
from anninh_core.vocabulary.messages import Echo
from anninh_core.work.unit_of_work import UnitOfWork


class Echoes:
    """Knows our own messages again, and writes down what a person wrote for us in the platform's own tool."""

    def __init__(self, rooms: Services, reconciler: Reconciler) -> None:
        self._rooms = rooms
        self._reconciler = reconciler

    def echo(self, draft: UnitOfWork, echo: Echo, received_at: datetime) -> None:
        """Let a message of unknown outcome be settled by its echo. Nearly all echoes are of what is known as sent.

        Raises:
            RetryLater: such a message is just being sent: by the next time its answer will have come.
            Conflict: somebody else settled what this echo was taken for; look again.
        """
        if draft.context.storage.queues.by_platform_id(echo.conversation.messenger, echo.platform_id) is not None:
            return
        where = self._rooms.conversations.id_of(echo.conversation)
        if echo.by_operator:
            self._write_down(draft, echo, where, received_at)
            return
        alike = self._reconciler.find_candidates(where, echo.text)
        if any(row.state is OutboxState.STARTED for row in alike):
            raise RetryLater("a message with these words is being sent just now; its answer is awaited")
        mine = next((row for row in alike if fits(row, echo.at, draft.at)), None)
        if mine is None:
            return
        draft.event("delivery.echoed")
        draft.facts["outbox"] = mine.id
        if not self._reconciler.settle(mine, echo.platform_id):
            raise Conflict(f"outbox row {mine.id} was settled by somebody else; the echo is looked at again")

    def _write_down(self, draft: UnitOfWork, echo: Echo, where: str, received_at: datetime) -> None:
        if told(draft, where, echo.platform_id) is not None:
            return
        self._rooms.conversations.record_operator_message(
            draft, echo, case=self._case(draft, where), received_at=received_at
        )
        draft.event("message.overheard")

    def _case(self, draft: UnitOfWork, where: str) -> str:
        """Return the case that is under way in a conversation, "" where there is none or nobody can read of it."""
        try:
            conversation = draft.peek(CONVERSATION, where)
        except DecryptionError:
            return ""
        return standing(draft, conversation.last_case) if conversation else ""
