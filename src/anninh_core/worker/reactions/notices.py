"""Notices to officers' phones: a code and a date, never anything personal."""

from anninh_core.dispatch.telling import Telling
from anninh_core.kernel.dates import short_date, vietnam_time
from anninh_core.ports.changes import Entry
from anninh_core.rooms.conversations.model import pseudonym_of
from anninh_core.rooms.retention.kind import ERASURE
from anninh_core.rooms.services import Services
from anninh_core.rooms.tips.kind import TIP
from anninh_core.rooms.tips.model import Tip
from anninh_core.rooms.units.model import OFFICER
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.unit_of_work import UnitOfWork


class Notices:
    """Handles events that officers have to know of."""

    def __init__(self, rooms: Services) -> None:
        self._rooms = rooms
        self._runner = rooms.units.runner
        self._context = self._runner.context
        self._telling = Telling(self._runner)

    def tip_assigned(self, entry: Entry) -> None:
        """Tell the officers in whose hands a tip was put."""
        tips = [touched.id for touched in entry.touched if touched.kind == TIP.name]
        actor = system("delivery").once(f"notice:{entry.id}")

        def notify(draft: UnitOfWork) -> None:
            draft.permit(self._context.district.root)
            for tip in (draft.load(TIP, id) for id in tips):
                for officer in tip.handlers:
                    self._notify(draft, tip, officer)

        self._runner.run_command(actor, "dispatch.notice", Permission.INTAKE, notify)

    def erasure_asked(self, entry: Entry) -> None:
        """Tell those who may decide that somebody wants to be erased: by their pseudonym, if it is known who it is."""
        records = self._context.storage.records
        found = (records.get(touched.kind, touched.id) for touched in entry.touched if touched.kind == ERASURE.name)
        for erasure in (self._context.opened(ERASURE, record) for record in found if record is not None):
            purpose = "notice.withdrawal" if erasure.conversation else "notice.withdrawal_unknown"
            facts = {"person": pseudonym_of(erasure.conversation)} if erasure.conversation else {}
            text, request = self._context.district.say(purpose, **facts), f"erasure:{erasure.id}"
            self._telling.tell(Permission.OPERATE, erasure.unit, request, text, purpose=purpose, lane=Lane.BROADCAST)

    def _notify(self, draft: UnitOfWork, tip: Tip, officer_id: str) -> None:
        officer = draft.peek(OFFICER, officer_id)
        if officer is None or not officer.conversation:
            return
        district = self._context.district
        category = district.incoming.get(tip.category)
        due = min((clock.due for clock in tip.clocks), default=draft.at)
        text = district.say(
            "officer.assigned",
            code=tip.receipt[:5],
            category=category.name if category else "",
            urgency=district.say(f"urgency.{tip.urgency}"),
            due=f"{vietnam_time(due):%H:%M} {short_date(vietnam_time(due).date())}",
        )
        about = f"tip:{tip.id}"
        # In a lane of its own: what waits for the morning must not keep an answer in the same chat waiting.
        lane = Lane.EMERGENCY if tip.emergency else Lane.BROADCAST
        draft.send(officer.conversation, text, purpose="officer.assigned", cause=about, scope=about, lane=lane)
