"""Loading a tip under a permission: by unit, and never for an excluded officer."""

from anninh_core.kernel.errors import NotFound, Refused
from anninh_core.rooms.tips.kind import TIP
from anninh_core.rooms.tips.model import Tip
from anninh_core.work.read_session import ReadSession


def get_permitted_tip(look: ReadSession, tip_id: str) -> Tip:
    """Return a tip on which the actor has the marked permission.

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
