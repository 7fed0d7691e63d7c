"""Legal holds: what must not be destroyed meanwhile."""

from datetime import date

from anninh_core.kernel.errors import WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.rooms.retention.kind import LEGAL_HOLD, PURGE_ORDER
from anninh_core.rooms.retention.loading import is_purge_ordered
from anninh_core.rooms.retention.model import LegalHold
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, query
from anninh_core.work.read_session import ReadSession
from anninh_core.work.unit_of_work import UnitOfWork


class LegalHolds(Service):
    """Set on the demand of a court or an authority, and released by a person."""

    room = "governance"  # the stored first half of the journal's action names

    @command(Permission.OPERATE)
    def hold(self, draft: UnitOfWork, scope: str, *, unit: str, reason: str, review_on: date) -> LegalHold:
        """Forbid to destroy what a scope sealed, until the hold is released.

        Raises:
            WrongStep: its purge was ordered before.
        """
        draft.permit(unit)
        if is_purge_ordered(draft, scope):
            raise WrongStep(f"{scope!r} can't be held any more: its purge was ordered before")
        hold = LegalHold(
            id=self.context.ids.new(),
            unit=unit,
            scope=scope,
            reason=nfc(reason),
            by=draft.actor.id,
            since=draft.today,
            review_on=review_on,
        )
        draft.hold_none(PURGE_ORDER, {"scope": scope, "done": False})
        draft.facts["scope"] = scope
        draft.event("hold.set")
        return draft.save(LEGAL_HOLD, hold)

    @command(Permission.OPERATE)
    def release_hold(self, draft: UnitOfWork, hold_id: str) -> LegalHold:
        """End a legal hold."""
        hold = draft.held(LEGAL_HOLD, hold_id, "`retention.holds` lists those that run")
        draft.facts["scope"] = hold.scope
        draft.event("hold.released")
        return draft.save(LEGAL_HOLD, hold.released(draft.today))

    @query(Permission.OPERATE)
    def holds(self, look: ReadSession) -> tuple[LegalHold, ...]:
        """Return the running holds, those to be reviewed first in front."""
        return tuple(look.every_listed(LEGAL_HOLD, "due", where={"running": True}))
