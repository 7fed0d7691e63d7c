"""What all parts of the room share: a tip is held under a permission, and never by an excluded officer."""

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve

from anninh_core.kernel.errors import NotFound, Refused
from anninh_core.rooms.tips.clocks import Clock, clocks_for
from anninh_core.rooms.tips.kind import TIP
from anninh_core.rooms.tips.model import Tip
from anninh_core.work.look import Look
from anninh_core.work.marks import Room


class TipRoom(Room):
    """Base of the room's parts."""

    room = "tips"

    def _clocked(self, tip: Tip) -> Tip:
        """Return the tip with its clocks as its kind, urgency and moments make them."""
        return evolve(tip, clocks=self._clocks(tip.legal_kind, tip.urgency, tip.moments))

    def _clocks(self, legal_kind: str, urgency: str, moments: Mapping[str, datetime]) -> tuple[Clock, ...]:
        district = self.desk.district
        return clocks_for(
            district.deadlines, district.calendar, legal_kind=legal_kind, urgency=urgency, moments=moments
        )

    def _held(self, look: Look, tip_id: str) -> Tip:
        """Load a tip that the actor may hold.

        Raises:
            Refused: no permission on its unit or on the unit that handles it, or a conflict of interest.
            NotFound: no such tip; an actor without the permission anywhere is refused instead.
        """
        tip = look.peek(TIP, tip_id)
        if tip is None:
            look.permitted_units()
            raise NotFound(f"there is no tip {tip_id!r}; `anninh tips list` shows those you may see")
        permitted = look.permitted_units()
        here = tip.handling_unit or tip.unit
        if permitted is None or tip.unit not in permitted:
            look.permit(here if permitted is not None and here in permitted else tip.unit)
        look.unit = tip.unit
        if look.actor.id in tip.excluded:
            raise Refused(f"{look.actor.label} is excluded from tip {tip.receipt} by a conflict of interest")
        return tip
