"""Erasure requests: a platform reports that a person withdraws consent, and an officer decides.

Nothing is erased because a platform says so. An officer decides, cites a rule, and the decision stays on record. Which
cases stand against it is for several subjects to say: `workflows.erasure` asks them.
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
"""States in which something is still to be done."""

_PURGE_REASON = "request"


class ErasureDecided(Protocol):
    """Takes note of a decision, as part of it."""

    def __call__(self, uow: UnitOfWork, erasure: str, /, *, granted: bool, rule: str) -> None:
        """Take note that a wish was granted or refused, by a rule."""
        ...


class Erasures(Service):
    """Erasure requests, and the decisions about them.

    Args:
        decided: who takes note of the decisions.
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
        """Write down that somebody wants to be erased; repeated before a decision, it stays one request.

        Args:
            conversation: whose wish, "" where nobody knows.
            unit: where they belong.
            asked_at: when they asked.
            received_at: when that reached us.
            alias: what else the platform calls them, where nobody knows who they are.
        """
        uow.permit(self.context.district.root)
        where = {"conversation": conversation, "state": ErasureState.OPEN}
        if conversation and (open_erasures := uow.find(ERASURE, "oldest", where=where, limit=1).items):
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
        """Return wishes to be erased of the actor's units, oldest first; `Erasure.age` tells how long they wait.

        Args:
            pending: only those about which something is still to be done.
        """
        where = {"state": PENDING_STATES} if pending else None
        return session.list_permitted(ERASURE, "oldest", where=where, after=after, limit=limit)

    @query(Permission.OPERATE, traced=True, public=True)
    def erasure(self, session: ReadSession, erasure_id: ErasureId) -> Erasure:
        """Return a wish."""
        return _load_erasure(session, erasure_id)

    @step(Permission.OPERATE)
    def grant_erasure(self, uow: UnitOfWork, erasure_id: str, *, rule: str, reason: str) -> Erasure:
        """Decide that somebody is erased; nothing is destroyed yet. `retention.erase` does all of it.

        Args:
            erasure_id: whose wish.
            rule: the rule cited, such as the article of a law.
            reason: why, in words.

        Raises:
            WrongStep: it was decided before, or nobody knows whose wish it is.
        """
        erasure = _load_erasure(uow, erasure_id).granted(uow.actor.id, uow.at)
        return self._save_decision(uow, erasure, rule, reason)

    @command(Permission.OPERATE, public=True)
    def refuse_erasure(self, uow: UnitOfWork, erasure_id: ErasureId, *, rule: str, reason: Reason) -> Erasure:
        """Turn a wish down, such as where a law wants everything kept; arguments and errors as for `grant_erasure`.

        Raises:
            Refused: the actor looked at who asks, for the request that it came with.
            WrongStep: it was decided before.
            BadInput: no rule, or no reason.
        """
        erasure = _load_erasure(uow, erasure_id).refused(uow.actor.id, uow.at)
        return self._save_decision(uow, erasure, rule, reason)

    @step(Permission.OPERATE)
    def order_erasure(self, uow: UnitOfWork, erasure_id: str) -> Erasure:
        """Order at once the purge of what a granted wish is about; once nothing of it is left, note it as fulfilled.

        `purge` carries the orders out. An order of the clock is replaced: it may be due later, and ends when they write
        again.

        Raises:
            WrongStep: nobody granted it, or a legal hold forbids it.
        """
        erasure = _load_erasure(uow, erasure_id)
        done = erasure.done(uow.at)
        keyring = self.context.storage.keyring
        going = {scope for scope in erasure.scopes if _is_going(uow, scope)}
        # A key may be gone and its order not noted as carried out: where a purge died between the two.
        remaining = [scope for scope in erasure.scopes if scope in going or keyring.get(scope) is not None]
        for scope in remaining:
            if scope not in going:
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


def _is_going(uow: UnitOfWork, scope: str) -> bool:
    """Tell whether an order stands that destroys a scope at once, and that nothing but a legal hold cancels."""
    order = uow.get(PURGE_ORDER, scope)
    if order is None or not order.is_pending:
        return False
    return order.begun_at is not None or (not order.clock and order.is_due(uow.at))


def _load_erasure(session: ReadSession, erasure_id: str) -> Erasure:
    return session.get_permitted(ERASURE, erasure_id, "retention.erasures")
