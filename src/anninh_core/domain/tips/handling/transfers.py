"""Use cases of transfers: units accept or return the tips that are transferred to them, and outside bodies send tips
back.
"""

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for_step
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.replies import notify_reporter
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.steps import get_waiting_transfer
from anninh_core.domain.tips.values import Transfer
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import OneLine, Reason, TipId, UnitId
from anninh_core.usecase.marks import command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_TOLD = (TipState.ANSWERED, TipState.CLOSED)
"""States of a tip in which the reporter has the answer."""


class TipTransfers(TipWork):
    """Use cases of transfers between units of the district, and of returns.

    Legal limits run from the tip's reception without interruption (BLTTHS art. 147, TTLT 01/2017 art. 8): neither a
    transfer nor a return begins, pauses or extends them. The tip is counted in the unit that received it.
    """

    @command(Permission.TIP_HANDLE, public=True)
    def transfer_to_unit(
        self, uow: UnitOfWork, tip_id: TipId, *, unit: UnitId, reason: Reason, seen_version: int | None = None
    ) -> Tip:
        """Transfer a tip to another unit, which accepts or returns it. The unit it belongs to continues to see it.

        Raises:
            BadInput: no reason; the unit has it already, or is excluded from it.
            WrongStep: another transfer waits, or its state doesn't allow it.
            Stale: it was changed since `seen_version`.
        """
        tip = get_tip_for_step(uow, "transfers.to_unit", tip_id, seen_version)
        target = self._require_unit(tip, unit)
        if target == (tip.handling_unit or tip.unit):
            raise BadInput("Unit {unit!r} already has tip {receipt}.", unit=target, receipt=tip.receipt)
        if not reason.strip():
            raise BadInput(
                "The transfer of tip {receipt} to {unit!r} needs a reason, which that unit reads: write it.",
                receipt=tip.receipt,
                unit=target,
            )
        transfer = Transfer(
            to=target,
            inside=True,
            came_from=tip.handling_unit,
            by=uow.actor.id,
            at=uow.at,
            reason=nfc(reason),
            was_assigned="assigned" in tip.moments,
        )
        uow.facts["to"] = target
        uow.add_event("tip.passed_on")
        transferred = evolve(tip.assigned(target, ()), transfers=(*tip.transfers, transfer), question="")
        return self._save_tip(uow, evolve(transferred.with_timestamp("assigned", uow.at), assigned_by=uow.actor.id))

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def accept_transfer(self, uow: UnitOfWork, tip_id: TipId, *, seen_version: int | None = None) -> Tip:
        """Accept a tip that was transferred to your unit.

        Raises:
            Refused: the actor handles no tips of that unit.
            WrongStep: no transfer waits.
        """
        tip = get_tip_for_step(uow, "transfers.accept", tip_id, seen_version)
        transfer = get_waiting_transfer(tip)
        uow.add_event("tip.transfer_accepted")
        return self._save_tip(
            uow, tip.with_last_transfer(evolve(transfer, accepted_at=uow.at, accepted_by=uow.actor.id))
        )

    @command(Permission.TIP_HANDLE, public=True)
    def return_transfer(
        self, uow: UnitOfWork, tip_id: TipId, reason: Reason, *, seen_version: int | None = None
    ) -> Tip:
        """Give a tip that was transferred to your unit back to the previous unit, with a reason.

        The time of assignment is removed if the tip wasn't assigned before the transfer.

        Raises:
            Refused: the actor handles no tips of that unit.
            WrongStep: no transfer waits.
            BadInput: no reason.
        """
        tip = get_tip_for_step(uow, "transfers.give_back", tip_id, seen_version)
        transfer = get_waiting_transfer(tip)
        if not reason.strip():
            raise BadInput(
                "The return of tip {receipt} needs a reason, which the sending unit reads: write it.",
                receipt=tip.receipt,
            )
        returned = tip.with_last_transfer(evolve(transfer, returned_on=uow.today, return_reason=nfc(reason)))
        returned = evolve(returned, handling_unit=transfer.came_from)
        if not transfer.was_assigned:
            moments = {moment: at for moment, at in returned.moments.items() if moment != "assigned"}
            returned = evolve(returned.moved(TipState.TRIAGED), moments=moments)
        uow.decide(f"tip:{tip.id}", rule="transfer", reason="returned", text=nfc(reason))
        uow.add_event("tip.transfer_returned")
        return self._save_tip(uow, returned)

    @command(Permission.TIP_HANDLE, public=True)
    def record_return(
        self, uow: UnitOfWork, tip_id: TipId, reason: Reason, *, document: OneLine = "", seen_version: int | None = None
    ) -> Tip:
        """Record that an outside body sent a tip back: it is open again, and its limits run from its first reception.

        A reporter who was informed of the transfer is informed of the return.

        Args:
            reason: why it came back, in the body's words.
            document: number of the letter it came with, "" for none.
            seen_version: the tip's `version` that you saw; None: its current version.

        Raises:
            WrongStep: it isn't with an outside body.
            BadInput: no reason.
        """
        tip = get_tip_for_step(uow, "transfers.record_return", tip_id, seen_version)
        last_transfer = tip.transfers[-1] if tip.transfers else None
        if not reason.strip():
            raise BadInput("The return of tip {receipt} has no reason: write why it came back.", receipt=tip.receipt)
        words = " ".join(filter(None, (nfc(document).strip(), nfc(reason).strip())))
        returned = tip.reopened(uow.today)
        if last_transfer is not None:
            returned = returned.with_last_transfer(evolve(last_transfer, returned_on=uow.today, return_reason=words))
        uow.decide(f"tip:{tip.id}", rule="transfer", reason="returned", text=words)
        uow.add_event("tip.transfer_returned")
        if tip.state in _TOLD:
            notify_reporter(uow, tip, "tip.returned")
        return self._save_tip(uow, returned)
