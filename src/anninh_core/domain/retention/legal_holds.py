"""Legal holds: what must not be destroyed meanwhile."""

from datetime import date

from anninh_core.domain.retention.kind import LEGAL_HOLD, PURGE_ORDER
from anninh_core.domain.retention.loading import is_purge_ordered
from anninh_core.domain.retention.model import LegalHold
from anninh_core.kernel.errors import WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class LegalHolds(Service):
    """Set on the demand of a court or an authority, and released by a person."""

    action_prefix = "governance"  # the stored first half of the journal's action names

    @command(Permission.OPERATE)
    def hold(self, uow: UnitOfWork, scope: str, *, unit: str, reason: str, review_on: date) -> LegalHold:
        """Forbid to destroy what a scope sealed, until the hold is released.

        Raises:
            WrongStep: its purge was ordered before.
        """
        uow.permit(unit)
        if is_purge_ordered(uow, scope):
            raise WrongStep(f"{scope!r} can't be held any more: its purge was ordered before")
        hold = LegalHold(
            id=self.context.ids.new(),
            unit=unit,
            scope=scope,
            reason=nfc(reason),
            by=uow.actor.id,
            since=uow.today,
            review_on=review_on,
        )
        uow.guard_absent(PURGE_ORDER, {"scope": scope, "done": False})
        uow.facts["scope"] = scope
        uow.add_event("hold.set")
        return uow.save(LEGAL_HOLD, hold)

    @command(Permission.OPERATE)
    def release_hold(self, uow: UnitOfWork, hold_id: str) -> LegalHold:
        """End a legal hold."""
        hold = uow.get_permitted(LEGAL_HOLD, hold_id, "`retention.holds` lists those that run")
        uow.facts["scope"] = hold.scope
        uow.add_event("hold.released")
        return uow.save(LEGAL_HOLD, hold.released(uow.today))

    @query(Permission.OPERATE)
    def holds(self, session: ReadSession) -> tuple[LegalHold, ...]:
        """Return the running holds, those to be reviewed first in front."""
        return tuple(session.iter_permitted(LEGAL_HOLD, "due", where={"running": True}))
