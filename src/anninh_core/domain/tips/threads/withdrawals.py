"""A reporter's request to withdraw a tip, which an officer accepts or declines.

A message alone never closes a tip: the person with the phone may be the offender, and a denounced act is handled
anyway.
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
    """Officers' decisions about reporters' requests to withdraw a tip."""

    action_prefix = "tips"

    @command(Permission.TIP_HANDLE, public=True, irreversible=True)
    def accept_withdrawal(self, uow: UnitOfWork, tip_id: TipId, reason: Reason) -> Tip:
        """End a tip that its reporter asked to withdraw, and notify the reporter.

        Args:
            reason: why nothing in it has to be handled anyway, for the record.

        Raises:
            WrongStep: there is no request to withdraw it, or the tip isn't worked on.
            BadInput: no reason.
        """
        tip = _get_withdrawal_tip(uow, "withdrawals.accept", tip_id, reason)
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
            reason: why, for the record.
            answer: answer to the reporter.

        Raises:
            WrongStep: there is no request to withdraw it.
            BadInput: no reason, or no answer.
        """
        tip = _get_withdrawal_tip(uow, "withdrawals.decline", tip_id, reason)
        if not answer.strip():
            raise BadInput(
                "The reporter of tip {receipt} asked to withdraw it: write in `answer` what to reply.",
                receipt=tip.receipt,
            )
        uow.decide(f"tip:{tip.id}", rule="withdrawal", reason="declined", text=nfc(reason))
        notify_reporter(uow, tip, "tip.withdrawal_declined", text=nfc(answer))
        uow.add_event("tip.withdrawal_declined")
        return uow.save(TIP, evolve(tip, withdrawal_asked_at=None))


def _get_withdrawal_tip(uow: UnitOfWork, step: str, tip_id: str, reason: str) -> Tip:
    tip = get_permitted_tip(uow, tip_id)
    TIP_STEPS.require(step, tip, uow)
    if not reason.strip():
        raise BadInput("The decision about tip {receipt} needs a reason: write it for the record.", receipt=tip.receipt)
    return tip
