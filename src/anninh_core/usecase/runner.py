"""The only place where use cases are committed: run, commit, and run again on a conflict."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import Protocol, TypeVar

from attrs import define, field

from anninh_core.kernel.errors import (
    AlreadyDone,
    AnninhError,
    Conflict,
    Damaged,
    LeaseLost,
    Refused,
    StepUpNeeded,
    StorageError,
)
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.context import Prefetched, UseCaseContext
from anninh_core.usecase.encryption.encryptor import DataKey
from anninh_core.usecase.journal.read_log import Look, LookFolder
from anninh_core.usecase.permissions.permits import Permits
from anninh_core.usecase.preconditions.request_keys import describe_done, request_key
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

T = TypeVar("T")

MAX_TRIES = 12
"""How often a use case is run at most where others change the same records meanwhile."""

_FREE_TRIES = 2
"""Who lost as often goes on one at a time within this program: a crowd on one record would else lose to itself."""

_INITIAL_PAUSE = 0.002  # seconds; doubled each time, half of it by chance
_MAX_PAUSE = 0.25


def _ignore_count(_count: int) -> None:
    """Take a count that the answer has too."""


class CommitObserver(Protocol):
    """Is called after each commit, on the committing thread. It must be quick and must not raise."""

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:
        """Take the change sets of a commit, the outcome of each, and how long it took."""
        ...


@define(kw_only=True, eq=False, repr=False)
class UseCaseRunner:
    """Runs use cases and commits what they gathered.

    Attributes:
        observers: hear of every commit; listeners and meters are added here.
        pause: sleeps for some seconds between two tries.
        timer: measures commits for the observers, in seconds.
        note_left_out: is told after each query how many damaged records it left out of what it answers, if any.
    """

    context: UseCaseContext
    permits: Permits
    observers: list[CommitObserver] = field(factory=list)
    pause: Callable[[float], None] = time.sleep
    timer: Callable[[], float] = time.perf_counter
    looks: LookFolder = field(factory=LookFolder)
    note_left_out: Callable[[int], None] = _ignore_count
    _turns: AbstractContextManager[bool] = field(factory=RLock, init=False)

    def run_command(
        self,
        actor: Actor,
        action: str,
        permission: Permission | None,
        body: Callable[[UnitOfWork], T],
        *,
        gathering: type[UnitOfWork] = UnitOfWork,
    ) -> T:
        """Run a use case, commit what it gathered, and run it again if somebody else was faster.

        Args:
            actor, action, permission, body, gathering: as for `prepare`.

        Raises:
            Refused: and the refusal stands in the journal.
            AlreadyDone: it was carried out before under the actor's request key.
            Stale: a record isn't any more as the actor saw it.
            Conflict: `MAX_TRIES` times in a row somebody else changed the same record.
        """
        for attempt in range(MAX_TRIES):
            with nullcontext() if attempt < _FREE_TRIES else self._turns:
                uow, result = self.prepare(actor, action, permission, body, gathering=gathering)
                if uow.leaves_no_entry or self.commit(uow):
                    return result
            if 0 < attempt < MAX_TRIES - 1:  # the first conflict is usually over by now: retry at once
                self.pause(_retry_pause(attempt))
        raise Conflict(
            "{action} conflicted with other changes {count} times in a row: read the record again, then decide.",
            action=action,
            count=MAX_TRIES,
        )

    def prepare(
        self,
        actor: Actor,
        action: str,
        permission: Permission | None,
        body: Callable[[UnitOfWork], T],
        ahead: Prefetched | None = None,
        *,
        gathering: type[UnitOfWork] = UnitOfWork,
    ) -> tuple[UnitOfWork, T]:
        """Run a use case up to its commit, and return what it gathered and what it returned.

        Args:
            action: how the journal names it.
            permission: what the body has to check; None where the use cases that it includes check theirs alone.
            gathering: makes the unit of work.

        Raises:
            Refused: and the refusal stands in the journal.
            AlreadyDone: it was carried out before under the actor's request key.
        """
        uow = gathering(self.context, self.permits.for_act(), actor, action, ahead)
        self._require_new(actor, action)
        try:
            with nullcontext() if permission is None else uow.requiring(permission):
                result = body(uow)
                uow.list_cases()
                return uow, result
        except Damaged as error:
            raise uow.explain_damage(error) from error
        except AnninhError as refusal:
            if uow.is_recorded(refusal):
                self._record_refusal(uow, refusal)
            raise

    def commit(self, uow: UnitOfWork) -> bool:
        """Commit what a use case gathered. False means a conflict: run it again.

        Raises:
            AlreadyDone: its request key was used before.
            LeaseLost: the queue row it settles belongs to another worker now.
            Stale: a record isn't any more as the actor saw it.
        """
        change_set = uow.build_change_set()
        (outcome,) = self.apply([change_set])
        if outcome is Outcome.DUPLICATE and uow.request is not None:
            raise describe_done(self.context.storage.journal, uow.request)
        is_committed = self.check_outcome(change_set, outcome)
        if is_committed and uow.actor.act is not None:
            uow.actor.act.note_commit(change_set.request)
        return is_committed

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
            raise LeaseLost(
                "The claim on queue row {row} expired, and another worker has the row now.", row=row.id if row else ""
            )
        return outcome is Outcome.COMMITTED

    def run_query(
        self,
        actor: Actor,
        action: str,
        permission: Permission,
        traced: bool,
        body: Callable[[ReadSession], T],
        *,
        folds: bool = False,
    ) -> T:
        """Run a query; a traced one leaves its journal entry before it answers, but for repeats if it `folds`.

        Raises:
            Refused: and the refusal stands in the journal.
        """
        session = ReadSession(self.context, self.permits.for_act(), actor, action)
        session.opened.keeps_versions = traced
        try:
            with session.requiring(permission):
                result = body(session)
        except Damaged as error:
            raise session.explain_damage(error) from error
        except Refused as refusal:
            self._record_refusal(session, refusal)
            raise
        if traced:
            look = session.look("read", result)
            # Without a thing that it shows, or with facts of its own, a look is like no other.
            self._write_look(session, look, folds=folds and bool(look.named) and not session.facts)
        return result

    def run_workflow(self, actor: Actor, action: str, body: Callable[[Actor], T]) -> T:
        """Run an act of several commits; under a request key it is done once, and goes on where it was broken off.

        Raises:
            AlreadyDone: all of it was carried out before under the actor's request key.
        """
        if actor.act is not None or not (actor.request or actor.seen):
            self._require_new(actor, action)
            return body(actor)
        begun = actor.begin(action)
        self._require_new(begun, action)
        result = body(begun)
        if begun.act is not None and begun.act.is_repeat:
            raise begun.act.sum_up()
        return result

    def find_done(self, actor: Actor, action: str) -> AlreadyDone | None:
        """Return what is known of an act that was carried out before under the actor's request key, None for none."""
        key = request_key(self.context.keys, actor, action)
        if key is None or not self.context.storage.requested(key.stored):
            return None
        if actor.act is not None and key.stored in actor.act.committed:
            raise AssertionError(f"{action} commits two steps under one key; name them apart with `Actor.for_step`")
        return describe_done(self.context.storage.journal, key)

    def _require_new(self, actor: Actor, action: str) -> None:
        if done := self.find_done(actor, action):
            raise done

    def require_fresh(self, actor: Actor, action: str, permission: Permission) -> None:
        """Check that a person has just shown a second factor.

        Raises:
            StepUpNeeded: and the refusal stands in the journal.
        """
        if actor.kind is ActorKind.SYSTEM or actor.sign_in.is_fresh(self.context.clock.now()):
            return

        def refuse(_: ReadSession) -> None:
            raise StepUpNeeded(action, actor.sign_in.method.value)

        self.run_query(actor, action, permission, False, refuse)

    def write_looks(self, *, everything: bool = False) -> int:
        """Write down how often looks were repeated whose span is over, or of all; return of how many."""
        entries = self.looks.take(self.context.ids, self.context.clock.now(), everything=everything)
        self.apply([ChangeSet(entry=entry) for entry in entries])
        return len(entries)

    def ensure_key(self, scope: str) -> DataKey:
        """Return a scope's data key for use outside a change set, made and stored where there is none.

        Raises:
            StorageError: it could not be stored.
        """
        for _ in range(MAX_TRIES):
            key = self.context.encryptor.get_key(scope)
            if key.new is None:
                return key
            self.apply([ChangeSet(keys=(key.new,))])  # on a race, the loser finds the winner's key
        raise StorageError("The key of {scope!r} couldn't be stored: run `anninh doctor`.", scope=scope)

    def _record_refusal(self, session: ReadSession, refusal: AnninhError) -> None:
        session.facts = {}
        self._write_look(session, session.look("refused", None, **session.explain(refusal)), folds=True)

    def _write_look(self, session: ReadSession, look: Look, *, folds: bool) -> None:
        """Write a look down, in several entries if it names many, together with repeats of others that are over."""
        if folds and self.looks.count(look, session.at):
            return
        if look.outcome == "read":
            session.facts |= {"opened": len(session.opened.ids), "digest": session.opened.digest(self.context.names)}
        ids = self.context.ids
        entries = [part.entry(ids, session.at, session.facts) for part in look.parts()]
        entries += self.looks.take(ids, session.at)
        self.apply([ChangeSet(entry=entry) for entry in entries])
        if folds:
            self.looks.add(look, session.at)


def _retry_pause(tries: int) -> float:
    """Return the seconds to rest after a conflict: exponential backoff with jitter."""
    max_pause: float = min(_MAX_PAUSE, _INITIAL_PAUSE * 2**tries)
    return max_pause / 2 + random.random() * max_pause / 2  # noqa: S311  no secret hangs on it
