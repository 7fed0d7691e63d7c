"""Alarms: those who decide are told when the failure desk does not move, and at once of an emergency left unsent."""

from collections.abc import Iterator
from datetime import timedelta

from attrs import evolve

from anninh_core.dispatch.troubles import alarm, unsent
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.ports.queues import OutboxRow, Standing
from anninh_core.ports.storage import Find
from anninh_core.rooms.units.model import OFFICER, Officer
from anninh_core.rooms.units.rules import granted_on
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft

_HOUR = timedelta(hours=1)
_NOTICES = "notice."


class Alarms:
    """Looks at the failure desk, and tells of it in the chat, with numbers and nothing else."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def raise_due(self) -> int:
        """Tell what is to be told now; return how many notices that were."""
        queues = self._desk.storage.queues
        found = queues.standing()
        return sum(map(self._unsent, unsent(queues, lane="emergency"))) + self._standing(found) if found.count else 0

    def _standing(self, found: Standing) -> int:
        """Tell, once per span of the profile, that nothing moves."""
        now, span = self._desk.clock.now(), self._desk.district.delivery.alarm_after
        raised = alarm(found, now, span)
        if raised is None:
            return 0
        text = self._desk.district.say("notice.failures", count=raised.count, hours=raised.age // _HOUR)
        return self._tell(
            f"failures:{now.timestamp() // span.total_seconds():.0f}", text, "notice.failures", "broadcast"
        )

    def _unsent(self, row: OutboxRow) -> int:
        """Tell of an emergency that has not left, once; of a notice that has not left, nobody is told by another."""
        if row.purpose.startswith(_NOTICES):
            return 0
        text = self._desk.district.say("notice.emergency")
        return self._tell(f"unsent:{row.id}", text, "notice.emergency", "emergency")

    def _tell(self, request: str, text: str, purpose: str, lane: str) -> int:
        return sum(self._told(officer, f"{request}:{officer.id}", text, purpose, lane) for officer in self._on_duty())

    def _told(self, officer: Officer, request: str, text: str, purpose: str, lane: str) -> bool:
        scope = f"officer:{officer.id}"

        def tell(draft: Draft) -> None:
            draft.permit(self._desk.district.root)
            draft.send(officer.conversation, text, purpose=purpose, cause=scope, scope=scope, lane=lane)

        try:
            self._desk.carry_out(system("delivery").once(request), "dispatch.notice", Permission.INTAKE, tell)
        except AlreadyDone:
            return False
        return True

    def _on_duty(self) -> Iterator[Officer]:
        """Yield the officers with a chat who decide about the whole authority's deliveries."""
        district, today = self._desk.district, local_date(self._desk.clock.now())
        permission = Permission.DELIVERY_DECIDE
        for officer in self._officers(tuple(r.id for r in district.roles.values() if permission in r.permissions)):
            if officer.conversation and district.root in granted_on(district, officer, permission, today):
                yield officer

    def _officers(self, roles: tuple[str, ...]) -> Iterator[Officer]:
        query = Find(kind=OFFICER.name, order="id", where={"role": roles}, limit=200)
        while True:
            page = self._desk.storage.records.find(query)
            yield from (self._desk.opened(OFFICER, record) for record in page.records)
            if not page.cursor:
                return
            query = evolve(query, after=page.cursor)
