"""The one place where a use case becomes a commit: run it, commit it, run it again if somebody else was faster."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from attrs import define, field

from anninh_core.kernel.errors import AlreadyDone, Conflict, LeaseLost, Refused, StorageError
from anninh_core.ports.changes import ChangeSet, Entry, Outcome
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.context import UseCaseContext
from anninh_core.work.permits import Permits
from anninh_core.work.read_session import ReadSession
from anninh_core.work.sealing import DataKey
from anninh_core.work.unit_of_work import Ahead, UnitOfWork

T = TypeVar("T")

TRIES = 12
"""How often a use case is run at most where others change the same records meanwhile."""

_FIRST_PAUSE = 0.002  # seconds; doubled each time, half of it by chance
_LONGEST_PAUSE = 0.25


class CommitObserver(Protocol):
    """Hears of each commit, on the thread that made it. It is quick and raises nothing."""

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:
        """Hear what was committed together, what became of each, and how long the commit took."""
        ...


@define(kw_only=True, eq=False, repr=False)
class UseCaseRunner:
    """Runs use cases and commits what they gathered.

    Attributes:
        permits: answers who may do what.
        observers: hear of every commit; listeners and meters are added here.
        pause: rests for some seconds between two tries.
        timer: measures commits for the observers, in seconds.
    """

    context: UseCaseContext
    permits: Permits
    observers: list[CommitObserver] = field(factory=list)
    pause: Callable[[float], None] = time.sleep
    timer: Callable[[], float] = time.perf_counter

    def run_command(self, actor: Actor, action: str, permission: Permission, body: Callable[[UnitOfWork], T]) -> T:
        """Run a use case, commit what it gathered, and run it again if somebody else was faster.

        Raises:
            Refused: and the refusal stands in the journal.
            AlreadyDone: the actor's request key was used before.
            Conflict: `TRIES` times in a row somebody else changed the same record.
        """
        for tries in range(TRIES):
            draft, result = self.prepare(actor, action, permission, body)
            if draft.leaves_nothing or self.commit(draft):
                return result
            if 0 < tries < TRIES - 1:  # the first conflict is mostly a chance meeting, and over
                self.pause(_rest_after(tries))
        raise Conflict(f"{action} met other changes {TRIES} times in a row; read again and decide anew")

    def prepare(
        self,
        actor: Actor,
        action: str,
        permission: Permission,
        body: Callable[[UnitOfWork], T],
        ahead: Ahead | None = None,
    ) -> tuple[UnitOfWork, T]:
        """Run a use case up to its commit, and return what it gathered and what it returned.

        Args:
            actor: who acts.
            action: how the journal names it.
            permission: what the body has to check.
            body: the use case.
            ahead: records that were read for it already.

        Raises:
            Refused: and the refusal stands in the journal.
            AlreadyDone: the actor's request key was used before.
        """
        if actor.request and self.context.storage.requested(actor.request):
            raise AlreadyDone(actor.request)
        draft = UnitOfWork(self.context, self.permits, actor, action, ahead)
        try:
            with draft.under(permission):
                return draft, body(draft)
        except Refused as refusal:
            self._note_refusal(draft, refusal)
            raise

    def commit(self, draft: UnitOfWork) -> bool:
        """Commit what a use case gathered. False means a conflict: run it again.

        Raises:
            AlreadyDone: its request key was used before.
            LeaseLost: the queue row it settles belongs to another worker now.
        """
        change_set = draft.change_set()
        (outcome,) = self.apply([change_set])
        return self.check_outcome(change_set, outcome)

    def apply(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Commit change sets and return what became of each. Every commit of the program comes through here.

        Raises:
            StorageError: of none of them anything was kept.
        """
        if not change_sets:
            return ()
        began = self.timer()
        outcomes = self.context.storage.commit(change_sets)
        seconds = self.timer() - began
        for observer in self.observers:
            observer.committed(change_sets, outcomes, seconds)
        return outcomes

    def check_outcome(self, change_set: ChangeSet, outcome: Outcome) -> bool:
        """Tell whether a change set was committed; False means a conflict.

        Raises:
            AlreadyDone: its request key was used before.
            LeaseLost: the queue row it settles belongs to another worker now.
        """
        if outcome is Outcome.DUPLICATE:
            raise AlreadyDone(change_set.request)
        if outcome is Outcome.LEASE_LOST:
            row = change_set.inbox_settled or change_set.outbox_settled
            raise LeaseLost(f"the claim on queue row {row.id if row else ''} ran out; another worker has it")
        return outcome is Outcome.COMMITTED

    def run_query(
        self, actor: Actor, action: str, permission: Permission, traced: bool, body: Callable[[ReadSession], T]
    ) -> T:
        """Run a query; a traced one leaves its journal entry before it answers.

        Raises:
            Refused: and the refusal stands in the journal.
        """
        look = ReadSession(self.context, self.permits, actor, action)
        try:
            with look.under(permission):
                result = body(look)
        except Refused as refusal:
            self._note_refusal(look, refusal)
            raise
        if traced:
            look.facts |= {"opened": len(look.opened), "digest": look.digest()}
            self._note(look, "read")
        return result

    def stored_key(self, scope: str) -> DataKey:
        """Return a scope's data key for use outside a change set, made and stored where there is none.

        Raises:
            StorageError: it could not be stored.
        """
        for _ in range(TRIES):
            key = self.context.sealer.key_for(scope)
            if key.new is None:
                return key
            self.apply([ChangeSet(keys=(key.new,))])  # whoever lost this race finds the winner's key
        raise StorageError(f"the key of {scope!r} could not be stored; run `anninh doctor`")

    def _note_refusal(self, look: ReadSession, refusal: Refused) -> None:
        look.facts = {"why": str(refusal)}
        self._note(look, "refused")

    def _note(self, look: ReadSession, outcome: str) -> None:
        entry = Entry(
            id=self.context.ids.new(),
            at=look.at,
            actor=look.actor.label,
            action=look.action,
            unit=look.unit,
            outcome=outcome,
            facts=look.facts,
        )
        self.apply([ChangeSet(entry=entry)])


def _rest_after(tries: int) -> float:
    """Return the seconds to rest after a conflict: longer each time, and by chance, so that rivals part."""
    longest: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tries)
    return longest / 2 + random.random() * longest / 2  # noqa: S311  no secret hangs on it
