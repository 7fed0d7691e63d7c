"""Telling those who hold a permission, in their chats: each of them once."""

from collections.abc import Iterator

from attrs import evolve

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.ports.storage import Find
from anninh_core.rooms.units.model import OFFICER, Officer
from anninh_core.rooms.units.rules import granted_units
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork


class Telling:
    """Notices to all who may do something on a unit."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self._runner = runner
        self._context = runner.context

    def tell(self, permission: Permission, unit: str, request: str, text: str, *, purpose: str, lane: Lane) -> int:
        """Tell the officers with a chat whose grants of today give a permission on a unit; return how many were new.

        Args:
            permission: what they may do.
            unit: where.
            request: what is told, in a word: whoever was told under it is not told again, as long as the district
                keeps the keys of requests.
            text: what they are told.
            purpose: the text's name in the profile's wording.
            lane: of the outbox.
        """
        return sum(
            self._told(officer, f"{request}:{officer.id}", text, purpose, lane)
            for officer in self._holders(permission, unit)
        )

    def _told(self, officer: Officer, request: str, text: str, purpose: str, lane: Lane) -> bool:
        scope = f"officer:{officer.id}"

        def tell(draft: UnitOfWork) -> None:
            draft.permit(self._context.district.root)
            draft.send(officer.conversation, text, purpose=purpose, cause=scope, scope=scope, lane=lane)

        try:
            self._runner.run_command(system("delivery").once(request), "dispatch.notice", Permission.INTAKE, tell)
        except AlreadyDone:
            return False
        return True

    def _holders(self, permission: Permission, unit: str) -> Iterator[Officer]:
        district, today = self._context.district, local_date(self._context.clock.now())
        above = {*district.ancestors(unit)}
        for officer in self._officers(tuple(r.id for r in district.roles.values() if permission in r.permissions)):
            if officer.conversation and not above.isdisjoint(granted_units(district, officer, permission, today)):
                yield officer

    def _officers(self, roles: tuple[str, ...]) -> Iterator[Officer]:
        query = Find(kind=OFFICER.name, order="id", where={"role": roles}, limit=200)
        while True:
            page = self._context.storage.records.find(query)
            yield from (self._context.opened(OFFICER, record) for record in page.records)
            if not page.cursor:
                return
            query = evolve(query, after=page.cursor)
