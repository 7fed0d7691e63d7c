"""The only place where use cases are committed: run, commit, and retry after a conflict."""

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
"""Most runs of a use case if others change the same records concurrently."""

_FREE_TRIES = 2
"""After this many conflicts a use case waits for its turn in this program, since many on one record would otherwise
conflict with each other.
"""

_INITIAL_PAUSE = 0.002  # seconds; doubled each time, half of it random
_MAX_PAUSE = 0.25


def _ignore_count(_count: int) -> None:
    """Ignore a count that the result contains too."""


class CommitObserver(Protocol):
    """Called after each commit, on the committing thread. It must be quick and must not raise."""

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:
        """Receive the change sets of a commit, the outcome of each, and its duration."""
        ...


@define(kw_only=True, eq=False, repr=False)
class UseCaseRunner:
    """Runs use cases and commits their changes.

    Attributes:
        observers: called after every commit; listeners and metrics are added here.
        pause: sleeps for some seconds between two tries.
        timer: measures commits for the observers, in seconds.
        note_left_out: called after a query with the number of damaged records that its result leaves out, if any.
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
        uow_class: type[UnitOfWork] = UnitOfWork,
    ) -> T:
        """Run a use case, commit its changes, and retry it after a conflict.

        Args:
            actor, action, permission, body, uow_class: as for `prepare`.

        Raises:
            Refused: the refusal is recorded in the journal.
            AlreadyDone: it was carried out before under the actor's request key.
            Stale: a record was changed since the actor saw it.
            Conflict: other changes conflicted `MAX_TRIES` times in a row.
        """
        for attempt in range(MAX_TRIES):
            with nullcontext() if attempt < _FREE_TRIES else self._turns:
                uow, result = self.prepare(actor, action, permission, body, uow_class=uow_class)
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
        uow_class: type[UnitOfWork] = UnitOfWork,
    ) -> tuple[UnitOfWork, T]:
        """Run a use case up to its commit; return its unit of work and its result.

        Args:
            action: action name in the journal.
            permission: permission that the body must check; None if only the included use cases check their own.
            ahead: records that were read in advance.
            uow_class: class of the unit of work.

        Raises:
            Refused: the refusal is recorded in the journal.
            AlreadyDone: it was carried out before under the actor's request key.
        """
        uow = uow_class(self.context, self.permits.for_act(), actor, action, ahead)
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
        """Commit the changes of a use case. False means a conflict: run it again.

        Raises:
            AlreadyDone: its request key was used before.
            LeaseLost: another worker holds the queue row that it settles.
            Stale: a record was changed since the actor saw it.
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
        """Commit change sets and return the outcome of each. Every commit of the program passes through here.

        Raises:
            StorageError: nothing was committed.
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
        """Return whether a change set was committed; False means a conflict.

        Raises:
            AlreadyDone: its request key was used before.
            LeaseLost: another worker holds the queue row that it settles.
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
        aggregate_repeats: bool = False,
    ) -> T:
        """Run a query; a traced query leaves its journal entry before it answers, or counts it as a repeat.

        Raises:
            Refused: the refusal is recorded in the journal.
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
            # An access without named records, or with its own facts, never equals another.
            self._write_look(
                session, look, aggregate_repeats=aggregate_repeats and bool(look.named) and not session.facts
            )
        return result

    def run_workflow(self, actor: Actor, action: str, body: Callable[[Actor], T]) -> T:
        """Run an act of several commits; under a request key it runs once, and an interrupted act is continued.

        Raises:
            AlreadyDone: all of it was carried out before under the actor's request key.
        """
        if actor.act is not None or not (actor.request or actor.seen):
            self._require_new(actor, action)
            return body(actor)
        act_actor = actor.begin(action)
        self._require_new(act_actor, action)
        result = body(act_actor)
        if act_actor.act is not None and act_actor.act.is_repeat:
            raise act_actor.act.sum_up()
        return result

    def find_done(self, actor: Actor, action: str) -> AlreadyDone | None:
        """Return the record of an act carried out before under the actor's request key, or None."""
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
        """Check that a person has just passed a second factor.

        Raises:
            StepUpNeeded: the refusal is recorded in the journal.
        """
        if actor.kind is ActorKind.SYSTEM or actor.sign_in.is_fresh(self.context.clock.now()):
            return

        def refuse(_: ReadSession) -> None:
            raise StepUpNeeded(action, actor.sign_in.method.value)

        self.run_query(actor, action, permission, False, refuse)

    def flush_read_log(self, *, everything: bool = False) -> int:
        """Write journal entries about repeated accesses whose time span is over, or all; return the number of
        entries.
        """
        entries = self.looks.take(self.context.ids, self.context.clock.now(), everything=everything)
        self.apply([ChangeSet(entry=entry) for entry in entries])
        return len(entries)

    def ensure_key(self, scope: str) -> DataKey:
        """Return a scope's data key for use outside a change set; create and store the key if needed.

        Raises:
            StorageError: the key couldn't be stored.
        """
        for _ in range(MAX_TRIES):
            key = self.context.encryptor.get_key(scope)
            if key.new is None:
                return key
            self.apply([ChangeSet(keys=(key.new,))])  # on a race, the loser finds the winner's key
        raise StorageError("The key of {scope!r} couldn't be stored: run `anninh doctor`.", scope=scope)

    def _record_refusal(self, session: ReadSession, refusal: AnninhError) -> None:
        session.facts = {}
        self._write_look(session, session.look("refused", None, **session.explain(refusal)), aggregate_repeats=True)

    def _write_look(self, session: ReadSession, look: Look, *, aggregate_repeats: bool) -> None:
        """Write an access to the journal, in several entries if it names many, with repeats of earlier accesses that
        are over.
        """
        if aggregate_repeats and self.looks.count(look, session.at):
            return
        if look.outcome == "read":
            session.facts |= {"opened": len(session.opened.ids), "digest": session.opened.digest(self.context.names)}
        ids = self.context.ids
        entries = [part.entry(ids, session.at, session.facts) for part in look.parts()]
        entries += self.looks.take(ids, session.at)
        self.apply([ChangeSet(entry=entry) for entry in entries])
        if aggregate_repeats:
            self.looks.add(look, session.at)


def _retry_pause(tries: int) -> float:
    """Return the pause in seconds after a conflict: exponential backoff with jitter."""
    max_pause: float = min(_MAX_PAUSE, _INITIAL_PAUSE * 2**tries)
    return max_pause / 2 + random.random() * max_pause / 2  # noqa: S311  no secret hangs on it
