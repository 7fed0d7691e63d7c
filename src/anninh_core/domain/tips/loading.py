"""Functions that load a tip after a check of the actor's permission on its unit, and never for an excluded officer."""

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import NotFound
from anninh_core.usecase.case_lookups import IsRestricted
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork

_SEE = "tips.list"


def is_text_withheld(is_restricted: IsRestricted, tip: Tip) -> bool:
    """Return whether the text of a tip is withheld, because the tip is over and its reporter had the use of their data
    restricted.
    """
    return bool(tip.conversation) and tip.ended_on is not None and is_restricted(f"tip:{tip.id}", tip.conversation)


def get_permitted_tip(session: ReadSession, tip_id: str, asked_for: str = "") -> Tip:
    """Return a tip on which the actor has the use case's permission.

    Args:
        asked_for: identifier that the actor gave, if it isn't the id.

    Raises:
        Refused: the actor has the permission in no unit.
        NotVisible: no such tip, no permission on its unit or the unit that handles it, or a conflict of interest: the
            actor can't distinguish these.
    """
    tip = session.get_visible(TIP, tip_id, _SEE, asked_for=asked_for)
    permitted = session.permitted_units()
    if permitted is not None and not {tip.unit, tip.handling_unit} & {*permitted}:
        internal_reason = f"it belongs to {tip.unit}"
        about = f"{TIP.name}:{tip.id}"
        raise session.build_withheld_error(
            TIP.name, asked_for or tip.id, internal_reason, _SEE, unit=tip.unit, about=about
        )
    session.check_not_excluded(TIP, tip, _SEE, asked_for=asked_for)
    session.unit = tip.unit
    return tip


def find_own_tip(uow: UnitOfWork, receipt: str, conversation: str) -> Tip:
    """Return a reporter's tip by its receipt; receipt and conversation must both match, or neither is confirmed.

    The receipt of a tip that was joined to another returns that other tip.

    Raises:
        NotFound: no tip of this receipt and this reporter.
    """
    normalized = receipt.strip().upper()
    tips = uow.find(TIP, "newest", where={"receipt": normalized}, limit=1).items
    if not tips or tips[0].conversation != conversation:
        raise NotFound(
            "This reporter has no tip with the receipt {receipt!r}.", kind="tip", id=normalized, receipt=normalized
        )
    return follow_joined(uow, tips[0])


def follow_joined(session: ReadSession, tip: Tip) -> Tip:
    """Return the tip into which a tip was joined, through any number of joins; a tip that wasn't joined is returned
    itself.
    """
    while tip.state is TipState.JOINED:
        tip = session.load(TIP, tip.merged_into)
    return tip
