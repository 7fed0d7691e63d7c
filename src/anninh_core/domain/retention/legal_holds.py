"""Legal holds: cases that must not be destroyed for a time, with all data that belong to them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from anninh_core.domain.retention.coverage import find_covered_scopes, is_excluded_from
from anninh_core.domain.retention.kind import LEGAL_HOLD, PURGE_ORDER
from anninh_core.domain.retention.model import LegalHold
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.kernel.errors import BadInput, Purged, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import CaseRef, HoldId, Reason
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.resident_names import shorten_scope_for_journal
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "retention.holds"


class LegalHolds(Service):
    """Use cases of legal holds, set on the demand of a court or an authority, and released by a person.

    Args:
        policies: retention policies of the kinds of case, by name.
    """

    action_prefix = "governance"

    def __init__(self, runner: UseCaseRunner, policies: Mapping[str, RetentionPolicy[Any]]) -> None:
        super().__init__(runner)
        self._policies = policies

    @command(Permission.OPERATE, public=True)
    def hold(self, uow: UnitOfWork, case: CaseRef, *, reason: Reason, review_on: date) -> LegalHold:
        """Forbid to destroy a case until the hold is released.

        The hold covers the case's text and files, the reports merged into it, and identity, conversation and erasure
        request of their reporters, also data added later. Purge orders for any of these whose execution hasn't begun
        are cancelled. A repeated identical request is one hold; several holds may run at once.

        Args:
            case: `kind:id` of a tip, an inquiry or a post; the reporter is read from its record.
            reason: who demands it and why, in words.
            review_on: day on which an officer reviews whether it is still needed.

        Raises:
            BadInput: `case` names no case.
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
        if existing := _find_same_hold(uow, str(ref), nfc(reason), review_on):
            return existing
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
        """Cancel the purge orders that the hold covers; the commit fails if another one is written meanwhile."""
        cancelled = 0
        for scope in sorted(find_covered_scopes(uow, self._policies, case)):
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
        """Release a legal hold. Only another officer can then order the destruction of data that it covered.

        Raises:
            WrongStep: it was released before.
        """
        hold = uow.get_permitted(LEGAL_HOLD, hold_id, _SEE)
        if is_excluded_from(uow, self._policies, hold.scope):
            raise uow.build_withheld_error(
                LEGAL_HOLD.name, hold_id, "the actor is excluded from its case", _SEE, unit=hold.unit
            )
        uow.facts["scope"] = shorten_scope_for_journal(hold.scope)
        uow.add_event("hold.released")
        return uow.save(LEGAL_HOLD, hold.released(uow.today, uow.actor.id))

    @query(Permission.OPERATE, public=True)
    def holds(self, session: ReadSession) -> tuple[LegalHold, ...]:
        """Return the running holds by review day, without those of cases that the actor is excluded from."""
        running = session.iter_permitted(LEGAL_HOLD, "due", where={"running": True})
        return tuple(hold for hold in running if not is_excluded_from(session, self._policies, hold.scope))


def _find_same_hold(uow: UnitOfWork, scope: str, reason: str, review_on: date) -> LegalHold | None:
    """Return the running hold that the same actor requested identically before, such as by a double click."""
    running = uow.find(LEGAL_HOLD, "due", where={"scope": scope, "running": True}).items
    request = (reason, uow.actor.id, review_on)
    return next((hold for hold in running if (hold.reason, hold.by, hold.review_on) == request), None)
