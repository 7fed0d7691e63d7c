"""Base of the officers' use cases of tips, which load a tip at the version that the officer saw, and check
permissions.
"""

from collections.abc import Callable

from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.actor import person
from anninh_core.usecase.marks import Service
from anninh_core.usecase.permissions.permits import build_unit_mark
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

HasAttachment = Callable[[ReadSession, str, str], bool]
"""Type of a function that returns whether a message, by its id, belongs to a case (`kind:id`) and has a file
attached.
"""


def never_has_attachment(_session: ReadSession, _case: str, _message_id: str) -> bool:
    """Return False, for a program that keeps tips without messages."""
    return False


class TipWork(Service):
    """Base class of the officers' use cases of tips.

    Each use case that changes a tip takes `seen_version`, the tip's `version` that the officer saw: if the tip was
    changed since, `Stale` names who changed it and when, and nothing is done. Without it, the current version is
    changed, unless the actor passed the version that they saw by `seeing`, which works for every kind of record.
    """

    action_prefix = "tips"

    def _save_tip(self, uow: UnitOfWork, tip: Tip) -> Tip:
        """Save a tip with its clocks recomputed."""
        return uow.save(TIP, recompute_deadlines(self.context.district, tip, uow.at))

    def _require_unit(self, tip: Tip, unit: str) -> str:
        """Return the id of a unit that may handle a tip.

        Raises:
            NotFound: there is no such unit.
            BadInput: the unit is excluded by a conflict of interest, or the tip is locked for a supervisor above the
                unit.
        """
        district = self.context.district
        id = district.unit(unit).id
        if not {*map(build_unit_mark, district.ancestors(id))}.isdisjoint(tip.barred):
            raise BadInput(
                "Unit {unit!r} is excluded from tip {receipt} by a conflict of interest: choose another unit.",
                unit=id,
                receipt=tip.receipt,
            )
        if tip.is_locked and id not in district.ancestors(tip.unit):
            raise BadInput(
                "Tip {receipt} is locked for its supervisor, so only {unit!r} and the units above it handle "
                "the tip: lift the lock before you assign it to {handling_unit!r}.",
                receipt=tip.receipt,
                unit=tip.unit,
                handling_unit=id,
            )
        return id

    def _check_handlers(self, uow: UnitOfWork, tip: Tip, officers: tuple[str, ...], units: tuple[str, ...]) -> None:
        """Check that officers may work on a tip for at least one of the units.

        Raises:
            BadInput: an id isn't an officer's, or the officer lacks the permission or is excluded.
        """
        for officer in officers:
            if not uow.permits.is_officer(officer):
                raise BadInput(
                    "{officer!r} isn't an officer: {act:units.officers} lists the officers.", officer=officer
                )
            if not {*tip.barred}.isdisjoint(uow.permits.list_marks(officer)):
                raise BadInput(
                    "Officer {officer} is excluded from tip {receipt} by a conflict of interest: choose "
                    "another officer.",
                    officer=officer,
                    receipt=tip.receipt,
                )
            if not may_handle_tips(uow, officer, units):
                raise BadInput(
                    "Officer {officer} handles no tips of {unit!r}: grant the role first, or assign the tip "
                    "to the unit alone.",
                    officer=officer,
                    unit=units[-1],
                    argument="officers",
                )


def may_handle_tips(uow: UnitOfWork, officer_id: str, units: tuple[str, ...]) -> bool:
    """Return whether an officer may handle tips of at least one of the units today."""
    officer = person(officer_id)
    return any(uow.permits.may(officer, Permission.TIP_HANDLE, unit, uow.today).allowed for unit in units)


def get_tip_to_change(uow: UnitOfWork, tip_id: str, seen_version: int | None = None) -> Tip:
    """Return a tip on which the actor has the use case's permission, if it is still at the version that the actor saw.

    Args:
        seen_version: `version` of the tip that the actor saw; None: the current version.

    Raises:
        Stale: it was changed since; names who changed it and when. That change is kept, and nothing is done.
        Refused, NotVisible: as `get_permitted_tip` does.
    """
    if seen_version is not None:
        uow.seen.expect(TIP.name, tip_id, seen_version)
    tip = get_permitted_tip(uow, tip_id)
    return tip.with_claim_renewed(uow.actor.id, uow.at, uow.context.district.duty.claim)


def get_tip_for_step(uow: UnitOfWork, step: str, tip_id: str, seen_version: int | None = None) -> Tip:
    """Return a tip as `get_tip_to_change` does, after checking that the actor can do a step of `TIP_STEPS` with it.

    Raises:
        Refused, WrongStep, BadInput: a condition of the step isn't met; and as `get_tip_to_change`.
    """
    tip = get_tip_to_change(uow, tip_id, seen_version)
    TIP_STEPS.require(step, tip, uow)
    return tip
