"""A reporter's wish to take a tip back: it is a request, and an officer decides.

Nothing is closed by a word from a phone: whoever holds it may be the offender, and what was denounced is handled.
"""

from attrs import evolve

from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.replies import notify_reporter
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Reason, TipId, Words
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipWithdrawals(Service):
    """Decides about requests to withdraw."""

    action_prefix = "tips"

    @command(Permission.TIP_HANDLE, public=True, irreversible=True)
    def accept_withdrawal(self, uow: UnitOfWork, tip_id: TipId, reason: Reason) -> Tip:
        """End a tip that its reporter asked to withdraw, and notify the reporter.

        Args:
            reason: why nothing of it has to be handled all the same, for the record.

        Raises:
            WrongStep: nobody asked for it, or the tip isn't worked on.
            BadInput: no reason.
        """
        tip = _get_asked(uow, "withdrawals.accept", tip_id, reason)
        in_time = all(deadline.is_in_time(uow.at) for deadline in tip.clocks)
        withdrawn = tip.settled(TipState.WITHDRAWN, "", uow.today, in_time=in_time)
        uow.decide(f"tip:{tip.id}", rule="withdrawal", reason="accepted", text=nfc(reason))
        notify_reporter(uow, tip, "tip.withdrawn")
        uow.add_event("tip.withdrawn")
        ended = evolve(withdrawn.with_timestamp("settled", uow.at), withdrawal_asked_at=None)
        return uow.save(TIP, recompute_deadlines(self.context.district, ended, uow.at))

    @command(Permission.TIP_HANDLE, public=True, sends=True)
    def decline_withdrawal(self, uow: UnitOfWork, tip_id: TipId, reason: Reason, *, answer: Words) -> Tip:
        """Continue a tip that its reporter asked to withdraw, and notify the reporter.

        Args:
            reason: for the record.
            answer: words for the reporter.

        Raises:
            WrongStep: nobody asked for it.
            BadInput: no reason, or no words for the reporter.
        """
        tip = _get_asked(uow, "withdrawals.decline", tip_id, reason)
        if not answer.strip():
            raise BadInput(
                "The reporter of tip {receipt} asked to withdraw it: write in `answer` what to reply.",
                receipt=tip.receipt,
            )
        uow.decide(f"tip:{tip.id}", rule="withdrawal", reason="declined", text=nfc(reason))
        notify_reporter(uow, tip, "tip.withdrawal_declined", text=nfc(answer))
        uow.add_event("tip.withdrawal_declined")
        return uow.save(TIP, evolve(tip, withdrawal_asked_at=None))


def _get_asked(uow: UnitOfWork, step: str, tip_id: str, reason: str) -> Tip:
    tip = get_permitted_tip(uow, tip_id)
    TIP_STEPS.require(step, tip, uow)
    if not reason.strip():
        raise BadInput("The decision about tip {receipt} needs a reason: write it for the record.", receipt=tip.receipt)
    return tip
