"""Erasure requests: a platform reports that a person withdraws consent, and an officer decides.

Nothing is erased because a platform says so. An officer decides, cites a rule, and the decision stays on record. Which
cases stand against it is for several rooms to say: `dispatch.processes.withdrawing` asks them.
"""

from datetime import datetime

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.rooms.retention.kind import ERASURE, PURGE_ORDER
from anninh_core.rooms.retention.model import Erasure, ErasureState
from anninh_core.rooms.retention.purges import Purges
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, query, step
from anninh_core.work.read_session import Listing, ReadSession
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork

PENDING_STATES = (ErasureState.OPEN.value, ErasureState.GRANTED.value)
"""States in which something is still to be done."""

_PURGE_REASON = "request"


class Erasures(Service):
    """Erasure requests, and the decisions about them."""

    room = "governance"  # the stored first half of the journal's action names

    def __init__(self, runner: UseCaseRunner, purges: Purges) -> None:
        super().__init__(runner)
        self._purges = purges

    @step(Permission.INTAKE)
    def ask_erasure(
        self,
        draft: UnitOfWork,
        conversation: str,
        *,
        unit: str,
        asked_at: datetime,
        received_at: datetime,
        alias: str = "",
    ) -> Erasure:
        """Write down that somebody wants to be erased; repeated before a decision, it stays one request.

        Args:
            draft: what it becomes a part of.
            conversation: whose wish, "" where nobody knows.
            unit: where they belong.
            asked_at: when they asked.
            received_at: when that reached us.
            alias: what else the platform calls them, where nobody knows who they are.
        """
        draft.permit(self.context.district.root)
        where = {"conversation": conversation, "state": ErasureState.OPEN}
        if conversation and (open_erasures := draft.find(ERASURE, "oldest", where=where, limit=1).items):
            draft.facts["erasure"] = open_erasures[0].id
            return open_erasures[0]
        erasure = Erasure(
            id=self.context.ids.new(),
            unit=unit,
            conversation=conversation,
            asked_at=asked_at,
            received_at=received_at,
            alias=alias,
        )
        draft.facts["erasure"] = erasure.id
        draft.event("erasure.asked")
        return draft.save(ERASURE, erasure)

    @query(Permission.OPERATE, traced=True)
    def erasures(
        self, look: ReadSession, *, pending: bool = True, after: str = "", limit: int = 50
    ) -> Listing[Erasure]:
        """Return wishes to be erased of the actor's units, oldest first; `Erasure.age` tells how long they wait.

        Args:
            pending: only those about which something is still to be done.
            after: the page before's cursor.
            limit: at most so many.
        """
        where = {"state": PENDING_STATES} if pending else None
        return look.listed(ERASURE, "oldest", where=where, after=after, limit=limit)

    @query(Permission.OPERATE, traced=True)
    def erasure(self, look: ReadSession, erasure_id: str) -> Erasure:
        """Return a wish."""
        return _load_erasure(look, erasure_id)

    @step(Permission.OPERATE)
    def grant_erasure(self, draft: UnitOfWork, erasure_id: str, *, rule: str, reason: str) -> Erasure:
        """Decide that somebody is erased; nothing is destroyed yet. `withdrawing.erase` does all of it.

        Args:
            draft: what it becomes a part of.
            erasure_id: whose wish.
            rule: the rule cited, such as the article of a law.
            reason: why, in words.

        Raises:
            WrongStep: it was decided before, or nobody knows whose wish it is.
        """
        erasure = _load_erasure(draft, erasure_id).granted(draft.actor.id, draft.at)
        return self._save_decision(draft, erasure, rule, reason)

    @command(Permission.OPERATE)
    def refuse_erasure(self, draft: UnitOfWork, erasure_id: str, *, rule: str, reason: str) -> Erasure:
        """Turn a wish down, such as where a law wants everything kept; arguments and errors as for `grant_erasure`."""
        erasure = _load_erasure(draft, erasure_id).refused(draft.actor.id, draft.at)
        return self._save_decision(draft, erasure, rule, reason)

    @step(Permission.OPERATE)
    def order_erasure(self, draft: UnitOfWork, erasure_id: str) -> Erasure:
        """Order the purge of what a granted wish is about, and note that it is fulfilled; `purge` carries it out.

        Raises:
            WrongStep: nobody granted it, or a legal hold forbids it.
        """
        erasure = _load_erasure(draft, erasure_id)
        fulfilled = draft.save(ERASURE, erasure.done(draft.at))
        for scope in erasure.scopes:
            purge_order = draft.peek(PURGE_ORDER, scope)
            if self.context.storage.keyring.get(scope) is not None and (
                purge_order is None or purge_order.done_at is not None
            ):
                draft.include(self._purges.order_purge, scope, unit=erasure.unit, reason=_PURGE_REASON)
        draft.facts |= {"erasure": erasure.id, "scope": erasure.conversation}
        draft.event("erasure.done")
        return fulfilled

    def _save_decision(self, draft: UnitOfWork, erasure: Erasure, rule: str, reason: str) -> Erasure:
        if not rule.strip() or not reason.strip():
            raise BadInput("a decision about somebody's data cites a rule and says why; give both, in words")
        event = f"erasure.{erasure.state}"
        draft.decide(f"erasure:{erasure.id}", rule=nfc(rule), reason=event, text=nfc(reason))
        draft.facts["erasure"] = erasure.id
        draft.event(event)
        return draft.save(ERASURE, erasure)


def _load_erasure(look: ReadSession, erasure_id: str) -> Erasure:
    return look.held(ERASURE, erasure_id, "`anninh people list` shows them")
