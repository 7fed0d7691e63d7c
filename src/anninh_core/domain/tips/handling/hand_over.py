"""Steps that hand the tips of a leaving officer over to a successor."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, may_handle_tips
from anninh_core.domain.tips.handling.subcase import OPEN_STATES, SUBCASE
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.hand_over import HandOverResult
from anninh_core.usecase.marks import step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_OWED = ("open", "waiting", "settled")


class TipHandOver(TipWork):
    """Steps of a hand-over. They load tips to move them, and return nothing of their content."""

    @step(Permission.GRANT)
    def pass_tips_on(self, uow: UnitOfWork, officer_id: str, successor: str) -> HandOverResult:
        """Move the tips that an officer works on, or has claimed, to a successor; return what moved and what can't.

        A tip stays if the successor may not handle it or is excluded from it, or if the actor can't grant roles in its
        unit.
        """
        permitted = uow.permitted_units()
        moved = 0
        remaining_units = list[str]()
        for tip in self._find_owed_tips(uow, officer_id):
            units = TIP.all_units(tip)
            if not self._can_take_over(uow, successor, units, tip.barred) or not _is_permitted(permitted, tip.unit):
                remaining_units.append(tip.unit)
                continue
            claim = tip.claim
            if claim is not None and claim.by == officer_id:
                claim = evolve(claim, by=successor)
            uow.save(TIP, evolve(tip, handlers=_replace_officer(tip.handlers, officer_id, successor), claim=claim))
            moved += 1
        return HandOverResult(moved, tuple(remaining_units))

    @step(Permission.GRANT)
    def pass_subcases_on(self, uow: UnitOfWork, officer_id: str, successor: str) -> HandOverResult:
        """Move the open parts of tips that an officer works on to a successor, on the conditions of `pass_tips_on`."""
        permitted = uow.permitted_units()
        moved = 0
        remaining_units = list[str]()
        conditions: dict[str, Scalar | tuple[Scalar, ...]] = {"officer": officer_id, "state": OPEN_STATES}
        for subcase in tuple(uow.iter_all(SUBCASE, "newest", where=conditions)):
            fits = self._can_take_over(uow, successor, (subcase.unit,), subcase.excluded)
            if not fits or not _is_permitted(permitted, subcase.unit):
                remaining_units.append(subcase.unit)
                continue
            uow.save(SUBCASE, evolve(subcase, officers=_replace_officer(subcase.officers, officer_id, successor)))
            moved += 1
        return HandOverResult(moved, tuple(remaining_units))

    @staticmethod
    def _find_owed_tips(uow: UnitOfWork, officer_id: str) -> tuple[Tip, ...]:
        """Return the tips on which an officer still owes work: assigned to them, or under their running claim."""
        handled = uow.iter_all(TIP, "newest", where={"handler": officer_id, "type": _OWED})
        claimed = uow.iter_all(TIP, "newest", where={"claimant": officer_id, "type": _OWED})
        running = (
            tip for tip in claimed if (claim := tip.find_running_claim(uow.at)) is not None and claim.by == officer_id
        )
        return tuple({tip.id: tip for tip in (*handled, *running)}.values())

    @staticmethod
    def _can_take_over(uow: UnitOfWork, officer_id: str, units: tuple[str, ...], excluded: tuple[str, ...]) -> bool:
        return (
            bool(officer_id)
            and uow.permits.is_officer(officer_id)
            and {*excluded}.isdisjoint(uow.permits.list_marks(officer_id))
            and may_handle_tips(uow, officer_id, units)
        )


def _is_permitted(permitted: Sequence[str] | None, unit: str) -> bool:
    return permitted is None or unit in permitted


def _replace_officer(officers: tuple[str, ...], leaving: str, successor: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(successor if officer == leaving else officer for officer in officers))
