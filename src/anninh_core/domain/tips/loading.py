"""Loading a tip under a permission: by unit, and never for an excluded officer."""

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import NotFound
from anninh_core.usecase.read_session import ReadSession


def get_permitted_tip(session: ReadSession, tip_id: str) -> Tip:
    """Return a tip on which the actor has the marked permission.

    Raises:
        Refused: no permission on its unit or on the unit that handles it, or a conflict of interest.
        NotFound: no such tip; an actor without the permission anywhere is refused instead.
    """
    tip = session.get(TIP, tip_id)
    if tip is None:
        session.permitted_units()
        raise NotFound(f"there is no tip {tip_id!r}; `anninh tips list` shows those you may see")
    permitted = session.permitted_units()
    here = tip.handling_unit or tip.unit
    if permitted is None or tip.unit not in permitted:
        session.permit(here if permitted is not None and here in permitted else tip.unit)
    session.unit = tip.unit
    session.check_not_excluded(TIP, tip)
    return tip
