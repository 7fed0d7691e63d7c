"""Looking after a tip that nobody has yet, for some hours."""

from datetime import timedelta

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_to_change
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.values import Claim
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.marks import command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipClaims(TipWork):
    """Claims: two officers don't begin the same thing. They bar nobody; assigning the tip ends them."""

    @command(Permission.TIP_HANDLE, public=True)
    def claim(self, uow: UnitOfWork, tip_id: Id, *, seen_version: int | None = None) -> Tip:
        """Take an open tip that no officer has for the profile's `claim_hours`; again by the same officer: from now.

        Raises:
            WrongStep: somebody has it: says who and, of a claim, until when; or it isn't open.
        """
        tip = get_tip_to_change(uow, tip_id, seen_version)
        if not tip.is_open:
            raise WrongStep(f"tip {tip.receipt} is {tip.state}: there is nothing to take")
        if others := [officer for officer in tip.handlers if officer != uow.actor.id]:
            names = ", ".join(map(uow.permits.name_officer, others))
            raise WrongStep(f"tip {tip.receipt} is assigned to {names}; `assign` gives it to others")
        running = tip.claim_at(uow.at)
        if running is not None and running.by != uow.actor.id:
            name = uow.permits.name_officer(running.by)
            raise WrongStep(f"tip {tip.receipt} is taken by {name} until {short_moment(running.until)}")
        until = uow.at + timedelta(hours=self.context.district.claim_hours)
        uow.add_event("tip.claimed")
        return uow.save(TIP, evolve(tip, claim=Claim(by=uow.actor.id, until=until)))

    @command(Permission.TIP_HANDLE, public=True)
    def release_claim(self, uow: UnitOfWork, tip_id: Id, *, seen_version: int | None = None) -> Tip:
        """Give back what one has taken before its time is over.

        Raises:
            WrongStep: the actor has no claim on it.
        """
        tip = get_tip_to_change(uow, tip_id, seen_version)
        running = tip.claim_at(uow.at)
        if running is None or running.by != uow.actor.id:
            raise WrongStep(f"tip {tip.receipt} isn't taken by you")
        uow.add_event("tip.claim_released")
        return uow.save(TIP, evolve(tip, claim=None))
