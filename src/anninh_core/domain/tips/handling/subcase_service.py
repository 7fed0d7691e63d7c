"""Joint handling: what other units are asked for, what they find."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for
from anninh_core.domain.tips.handling.subcase import OPEN_STATES, SUBCASE, Subcase
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import (
    Aware,
    Cursor,
    Limit,
    OfficerId,
    Reason,
    SubcaseId,
    TipId,
    UnitId,
    WithinUnit,
    Words,
)
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "tips.subcases.list"


class TipSubcases(TipWork):
    """Sub-cases. The unit that leads the tip asks, the unit that is asked answers; it doesn't see the tip itself."""

    @command(Permission.TIP_HANDLE, public=True)
    def open_subcase(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        *,
        unit: UnitId,
        asked: Words,
        due_at: Aware | None = None,
        seen_version: int | None = None,
    ) -> Subcase:
        """Ask another unit for its part in a tip.

        Args:
            unit: who is asked.
            asked: what for; all that the unit learns beside category, urgency and place.
            due_at: until when.
            seen_version: the tip's `version` that you saw; None: whatever it is by now.

        Raises:
            WrongStep: the tip isn't open.
            BadInput: no words; the unit leads the tip itself, or is excluded from it.
        """
        tip = get_tip_for(uow, "subcases.open", tip_id, seen_version)
        target = self._require_unit(tip, unit)
        lead = tip.handling_unit or tip.unit
        if not asked.strip() or target == lead:
            raise BadInput(
                "A part of a case needs a request, and a unit other than {handling_unit!r}, which leads the "
                "case: write what you ask {unit!r} for, or choose another unit.",
                unit=target,
                handling_unit=lead,
            )
        subcase = evolve(self._new_subcase(uow, tip, target, nfc(asked)), lead=lead, due_at=due_at)
        uow.add_event("subcase.opened")
        uow.save(TIP, evolve(tip, open_subcases=(*tip.open_subcases, subcase.id)))
        return uow.save(SUBCASE, subcase)

    @command(Permission.TIP_HANDLE, public=True)
    def take_subcase(self, uow: UnitOfWork, subcase_id: SubcaseId, *, officers: Sequence[OfficerId] = ()) -> Subcase:
        """Take on what your unit is asked for, and say who works on it; without names you do.

        Raises:
            WrongStep: it ended before.
            BadInput: one of them is no officer, may not handle tips of the unit, or is excluded from the tip.
        """
        subcase = uow.get_permitted(SUBCASE, subcase_id, _SEE)
        chosen = tuple(dict.fromkeys(officers)) or (uow.actor.id,)
        self._check_handlers(uow, uow.load(TIP, subcase.tip), chosen, (subcase.unit,))
        uow.add_event("subcase.taken")
        return uow.save(SUBCASE, subcase.taken(chosen))

    @command(Permission.TIP_HANDLE, public=True)
    def finish_subcase(self, uow: UnitOfWork, subcase_id: SubcaseId, result: Words) -> Subcase:
        """Tell the lead what the unit found.

        Raises:
            WrongStep: it ended before.
            BadInput: no words.
        """
        subcase = uow.get_permitted(SUBCASE, subcase_id, _SEE).done(nfc(result), uow.at)
        uow.add_event("subcase.done")
        return self._end(uow, subcase)

    @command(Permission.TIP_HANDLE, public=True)
    def return_subcase(self, uow: UnitOfWork, subcase_id: SubcaseId, reason: Reason) -> Subcase:
        """Give what your unit is asked for back to the lead, with a reason.

        Raises:
            WrongStep: it ended before.
            BadInput: no reason.
        """
        subcase = uow.get_permitted(SUBCASE, subcase_id, _SEE).returned(nfc(reason), uow.at)
        uow.add_event("subcase.returned")
        return self._end(uow, subcase)

    @command(Permission.TIP_HANDLE, public=True)
    def call_off_subcase(self, uow: UnitOfWork, tip_id: TipId, subcase: SubcaseId, reason: Reason) -> Subcase:
        """Ask a unit no more, as the lead.

        Args:
            subcase: id of the part.
            reason: why.

        Raises:
            BadInput: no reason.
            NotFound: the tip has no such open part.
        """
        tip = get_permitted_tip(uow, tip_id)
        if subcase not in tip.open_subcases:
            known = uow.get_readable(SUBCASE, subcase)
            truth = "there is none" if known is None else f"it is {known.state}, and a part of tip:{known.tip}"
            raise uow.withhold(SUBCASE.name, subcase, truth, "tips.subcases.of_tip", unit=tip.unit)
        called_off = uow.load(SUBCASE, subcase).called_off(nfc(reason), uow.at)
        uow.add_event("subcase.called_off")
        return self._end(uow, called_off)

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def subcase(self, session: ReadSession, subcase_id: SubcaseId) -> Subcase:
        """Return what your unit is asked for."""
        return session.get_permitted(SUBCASE, subcase_id, _SEE)

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def subcases_of(self, session: ReadSession, tip_id: TipId) -> tuple[Subcase, ...]:
        """Return all parts of a tip that you may read, newest first, with what was found."""
        tip = get_permitted_tip(session, tip_id)
        return tuple(session.iter_all(SUBCASE, "newest", where={"case": f"tip:{tip.id}"}, complete=False))

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def list_subcases(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        open_only: bool = True,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Subcase]:
        """Return a page of what your units are asked for, newest first."""
        return session.list_permitted(
            SUBCASE,
            "newest",
            unit,
            where={"state": OPEN_STATES} if open_only else {},
            shows=lambda subcase: not session.is_barred(subcase.excluded),
            after=after,
            limit=limit,
        )

    @staticmethod
    def _new_subcase(uow: UnitOfWork, tip: Tip, unit: str, asked: str) -> Subcase:
        """Return what a unit is asked for, with what it may know of the tip."""
        return Subcase(
            id=uow.context.ids.new(),
            tip=tip.id,
            receipt=tip.receipt,
            unit=unit,
            lead=tip.unit,
            asked=asked,
            asked_by=uow.actor.id,
            asked_at=uow.at,
            category=tip.category,
            urgency=tip.urgency,
            place=tip.place,
            excluded=tip.barred,
        )

    @staticmethod
    def _end(uow: UnitOfWork, ended: Subcase) -> Subcase:
        tip: Tip = uow.load(TIP, ended.tip)
        uow.save(TIP, evolve(tip, open_subcases=tuple(id for id in tip.open_subcases if id != ended.id)))
        return uow.save(SUBCASE, ended)
