"""Legal holds: cases that must not be destroyed meanwhile, with all that hangs on them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from anninh_core.domain.retention.coverage import covered_scopes, is_excluded_from
from anninh_core.domain.retention.kind import LEGAL_HOLD, PURGE_ORDER
from anninh_core.domain.retention.model import LegalHold
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.kernel.errors import BadInput, Purged, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import CaseRef, HoldId, Reason
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.resident_names import journal_scope
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "retention.holds"


class LegalHolds(Service):
    """Set on the demand of a court or an authority, and released by a person.

    Args:
        keepings: how the kinds are kept whose cases end, by their names.
    """

    action_prefix = "governance"

    def __init__(self, runner: UseCaseRunner, keepings: Mapping[str, RetentionPolicy[Any]]) -> None:
        super().__init__(runner)
        self._policies = keepings

    @command(Permission.OPERATE, public=True)
    def hold(self, uow: UnitOfWork, case: CaseRef, *, reason: Reason, review_on: date) -> LegalHold:
        """Forbid to destroy a case until the hold is released.

        It covers the case's words and files, the reports merged into it, and identity, conversation and wish to be
        erased of whoever reported any of them, also what comes to it later. Orders to destroy any of it that aren't
        being carried out yet are cancelled. Asked for twice in the same words it is one hold; several may run at once.

        Args:
            case: `kind:id` of a tip, an inquiry or a post; whose it is, is read from its record.
            reason: on whose demand and why, in words.
            review_on: day on which somebody looks whether it is still needed.

        Raises:
            BadInput: it is no case.
            WrongStep: it is being destroyed, or was.
        """
        uow.permitted_units()
        ref = Ref.parse(case)
        policy = self._policies.get(ref.kind)
        if policy is None:
            raise BadInput(
                "{case!r} can't be held, because only cases can: name one as kind:id, with one of the kinds {allowed}.",
                case=case,
                allowed=tuple(self._policies),
            )
        try:
            model = uow.get_permitted(policy.kind, ref.id)
        except Purged:
            raise WrongStep(
                "{scope!r} can't be held any more: it was destroyed, or is being destroyed.", scope=case
            ) from None
        if same := _find_same(uow, str(ref), nfc(reason), review_on):
            return same
        self._cancel_purges(uow, ref)
        hold = LegalHold(
            id=self.context.ids.new(),
            unit=policy.kind.unit(model),
            scope=str(ref),
            reason=nfc(reason),
            by=uow.actor.id,
            since=uow.today,
            review_on=review_on,
        )
        uow.facts["scope"] = hold.scope
        uow.add_event("hold.set")
        return uow.save(LEGAL_HOLD, hold)

    def _cancel_purges(self, uow: UnitOfWork, case: Ref) -> None:
        """Cancel what was ordered about anything that the hold covers, and let nothing be ordered meanwhile."""
        cancelled = 0
        for scope in sorted(covered_scopes(uow, self._policies, case)):
            order = uow.get(PURGE_ORDER, scope)
            if order is not None and order.is_pending and (order.begun_at is None or scope == str(case)):
                uow.save(PURGE_ORDER, order.cancelled(uow.at))
                cancelled += 1
            if order is None or order.begun_at is None:
                uow.guard_absent(PURGE_ORDER, {"scope": scope, "done": False})
        if cancelled:
            uow.facts["purges_cancelled"] = cancelled
            uow.add_event("purge.cancelled")

    @command(Permission.OPERATE, public=True)
    def release_hold(self, uow: UnitOfWork, hold_id: HoldId) -> LegalHold:
        """End a legal hold. Whoever does can't order the destruction of what it covered: that takes another officer.

        Raises:
            WrongStep: it was released before.
        """
        hold = uow.get_permitted(LEGAL_HOLD, hold_id, _SEE)
        if is_excluded_from(uow, self._policies, hold.scope):
            raise uow.withhold(LEGAL_HOLD.name, hold_id, "the actor is excluded from its case", _SEE, unit=hold.unit)
        uow.facts["scope"] = journal_scope(hold.scope)
        uow.add_event("hold.released")
        return uow.save(LEGAL_HOLD, hold.released(uow.today, uow.actor.id))

    @query(Permission.OPERATE, public=True)
    def holds(self, session: ReadSession) -> tuple[LegalHold, ...]:
        """Return the running holds, those to be reviewed first in front, without cases that exclude the actor."""
        running = session.iter_permitted(LEGAL_HOLD, "due", where={"running": True})
        return tuple(hold for hold in running if not is_excluded_from(session, self._policies, hold.scope))


def _find_same(uow: UnitOfWork, scope: str, reason: str, review_on: date) -> LegalHold | None:
    """Return the running hold that the actor asked for in the same words before, as by a second click."""
    running = uow.find(LEGAL_HOLD, "due", where={"scope": scope, "running": True}).items
    asked = (reason, uow.actor.id, review_on)
    return next((one for one in running if (one.reason, one.by, one.review_on) == asked), None)
