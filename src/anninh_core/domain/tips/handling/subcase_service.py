"""Use cases of joint handling: a unit that leads a tip asks other units, and they report their results."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for_step
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
    """Use cases of sub-cases. The unit that leads a tip asks another unit, which answers without seeing the tip
    itself.
    """

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
            unit: requested unit.
            asked: the request; apart from it the unit sees only receipt, category, urgency and place.
            due_at: deadline.
            seen_version: the tip's `version` that you saw; None: its current version.

        Raises:
            WrongStep: the tip isn't open.
            BadInput: no request; the unit leads the tip itself, or is excluded from it.
        """
        tip = get_tip_for_step(uow, "subcases.open", tip_id, seen_version)
        target = self._require_unit(tip, unit)
        lead = tip.handling_unit or tip.unit
        if not asked.strip() or target == lead:
            raise BadInput(
                "A part of a case needs a request, and a unit other than {handling_unit!r}, which leads the "
                "case: write what you ask {unit!r} for, or choose another unit.",
                unit=target,
                handling_unit=lead,
            )
        subcase = evolve(self._build_subcase(uow, tip, target, nfc(asked)), lead=lead, due_at=due_at)
        uow.add_event("subcase.opened")
        uow.save(TIP, evolve(tip, open_subcases=(*tip.open_subcases, subcase.id)))
        return uow.save(SUBCASE, subcase)

    @command(Permission.TIP_HANDLE, public=True)
    def take_subcase(self, uow: UnitOfWork, subcase_id: SubcaseId, *, officers: Sequence[OfficerId] = ()) -> Subcase:
        """Take on a request to your unit, and name the officers who work on it; without names you do.

        Raises:
            WrongStep: it ended before.
            BadInput: an id isn't an officer's, or the officer may not handle tips of the unit, or is excluded from the
                tip.
        """
        subcase = uow.get_permitted(SUBCASE, subcase_id, _SEE)
        handlers = tuple(dict.fromkeys(officers)) or (uow.actor.id,)
        self._check_handlers(uow, uow.load(TIP, subcase.tip), handlers, (subcase.unit,))
        uow.add_event("subcase.taken")
        return uow.save(SUBCASE, subcase.taken(handlers))

    @command(Permission.TIP_HANDLE, public=True)
    def finish_subcase(self, uow: UnitOfWork, subcase_id: SubcaseId, result: Words) -> Subcase:
        """Report the unit's findings to the lead.

        Raises:
            WrongStep: it ended before.
            BadInput: no findings.
        """
        subcase = uow.get_permitted(SUBCASE, subcase_id, _SEE).done(nfc(result), uow.at)
        uow.add_event("subcase.done")
        return self._save_ended_subcase(uow, subcase)

    @command(Permission.TIP_HANDLE, public=True)
    def return_subcase(self, uow: UnitOfWork, subcase_id: SubcaseId, reason: Reason) -> Subcase:
        """Give a request to your unit back to the lead, with a reason.

        Raises:
            WrongStep: it ended before.
            BadInput: no reason.
        """
        subcase = uow.get_permitted(SUBCASE, subcase_id, _SEE).returned(nfc(reason), uow.at)
        uow.add_event("subcase.returned")
        return self._save_ended_subcase(uow, subcase)

    @command(Permission.TIP_HANDLE, public=True)
    def call_off_subcase(self, uow: UnitOfWork, tip_id: TipId, subcase: SubcaseId, reason: Reason) -> Subcase:
        """Call off a request to another unit, as the lead.

        Args:
            subcase: id of the part.
            reason: why.

        Raises:
            BadInput: no reason.
            NotFound: the tip has no such open part.
        """
        tip = get_permitted_tip(uow, tip_id)
        if subcase not in tip.open_subcases:
            existing = uow.get_readable(SUBCASE, subcase)
            internal_reason = (
                "there is none" if existing is None else f"it is {existing.state}, and a part of tip:{existing.tip}"
            )
            raise uow.build_withheld_error(
                SUBCASE.name, subcase, internal_reason, "tips.subcases.of_tip", unit=tip.unit
            )
        called_off = uow.load(SUBCASE, subcase).called_off(nfc(reason), uow.at)
        uow.add_event("subcase.called_off")
        return self._save_ended_subcase(uow, called_off)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def subcase(self, session: ReadSession, subcase_id: SubcaseId) -> Subcase:
        """Return a request to your unit."""
        return session.get_permitted(SUBCASE, subcase_id, _SEE)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def subcases_of(self, session: ReadSession, tip_id: TipId) -> tuple[Subcase, ...]:
        """Return all parts of a tip that you may read, newest first, with their results."""
        tip = get_permitted_tip(session, tip_id)
        return tuple(session.iter_all(SUBCASE, "newest", where={"case": f"tip:{tip.id}"}, complete=False))

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def list_subcases(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        open_only: bool = True,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Subcase]:
        """Return a page of the requests to your units, newest first."""
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
    def _build_subcase(uow: UnitOfWork, tip: Tip, unit: str, request: str) -> Subcase:
        """Return a new sub-case with the fields of the tip that the unit may see."""
        return Subcase(
            id=uow.context.ids.new(),
            tip=tip.id,
            receipt=tip.receipt,
            unit=unit,
            lead=tip.unit,
            asked=request,
            asked_by=uow.actor.id,
            asked_at=uow.at,
            category=tip.category,
            urgency=tip.urgency,
            place=tip.place,
            excluded=tip.barred,
        )

    @staticmethod
    def _save_ended_subcase(uow: UnitOfWork, ended: Subcase) -> Subcase:
        tip: Tip = uow.load(TIP, ended.tip)
        uow.save(TIP, evolve(tip, open_subcases=tuple(id for id in tip.open_subcases if id != ended.id)))
        return uow.save(SUBCASE, ended)
