"""Notices to officers' phones: a code and a date, never anything personal."""

from anninh_core.dispatch.rooms import Rooms
from anninh_core.kernel.dates import short_date, vietnam_time
from anninh_core.ports.changes import Entry
from anninh_core.rooms.tips.kind import TIP
from anninh_core.rooms.tips.model import Tip
from anninh_core.rooms.units.model import OFFICER
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.draft import Draft


class Notices:
    """Reacts to what officers should know of."""

    def __init__(self, rooms: Rooms) -> None:
        self._desk = rooms.tips.desk

    def tip_assigned(self, entry: Entry) -> None:
        """Tell the officers in whose hands a tip was put."""
        tips = [touched.id for touched in entry.touched if touched.kind == TIP.name]
        actor = system("delivery").once(f"notice:{entry.id}")

        def tell(draft: Draft) -> None:
            draft.permit(self._desk.district.root)
            for tip in (draft.load(TIP, id) for id in tips):
                for officer in tip.handlers:
                    self._tell(draft, tip, officer)

        self._desk.carry_out(actor, "dispatch.notice", Permission.INTAKE, tell)

    def _tell(self, draft: Draft, tip: Tip, officer_id: str) -> None:
        officer = draft.peek(OFFICER, officer_id)
        if officer is None or not officer.conversation:
            return
        district = self._desk.district
        category = district.incoming.get(tip.category)
        due = min((clock.due for clock in tip.clocks), default=draft.at)
        text = district.say(
            "officer.assigned",
            code=tip.receipt[:5],
            category=category.name if category else "",
            urgency=district.say(f"urgency.{tip.urgency}"),
            due=f"{vietnam_time(due):%H:%M} {short_date(vietnam_time(due).date())}",
        )
        draft.send(officer.conversation, text, purpose="officer.assigned", cause=f"tip:{tip.id}", scope=f"tip:{tip.id}")
