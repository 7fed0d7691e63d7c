"""Keeping people away from a tip, and giving back what they worked on."""

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for, may_handle
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
from anninh_core.usecase.permissions.permits import unit_mark, unit_of_mark
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipExclusions(TipWork):
    """Conflicts of interest. Whoever is excluded can't get, list, find, count or export a tip, nor hear of it."""

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
        """Keep an officer away from a tip: a conflict of interest.

        Raises:
            BadInput: nobody is barred by it: it names no officer.
        """
        tip = get_tip_for(uow, "exclusions.add", tip_id, seen_version)
        if not uow.permits.is_officer(officer_id):
            raise BadInput(
                "{officer!r} isn't an officer: choose one that {act:units.officers} lists, or exclude a "
                "whole unit with {act:tips.exclusions.add_unit}.",
                officer=officer_id,
            )
        return self._exclude(uow, tip, officer_id, reason)

    @command(Permission.TIP_SUPERVISE, public=True)
    def exclude_unit(
        self, uow: UnitOfWork, tip_id: TipId, unit: UnitId, reason: Reason, *, seen_version: int | None = None
    ) -> Tip:
        """Keep everybody at home in a unit, or below it, away from a tip, whatever their grants; newcomers too.

        If the unit was to handle it, nobody is any more: assign it anew.

        Raises:
            NotFound: there is no such unit.
            BadInput: the actor is at home there, and could not see to it any more.
        """
        tip = get_tip_for(uow, "exclusions.add_unit", tip_id, seen_version)
        mark = unit_mark(self.context.district.unit(unit).id)
        if mark in uow.marks:
            raise BadInput(
                "You belong to {unit!r}: an officer of another unit, or of one above, must exclude it.",
                unit=unit,
                argument="unit",
            )
        return self._exclude(uow, tip, mark, reason)

    @query(Permission.TIP_SUPERVISE, traced=True, public=True)
    def exclusions(self, session: ReadSession, tip_id: TipId) -> tuple[Exclusion, ...]:
        """Return who is kept away from a tip, in the order in which they were, with why, by whom and since when.

        Nobody who is kept away sees it, and a tip itself doesn't tell.
        """
        tip = get_permitted_tip(session, tip_id)
        decisions = session.iter_all(DECISION, "newest", where={"subject": f"tip:{tip.id}"}, complete=False)
        recorded = {
            one.evidence: one for one in decisions if one.rule == CONFLICT_OF_INTEREST
        }  # the first decision about each
        return tuple(_build_exclusion(mark, recorded.get(mark)) for mark in tip.excluded)

    @command(Permission.OPERATE)
    def release_tips(self, uow: UnitOfWork, officer_id: str) -> tuple[Tip, ...]:
        """Give the open tips that an officer may no longer handle back to their units, who assign them anew."""
        uow.permit(self.context.district.root)
        where: dict[str, Scalar | tuple[Scalar, ...]] = {"handler": officer_id, "type": ("open", "waiting")}
        released = [
            uow.save(TIP, evolve(tip, handlers=tuple(one for one in tip.handlers if one != officer_id)))
            for tip in uow.iter_all(TIP, "newest", where=where)
            if officer_id in tip.handlers and not may_handle(uow, officer_id, TIP.all_units(tip))
        ]
        if released:
            uow.facts["tips"] = len(released)
            uow.add_event("tip.handler_left")
        return tuple(released)

    def _exclude(self, uow: UnitOfWork, tip: Tip, mark: str, reason: str) -> Tip:
        uow.decide(f"tip:{tip.id}", rule=CONFLICT_OF_INTEREST, reason="excluded", text=nfc(reason), evidence=mark)
        excluded = (*tip.excluded, mark) if mark not in tip.excluded else tip.excluded

        def still_in(officers: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(one for one in officers if {*excluded}.isdisjoint(uow.permits.list_marks(one)))

        for subcase in tuple(uow.iter_all(SUBCASE, "newest", where={"case": f"tip:{tip.id}"})):
            uow.save(SUBCASE, evolve(subcase, excluded=excluded, officers=still_in(subcase.officers)))
        claim = tip.claim if tip.claim is not None and still_in((tip.claim.by,)) else None
        handling = tip.handling_unit
        if handling and not {*map(unit_mark, self.context.district.ancestors(handling))}.isdisjoint(excluded):
            handling = ""
        uow.add_event("tip.excluded")
        return uow.save(
            TIP,
            evolve(tip, handlers=still_in(tip.handlers), excluded=excluded, handling_unit=handling, claim=claim),
        )


def _build_exclusion(mark: str, decision: Decision | None) -> Exclusion:
    unit = unit_of_mark(mark)
    return Exclusion(
        officer="" if unit else mark,
        unit=unit,
        reason=decision.text if decision else "",
        by=decision.by if decision else "",
        at=decision.at if decision else None,
    )
