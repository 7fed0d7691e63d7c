"""Use cases of claims: an officer who claims a tip works on it until a time that other officers see."""

from datetime import datetime, timedelta

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for_step
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.values import make_claim
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.marks import step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipClaims(TipWork):
    """Claims, so that two officers don't begin the same work. A claim bars no officer; assigning the tip to others ends
    it.
    """

    @step(Permission.TIP_HANDLE)
    def record_claim(
        self,
        uow: UnitOfWork,
        tip_id: Id,
        *,
        is_paged: bool,
        duty_ends: datetime | None,
        seen_version: int | None = None,
    ) -> Tip:
        """Claim an open tip for the actor: for the profile's `claim_minutes` if officers are paged, else `claim_hours`.

        A claim by the same officer begins again. A tip without a category can be claimed, too.

        Args:
            is_paged: whether officers get urgent notices about it, as about an emergency and possible danger.
            duty_ends: end of the officer's shift, which limits a claim with `claim_minutes`; None without a shift.
            seen_version: `version` of the tip that the actor saw.

        Raises:
            WrongStep: another officer has it: names the officer and, for a claim, until when; or it isn't open.
        """
        tip = get_tip_for_step(uow, "claim", tip_id, seen_version)
        return self._save_claim(uow, tip, uow.actor.id, duty_ends, is_paged=is_paged)

    @step(Permission.TIP_SUPERVISE)
    def record_claim_for(
        self,
        uow: UnitOfWork,
        tip_id: Id,
        officer: Id,
        *,
        is_paged: bool,
        duty_ends: datetime | None,
        seen_version: int | None = None,
    ) -> Tip:
        """Claim an open tip for another officer, as `record_claim`, and end any claim of others.

        Raises:
            BadInput: the officer may not handle it, or is excluded from it.
            WrongStep: the tip isn't open.
        """
        tip = get_tip_for_step(uow, "claim_for", tip_id, seen_version)
        self._check_handlers(uow, tip, (officer,), TIP.all_units(tip))
        return self._save_claim(uow, tip, officer, duty_ends, is_paged=is_paged)

    @step(Permission.TIP_HANDLE)
    def record_release(self, uow: UnitOfWork, tip_id: Id, *, seen_version: int | None = None) -> Tip:
        """End the actor's claim before it expires.

        Raises:
            WrongStep: the actor has no claim on it.
        """
        tip = get_tip_for_step(uow, "release_claim", tip_id, seen_version)
        uow.add_event("tip.claim_released")
        return uow.save(TIP, evolve(tip, claim=None))

    @step(Permission.INTAKE)
    def record_lapse(self, uow: UnitOfWork, tip_id: Id) -> Tip:
        """End a running claim if its officer didn't react to further danger in time."""
        tip = get_permitted_tip(uow, tip_id)
        claim = tip.find_running_claim(uow.at)
        if claim is None:
            return tip
        uow.add_event("tip.claim_lapsed")
        return uow.save(TIP, evolve(tip, claim=evolve(claim, until=uow.at)))

    def _save_claim(
        self, uow: UnitOfWork, tip: Tip, officer: str, duty_ends: datetime | None, *, is_paged: bool
    ) -> Tip:
        district = self.context.district
        claim = (
            make_claim(officer, uow.at, district.duty.claim, duty_ends)
            if tip.emergency or is_paged
            else make_claim(officer, uow.at, timedelta(hours=district.claim_hours), None)
        )
        stored = uow.load(TIP, tip.id)
        if claim == stored.claim:
            # The same claim was requested again. It is compared with the stored tip, since this act has renewed the
            # claim in `tip`.
            return stored
        uow.add_event("tip.claimed")
        return uow.save(TIP, evolve(tip, claim=claim))
