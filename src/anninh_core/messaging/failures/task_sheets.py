"""The task sheets of messengers whose posts are made by people."""

from collections.abc import Mapping
from contextlib import suppress

from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.errors import NotFound
from anninh_core.ports.messengers.messenger import ByHand, Messenger
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.runner import UseCaseRunner


class TaskSheets:
    """The sheets of all messengers whose posts are made by people."""

    def __init__(self, runner: UseCaseRunner, messengers: Mapping[str, Messenger]) -> None:
        self._runner = runner
        self._context = runner.context
        self._messengers = messengers

    def confirm(self, row: OutboxRow, officer: Actor, link: str) -> None:
        """Mark the task of a row as done; nothing happens where no sheet asks for it. May be called again.

        Raises:
            RetryLater: the sheet can't be written.
        """
        messenger = self._messengers.get(row.messenger)
        if isinstance(messenger, ByHand):
            with suppress(NotFound):  # it failed before it came onto a sheet, and was posted all the same
                messenger.confirm(row.id, self._officer_name(officer), link)

    def _officer_name(self, officer: Actor) -> str:
        """Return how the sheet names who confirmed: people read it, so by name."""
        record = self._context.storage.records.get(OFFICER.name, officer.id)
        return self._context.open_record(OFFICER, record).name if record else officer.label
