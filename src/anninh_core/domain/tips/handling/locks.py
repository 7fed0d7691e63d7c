"""Use cases of supervisor locks, which a person of the supervising unit confirms or lifts."""

from collections.abc import Sequence

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for_step
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Reason, TipId, UnitId
from anninh_core.usecase.marks import command
from anninh_core.usecase.permissions.permits import build_unit_mark
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_RULE = "supervisor_lock"


class TipLocks(TipWork):
    """Supervisor locks keep reports from the units that they accuse. A lock is no permanent exclusion and no
    penalty.
    """

    @command(Permission.TIP_SUPERVISE, public=True, daily=True)
    def confirm_lock(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        reason: Reason,
        *,
        units: Sequence[UnitId] = (),
        seen_version: int | None = None,
    ) -> Tip:
        """Confirm that a report accuses an official or a unit: its supervisor keeps it from the accused.

        Args:
            reason: why, for the record.
            units: further units that it accuses, which can't see it either.
            seen_version: the tip's `version` that you saw; None: its current version.

        Raises:
            WrongStep: it isn't locked, or its lock was confirmed already.
            BadInput: no reason, or the actor belongs to one of the units.
            NotFound: there is no such unit.
        """
        tip = get_tip_for_step(uow, "locks.confirm", tip_id, seen_version)
        accused = tuple(self.context.district.unit(unit).id for unit in units)
        if own_units := [unit for unit in accused if build_unit_mark(unit) in uow.marks]:
            raise BadInput(
                "You belong to {unit!r}: an officer of another unit, or of one above, must confirm the lock.",
                unit=own_units[0],
            )
        _record_decision(uow, tip, "confirmed", reason)
        uow.add_event("tip.lock_confirmed")
        return uow.save(TIP, tip.with_lock_confirmed(uow.actor.id, uow.at, nfc(reason), accused))

    @command(Permission.TIP_SUPERVISE, public=True, irreversible=True)
    def lift_lock(self, uow: UnitOfWork, tip_id: TipId, reason: Reason, *, seen_version: int | None = None) -> Tip:
        """Lift the lock of a report that accuses no official or unit of the district: it goes to the unit where it
        happened.

        Raises:
            WrongStep: it isn't locked.
            BadInput: no reason.
        """
        tip = get_tip_for_step(uow, "locks.lift", tip_id, seen_version)
        _record_decision(uow, tip, "lifted", reason)
        uow.add_event("tip.lock_lifted")
        return self._save_tip(uow, tip.with_lock_lifted(uow.actor.id, uow.at, nfc(reason)))


def _record_decision(uow: UnitOfWork, tip: Tip, outcome: str, reason: str) -> None:
    if not reason.strip():
        raise BadInput("The decision about tip {receipt} needs a reason: write it for the record.", receipt=tip.receipt)
    uow.decide(f"{TIP.name}:{tip.id}", rule=_RULE, reason=outcome, text=nfc(reason))
