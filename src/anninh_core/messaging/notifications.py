"""Notifications to the chats of officers who have a permission; each officer gets a notification only once."""

from collections.abc import Collection, Iterator

from anninh_core.domain.units.holders import iter_permission_holders, iter_readable_officers
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import list_conflict_marks
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import AlreadyDone, Damaged, Purged
from anninh_core.ports.storages.changes import Record
from anninh_core.usecase.actor import system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission


class OfficerNotifier:
    """Sends notifications to officers with a permission on a unit."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self._runner = runner
        self._context = runner.context

    def notify(
        self,
        permission: Permission,
        unit: str,
        request: str,
        text: str,
        *,
        purpose: str,
        lane: Lane,
        excluded: Collection[str] = (),
    ) -> int:
        """Notify the officers with a chat whose current grants give a permission on a unit; return how many were new.

        Args:
            request: idempotency key of the notification: no officer gets it twice, as long as the district keeps the
                idempotency keys.
            purpose: the text's name in the profile's wording.
            excluded: officers, and marks of units, that get no notification, for example those excluded from the case.
        """
        return sum(
            self._send_notice(officer, f"{request}:{officer.id}", text, purpose, lane)
            for officer in self.iter_reachable_holders(permission, unit)
            if {*excluded}.isdisjoint(list_conflict_marks(self._context.district, officer))
        )

    def notify_officer(self, officer_id: str, request: str, text: str, *, purpose: str, lane: Lane) -> int:
        """Notify an officer, if they have a chat; return how many notifications were new, 0 or 1. Arguments as for
        `notify`.
        """
        record = self._context.storage.records.get(OFFICER.name, officer_id)
        officer = None if record is None else self._open_officer(record)
        if officer is None or not officer.conversation:
            return 0
        return self._send_notice(officer, f"{request}:{officer.id}", text, purpose, lane)

    def notify_all(self, request: str, text: str, *, purpose: str, lane: Lane) -> int:
        """Notify every officer with a chat, regardless of permissions; return how many were new. Arguments as for
        `notify`.
        """
        return sum(
            self._send_notice(officer, f"{request}:{officer.id}", text, purpose, lane)
            for officer in iter_readable_officers(self._context)
            if officer.conversation
        )

    def _send_notice(self, officer: Officer, request: str, text: str, purpose: str, lane: Lane) -> bool:
        scope = f"officer:{officer.id}"

        def queue_notice(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            uow.send(officer.conversation, text, purpose=purpose, cause=scope, scope=scope, lane=lane)

        try:
            self._runner.run_command(
                system("delivery").with_request(request), "dispatch.notice", Permission.INTAKE, queue_notice
            )
        except AlreadyDone:
            return False
        return True

    def iter_reachable_holders(self, permission: Permission, unit: str) -> Iterator[Officer]:
        """Yield the officers with a chat whose current grants give a permission on a unit."""
        holders = iter_permission_holders(self._context, permission, unit, local_date(self._context.clock.now()))
        yield from (officer for officer in holders if officer.conversation)

    def _open_officer(self, record: Record) -> Officer | None:
        """Return the officer in a record, or None if the record was purged or can't be read, so that the chat is
        unknown.

        The others are still notified. The job `inspect_officers` quarantines unreadable ones.
        """
        try:
            return self._context.open_record(OFFICER, record)
        except (Purged, Damaged):
            return None
