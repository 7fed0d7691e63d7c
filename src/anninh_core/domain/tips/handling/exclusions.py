"""Use cases that exclude officers and units from a tip, and return tips that an officer may no longer handle."""

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for_step, may_handle_tips
from anninh_core.domain.tips.handling.subcase import SUBCASE
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.views import Exclusion
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.arguments import AnyOfficerId, Reason, TipId, UnitId
from anninh_core.usecase.decision import CONFLICT_OF_INTEREST, DECISION, Decision
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.permissions.permits import build_unit_mark, get_marked_unit
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipExclusions(TipWork):
    """Conflicts of interest. Excluded officers can't get, list, find, count or export a tip, and aren't notified of
    it.
    """

    @command(Permission.TIP_SUPERVISE, public=True)
    def exclude(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        officer_id: AnyOfficerId,
        reason: Reason,
        *,
        seen_version: int | None = None,
    ) -> Tip:
        """Exclude an officer from a tip because of a conflict of interest.

        Raises:
            BadInput: the id isn't an officer's.
        """
        tip = get_tip_for_step(uow, "exclusions.add", tip_id, seen_version)
        if not uow.permits.is_officer(officer_id):
            raise BadInput(
                "{officer!r} isn't an officer: choose one that {act:units.officers} lists, or exclude a "
                "whole unit with {act:tips.exclusions.add_unit}.",
                officer=officer_id,
            )
        return self._exclude_mark(uow, tip, officer_id, reason)

    @command(Permission.TIP_SUPERVISE, public=True)
    def exclude_unit(
        self, uow: UnitOfWork, tip_id: TipId, unit: UnitId, reason: Reason, *, seen_version: int | None = None
    ) -> Tip:
        """Exclude all officers of a unit and the units below it from a tip, whatever their grants; later officers too.

        If the unit was to handle the tip, it no longer does: assign the tip again.

        Raises:
            NotFound: there is no such unit.
            BadInput: the actor belongs to the unit, and could not follow the tip any more.
        """
        tip = get_tip_for_step(uow, "exclusions.add_unit", tip_id, seen_version)
        mark = build_unit_mark(self.context.district.unit(unit).id)
        if mark in uow.marks:
            raise BadInput(
                "You belong to {unit!r}: an officer of another unit, or of one above, must exclude it.",
                unit=unit,
                argument="unit",
            )
        return self._exclude_mark(uow, tip, mark, reason)

    @query(Permission.TIP_SUPERVISE, traced=True, public=True)
    def exclusions(self, session: ReadSession, tip_id: TipId) -> tuple[Exclusion, ...]:
        """Return who is excluded from a tip, in the order of exclusion, with why, by whom and since when.

        Excluded officers don't see this list, and a tip itself doesn't show it.
        """
        tip = get_permitted_tip(session, tip_id)
        decisions = session.iter_all(DECISION, "newest", where={"subject": f"tip:{tip.id}"}, complete=False)
        recorded = {
            decision.evidence: decision for decision in decisions if decision.rule == CONFLICT_OF_INTEREST
        }  # Only the first decision about each excluded officer or unit is kept.
        return tuple(_build_exclusion(mark, recorded.get(mark)) for mark in tip.excluded)

    @command(Permission.OPERATE)
    def release_tips(self, uow: UnitOfWork, officer_id: str) -> tuple[Tip, ...]:
        """Return the open tips that an officer may no longer handle to their units, which assign them again."""
        uow.permit(self.context.district.root)
        conditions: dict[str, Scalar | tuple[Scalar, ...]] = {"handler": officer_id, "type": ("open", "waiting")}
        released = [
            uow.save(TIP, evolve(tip, handlers=tuple(handler for handler in tip.handlers if handler != officer_id)))
            for tip in uow.iter_all(TIP, "newest", where=conditions)
            if officer_id in tip.handlers and not may_handle_tips(uow, officer_id, TIP.all_units(tip))
        ]
        if released:
            uow.facts["tips"] = len(released)
            uow.add_event("tip.handler_left")
        return tuple(released)

    def _exclude_mark(self, uow: UnitOfWork, tip: Tip, mark: str, reason: str) -> Tip:
        uow.decide(f"tip:{tip.id}", rule=CONFLICT_OF_INTEREST, reason="excluded", text=nfc(reason), evidence=mark)
        excluded = (*tip.excluded, mark) if mark not in tip.excluded else tip.excluded

        def drop_excluded(officers: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(officer for officer in officers if {*excluded}.isdisjoint(uow.permits.list_marks(officer)))

        for subcase in tuple(uow.iter_all(SUBCASE, "newest", where={"case": f"tip:{tip.id}"})):
            uow.save(SUBCASE, evolve(subcase, excluded=excluded, officers=drop_excluded(subcase.officers)))
        claim = tip.claim if tip.claim is not None and drop_excluded((tip.claim.by,)) else None
        handling_unit = tip.handling_unit
        if handling_unit and not {*map(build_unit_mark, self.context.district.ancestors(handling_unit))}.isdisjoint(
            excluded
        ):
            handling_unit = ""
        uow.add_event("tip.excluded")
        return uow.save(
            TIP,
            evolve(
                tip, handlers=drop_excluded(tip.handlers), excluded=excluded, handling_unit=handling_unit, claim=claim
            ),
        )


def _build_exclusion(mark: str, decision: Decision | None) -> Exclusion:
    unit = get_marked_unit(mark)
    return Exclusion(
        officer="" if unit else mark,
        unit=unit,
        reason=decision.text if decision else "",
        by=decision.by if decision else "",
        at=decision.at if decision else None,
    )
