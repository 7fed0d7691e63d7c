"""What all parts of the officers' work on tips share: loading a tip as the officer saw it, checking who may have it."""

from collections.abc import Callable

from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.actor import person
from anninh_core.usecase.marks import Service
from anninh_core.usecase.permissions.permits import unit_mark
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

HasAttachment = Callable[[ReadSession, str, str], bool]
"""Tells whether a message, by its id, belongs to a case (`kind:id`) and came with a file."""


def knows_no_message(_session: ReadSession, _case: str, _message_id: str) -> bool:
    """Answer for a program that keeps no messages beside its tips."""
    return False


class TipWork(Service):
    """Base of the officers' use cases.

    Each that changes a tip takes `seen_version`, the tip's `version` that the officer saw: if it was changed since,
    `Stale` says by whom and when, and nothing is done. Left out, the act goes by what the tip is by now, unless the
    actor says by `seeing` what it saw, which is the same for every kind of record.
    """

    action_prefix = "tips"

    def _save(self, uow: UnitOfWork, tip: Tip) -> Tip:
        """Save a tip with its clocks computed anew."""
        return uow.save(TIP, recompute_deadlines(self.context.district, tip, uow.at))

    def _require_unit(self, tip: Tip, unit: str) -> str:
        """Return the id of a unit that may have to do with a tip.

        Raises:
            NotFound: there is no such unit.
            BadInput: a conflict of interest keeps it away.
        """
        district = self.context.district
        id = district.unit(unit).id
        if not {*map(unit_mark, district.ancestors(id))}.isdisjoint(tip.barred):
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
        """Check that officers may work on a tip for one of some units.

        Raises:
            BadInput: one is no officer, may not, or is excluded.
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
            if not may_handle(uow, officer, units):
                raise BadInput(
                    "Officer {officer} handles no tips of {unit!r}: grant the role first, or assign the tip "
                    "to the unit alone.",
                    officer=officer,
                    unit=units[-1],
                    argument="officers",
                )


def may_handle(uow: UnitOfWork, officer_id: str, units: tuple[str, ...]) -> bool:
    """Tell whether an officer may handle tips of one of some units today."""
    officer = person(officer_id)
    return any(uow.permits.may(officer, Permission.TIP_HANDLE, unit, uow.today).allowed for unit in units)


def get_tip_to_change(uow: UnitOfWork, tip_id: str, seen_version: int | None = None) -> Tip:
    """Return a tip on which the actor has the marked permission, if it is still as the actor saw it.

    Args:
        seen_version: `version` of the tip that the actor saw; None: whatever it is by now.

    Raises:
        Stale: it was changed since; says by whom and when. Nothing of that change is lost, and nothing is done.
        Refused, NotVisible: as `get_permitted_tip` does.
    """
    if seen_version is not None:
        uow.seen.expect(TIP.name, tip_id, seen_version)
    tip = get_permitted_tip(uow, tip_id)
    return tip.with_claim_renewed(uow.actor.id, uow.at, uow.context.district.duty.claim)


def get_tip_for(uow: UnitOfWork, step: str, tip_id: str, seen_version: int | None = None) -> Tip:
    """Return a tip as `get_tip_to_change` does, with which the actor can do a step of `TIP_STEPS`.

    Raises:
        Refused, WrongStep, BadInput: what the step takes for granted doesn't hold; and as `get_tip_to_change`.
    """
    tip = get_tip_to_change(uow, tip_id, seen_version)
    TIP_STEPS.require(step, tip, uow)
    return tip
