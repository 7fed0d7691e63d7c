"""Erasure requests: a platform reports that a person withdraws consent, and an officer decides.

A platform's report alone erases nothing. An officer decides and cites a rule, and the decision stays on record.
`workflows.erasure` finds the cases of several subjects that forbid an erasure.
"""

from datetime import datetime, timedelta
from typing import Protocol

from anninh_core.domain.retention.kind import ERASURE, PURGE_ORDER
from anninh_core.domain.retention.model import Erasure
from anninh_core.domain.retention.purges import Purges
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Cursor, ErasureId, Limit, Reason
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

PENDING_STATES = (ErasureState.OPEN.value, ErasureState.GRANTED.value)
"""States in which a decision or its execution is pending."""

_PURGE_REASON = "request"


class ErasureDecided(Protocol):
    """Type of a function that is called with a decision about an erasure request, in the same unit of work."""

    def __call__(self, uow: UnitOfWork, erasure: str, /, *, granted: bool, rule: str) -> None:
        """Record that an erasure request was granted or refused, with the cited rule."""
        ...


class Erasures(Service):
    """Use cases of erasure requests and the decisions about them.

    Args:
        decided: called with each decision.
    """

    action_prefix = "governance"

    def __init__(self, runner: UseCaseRunner, purges: Purges, decided: ErasureDecided | None = None) -> None:
        super().__init__(runner)
        self._purges = purges
        self._decided = decided

    @step(Permission.INTAKE)
    def ask_erasure(
        self,
        uow: UnitOfWork,
        conversation: str,
        *,
        unit: str,
        asked_at: datetime,
        received_at: datetime,
        alias: str = "",
    ) -> Erasure:
        """Store an erasure request; repeated before a decision, it stays one request.

        Args:
            conversation: conversation id of the person, "" if unknown.
            unit: unit of the person.
            asked_at: time of the request.
            received_at: when it reached us.
            alias: another id of the person on the platform, if the conversation is unknown.
        """
        uow.permit(self.context.district.root)
        conditions = {"conversation": conversation, "state": ErasureState.OPEN}
        if conversation and (open_erasures := uow.find(ERASURE, "oldest", where=conditions, limit=1).items):
            uow.facts["erasure"] = open_erasures[0].id
            return open_erasures[0]
        erasure = Erasure(
            id=self.context.ids.new(),
            unit=unit,
            conversation=conversation,
            asked_at=asked_at,
            received_at=received_at,
            alias=alias,
        )
        uow.facts["erasure"] = erasure.id
        uow.add_event("erasure.asked")
        return uow.save(ERASURE, erasure)

    @query(Permission.OPERATE, traced=True, public=True)
    def erasures(
        self, session: ReadSession, *, pending: bool = True, after: Cursor = "", limit: Limit = 50
    ) -> Listing[Erasure]:
        """Return erasure requests of the actor's units, oldest first; `Erasure.age` is the waiting time.

        Args:
            pending: only those with a pending decision or execution.
        """
        conditions = {"state": PENDING_STATES} if pending else None
        return session.list_permitted(ERASURE, "oldest", where=conditions, after=after, limit=limit)

    @query(Permission.OPERATE, traced=True, public=True)
    def erasure(self, session: ReadSession, erasure_id: ErasureId) -> Erasure:
        """Return an erasure request."""
        return _load_erasure(session, erasure_id)

    @step(Permission.OPERATE)
    def grant_erasure(self, uow: UnitOfWork, erasure_id: str, *, rule: str, reason: str) -> Erasure:
        """Grant an erasure request; nothing is destroyed yet. `retention.erase` does both.

        Args:
            erasure_id: id of the request.
            rule: the cited rule, such as the article of a law.
            reason: the reason, in words.

        Raises:
            WrongStep: it was decided before, or the person is unknown.
        """
        erasure = _load_erasure(uow, erasure_id).granted(uow.actor.id, uow.at)
        return self._save_decision(uow, erasure, rule, reason)

    @command(Permission.OPERATE, public=True)
    def refuse_erasure(self, uow: UnitOfWork, erasure_id: ErasureId, *, rule: str, reason: Reason) -> Erasure:
        """Refuse an erasure request, such as when a law requires the data; arguments as for `grant_erasure`.

        Raises:
            Refused: the actor checked the applicant's identity, for the request that it came with.
            WrongStep: it was decided before.
            BadInput: no rule, or no reason.
        """
        erasure = _load_erasure(uow, erasure_id).refused(uow.actor.id, uow.at)
        return self._save_decision(uow, erasure, rule, reason)

    @step(Permission.OPERATE)
    def order_erasure(self, uow: UnitOfWork, erasure_id: str) -> Erasure:
        """Order the immediate purge of the data of a granted request; once nothing is left of them, mark it as done.

        `purge` executes the orders. An order of the retention clock is replaced, since it may be due later, and is
        cancelled if the person writes again.

        Raises:
            WrongStep: it isn't granted, or a legal hold forbids it.
        """
        erasure = _load_erasure(uow, erasure_id)
        done = erasure.done(uow.at)
        keyring = self.context.storage.keyring
        ordered = {scope for scope in erasure.scopes if _has_immediate_order(uow, scope)}
        # A key may be destroyed although its order isn't marked as done, if a purge crashed between the two.
        remaining = [scope for scope in erasure.scopes if scope in ordered or keyring.get(scope) is not None]
        for scope in remaining:
            if scope not in ordered:
                self._purges.order_destruction(uow, scope, erasure.unit, timedelta(0), _PURGE_REASON)
        uow.facts["erasure"] = erasure.id
        if remaining:
            return erasure
        uow.add_event("erasure.done")
        return uow.save(ERASURE, done)

    def _save_decision(self, uow: UnitOfWork, erasure: Erasure, rule: str, reason: str) -> Erasure:
        if not rule.strip() or not reason.strip():
            raise BadInput("A decision about a person's data needs a rule and a reason: write both.")
        event = f"erasure.{erasure.state}"
        uow.decide(f"erasure:{erasure.id}", rule=nfc(rule), reason=event, text=nfc(reason))
        uow.facts["erasure"] = erasure.id
        uow.add_event(event)
        if self._decided is not None:
            self._decided(uow, erasure.id, granted=erasure.state is ErasureState.GRANTED, rule=nfc(rule))
        return uow.save(ERASURE, erasure)


def _has_immediate_order(uow: UnitOfWork, scope: str) -> bool:
    """Return whether a pending order destroys a scope at once, and only a legal hold can cancel it."""
    order = uow.get(PURGE_ORDER, scope)
    if order is None or not order.is_pending:
        return False
    return order.begun_at is not None or (not order.clock and order.is_due(uow.at))


def _load_erasure(session: ReadSession, erasure_id: str) -> Erasure:
    return session.get_permitted(ERASURE, erasure_id, "retention.erasures")
