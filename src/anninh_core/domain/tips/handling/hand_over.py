"""What an officer who leaves has of tips, given to a successor."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, may_handle
from anninh_core.domain.tips.handling.subcase import OPEN_STATES, SUBCASE
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.hand_over import Passed
from anninh_core.usecase.marks import step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_OWED = ("open", "waiting", "settled")


class TipHandOver(TipWork):
    """Steps of a hand-over. They open tips to move them, and show nobody what stands in them."""

    @step(Permission.GRANT)
    def pass_tips_on(self, uow: UnitOfWork, officer_id: str, successor: str) -> Passed:
        """Give the tips that an officer works on, or has taken, to a successor; return what moved and what can't.

        A tip can't move where the successor may not handle it, is excluded from it, or the actor grants nothing.
        """
        permitted = uow.permitted_units()
        moved = 0
        left = list[str]()
        for tip in self._held(uow, officer_id):
            units = TIP.all_units(tip)
            if not self._fits(uow, successor, units, tip.barred) or not _reaches(permitted, tip.unit):
                left.append(tip.unit)
                continue
            claim = tip.claim
            if claim is not None and claim.by == officer_id:
                claim = evolve(claim, by=successor)
            uow.save(TIP, evolve(tip, handlers=_replaced(tip.handlers, officer_id, successor), claim=claim))
            moved += 1
        return Passed(moved, tuple(left))

    @step(Permission.GRANT)
    def pass_subcases_on(self, uow: UnitOfWork, officer_id: str, successor: str) -> Passed:
        """Give the open parts of tips that an officer works on to a successor; as `pass_tips_on`."""
        permitted = uow.permitted_units()
        moved = 0
        left = list[str]()
        where: dict[str, Scalar | tuple[Scalar, ...]] = {"officer": officer_id, "state": OPEN_STATES}
        for subcase in tuple(uow.iter_all(SUBCASE, "newest", where=where)):
            fits = self._fits(uow, successor, (subcase.unit,), subcase.excluded)
            if not fits or not _reaches(permitted, subcase.unit):
                left.append(subcase.unit)
                continue
            uow.save(SUBCASE, evolve(subcase, officers=_replaced(subcase.officers, officer_id, successor)))
            moved += 1
        return Passed(moved, tuple(left))

    @staticmethod
    def _held(uow: UnitOfWork, officer_id: str) -> tuple[Tip, ...]:
        """Return the tips of which an officer still owes something: assigned, or taken for some hours."""
        handled = uow.iter_all(TIP, "newest", where={"handler": officer_id, "type": _OWED})
        claimed = uow.iter_all(TIP, "newest", where={"claimant": officer_id, "type": _OWED})
        running = (tip for tip in claimed if (claim := tip.claim_at(uow.at)) is not None and claim.by == officer_id)
        return tuple({tip.id: tip for tip in (*handled, *running)}.values())

    @staticmethod
    def _fits(uow: UnitOfWork, officer_id: str, units: tuple[str, ...], excluded: tuple[str, ...]) -> bool:
        return (
            bool(officer_id)
            and uow.permits.is_officer(officer_id)
            and {*excluded}.isdisjoint(uow.permits.list_marks(officer_id))
            and may_handle(uow, officer_id, units)
        )


def _reaches(permitted: Sequence[str] | None, unit: str) -> bool:
    return permitted is None or unit in permitted


def _replaced(officers: tuple[str, ...], leaving: str, successor: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(successor if one == leaving else one for one in officers))
