"""Looking after a tip that nobody has yet, for some hours."""

from datetime import timedelta

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.values import Claim
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
        tip = get_tip_for(uow, "claim", tip_id, seen_version)
        until = uow.at + timedelta(hours=self.context.district.claim_hours)
        uow.add_event("tip.claimed")
        return uow.save(TIP, evolve(tip, claim=Claim(by=uow.actor.id, until=until)))

    @command(Permission.TIP_HANDLE, public=True)
    def release_claim(self, uow: UnitOfWork, tip_id: Id, *, seen_version: int | None = None) -> Tip:
        """Give back what one has taken before its time is over.

        Raises:
            WrongStep: the actor has no claim on it.
        """
        tip = get_tip_for(uow, "release_claim", tip_id, seen_version)
        uow.add_event("tip.claim_released")
        return uow.save(TIP, evolve(tip, claim=None))
