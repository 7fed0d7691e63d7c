"""What is done when a platform tells that a person withdraws: their wish is put before an officer."""

from datetime import datetime

from anninh_core.rooms.conversations.model import CONVERSATION
from anninh_core.rooms.services import Services
from anninh_core.vocabulary.messages import Withdrawal
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork


class WithdrawalHandler:
    """Notes wishes to be erased. Nothing is erased by that: an officer decides."""

    def __init__(self, runner: UseCaseRunner, rooms: Services) -> None:
        self._runner = runner
        self._context = runner.context
        self._rooms = rooms

    def heard(self, draft: UnitOfWork, withdrawal: Withdrawal, received_at: datetime) -> None:
        """Put a wish before those who may decide about it; of somebody of whom nothing is kept, only note that."""
        person = withdrawal.conversation
        where = self._rooms.conversations.id_of(person) if person else ""
        if where and not self._is_kept(where):
            draft.event("erasure.of_nobody")
            return
        record = self._context.storage.records.get(CONVERSATION.name, where) if where else None
        self._rooms.retention.erasures.ask_erasure(
            draft,
            where,
            unit=record.unit if record else self._context.district.root,
            asked_at=withdrawal.at or received_at,
            received_at=received_at,
            alias=withdrawal.alias,
        )

    def _is_kept(self, where: str) -> bool:
        keyring = self._context.storage.keyring
        return any(keyring.get(f"{sealed}:{where}") is not None for sealed in ("identity", "conversation"))
