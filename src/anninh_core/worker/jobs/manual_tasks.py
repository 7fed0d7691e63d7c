"""The daily notice to each group's owner: how many texts wait to be posted by hand."""

from collections import Counter

from anninh_core.domain.groups.model import Group
from anninh_core.domain.services import Services
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.messaging.rows import iter_outbox_rows
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.usecase.actor import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission


class ManualTaskNotices:
    """Notifies each group's owner, once a day, of the texts to post by hand."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runner = services.units.runner
        self._context = self._runner.context

    def notify_owners(self) -> int:
        """Notify the owners of groups with texts that wait to be posted by hand; return how many were notified."""
        rows_by_conversation = Counter(
            row.conversation for row in iter_outbox_rows(self._context.storage.queues, (OutboxState.NEEDS_PERSON,))
        )
        by_owner: Counter[str] = Counter()
        for conversation, row_count in rows_by_conversation.items():
            group = self._find_group(conversation)
            if group is not None and group.owner:
                by_owner[group.owner] += row_count
        return sum(self._notify(officer, count) for officer, count in by_owner.items())

    def _find_group(self, conversation: str) -> Group | None:
        return self._services.groups.queries.of_conversation(system("router"), conversation)

    def _notify(self, officer_id: str, count: int) -> bool:
        day = local_date(self._context.clock.now())
        actor = system("delivery").with_request(f"tasks:{day}:{officer_id}")

        def notify(uow: UnitOfWork) -> bool:
            uow.permit(self._context.district.root)
            # An owner with a damaged record is skipped, so that the others still get their notices.
            officer = uow.get_readable(OFFICER, officer_id)
            if officer is None or not officer.conversation:
                return False
            text = self._context.district.say("notice.tasks", count=count)
            scope = f"officer:{officer_id}"
            uow.send(officer.conversation, text, purpose="notice.tasks", cause=scope, scope=scope, lane=Lane.BROADCAST)
            return True

        try:
            return self._runner.run_command(actor, "dispatch.notice", Permission.INTAKE, notify)
        except AlreadyDone:
            return False
