"""The only place where use cases are committed: they are run, committed, and run again after a conflict."""

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
from anninh_core.usecase.preconditions.request_keys import build_done_error, request_key
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

T = TypeVar("T")

MAX_TRIES = 12
"""Maximum number of runs of one use case, if others change the same records concurrently."""

_FREE_TRIES = 2
"""Number of conflicts after which a use case waits for its turn in this program, since many on one record would
otherwise conflict with each other.
"""

_INITIAL_PAUSE = 0.002  # The pause is in seconds; it is doubled after each conflict, and half of it is random.
_MAX_PAUSE = 0.25


def _ignore_count(_count: int) -> None:
    """Ignore the number of records left out, which the result contains too."""


class CommitObserver(Protocol):
    """An observer that is called after each commit, on the committing thread. It must be quick and must not raise an
    error.
    """

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
        """Run a use case, commit its changes, and run it again after a conflict; return its result.

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
            # The first conflict is usually over by now, so that the use case runs again at once.
            if 0 < attempt < MAX_TRIES - 1:
                self.pause(_compute_retry_pause(attempt))
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
        self._require_not_done(actor, action)
        try:
            with nullcontext() if permission is None else uow.requiring(permission):
                result = body(uow)
                uow.add_cases_to_people()
                return uow, result
        except Damaged as error:
            raise uow.explain_damage(error) from error
        except AnninhError as refusal:
            if uow.is_recorded(refusal):
                self._record_refusal(uow, refusal)
            raise

    def commit(self, uow: UnitOfWork) -> bool:
        """Commit the changes of a use case; return False if they conflict, so that it must be run again.

        Raises:
            AlreadyDone: its request key was used before.
            LeaseLost: another worker holds the queue row that it settles.
            Stale: a record was changed since the actor saw it.
        """
        change_set = uow.build_change_set()
        (outcome,) = self.apply([change_set])
        if outcome is Outcome.DUPLICATE and uow.request is not None:
            raise build_done_error(self.context.storage.journal, uow.request)
        is_committed = self.check_outcome(change_set, outcome)
        if is_committed and uow.actor.act is not None:
            uow.actor.act.note_commit(change_set.request)
        return is_committed

    def apply(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Commit change sets and return the outcome of each. Every commit of the program goes through this method.

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
        """Return whether the outcome of a change set is that it was committed; False means a conflict.

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
        """Run a query and return its result. A traced query leaves a journal entry before it answers, or is counted as
        a repeat.

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
            # An access that names no records, or has facts of its own, never equals another access.
            self._write_access(
                session, look, aggregate_repeats=aggregate_repeats and bool(look.named) and not session.facts
            )
        return result

    def run_workflow(self, actor: Actor, action: str, body: Callable[[Actor], T]) -> T:
        """Run an act that consists of several commits; under a request key it runs once, and an interrupted act is
        continued.

        Raises:
            AlreadyDone: all of it was carried out before under the actor's request key.
        """
        if actor.act is not None or not (actor.request or actor.seen):
            self._require_not_done(actor, action)
            return body(actor)
        act_actor = actor.begin(action)
        self._require_not_done(act_actor, action)
        result = body(act_actor)
        if act_actor.act is not None and act_actor.act.is_repeat:
            raise act_actor.act.sum_up()
        return result

    def find_done(self, actor: Actor, action: str) -> AlreadyDone | None:
        """Return what the journal records of an act that was carried out before under the actor's request key, or
        None.
        """
        key = request_key(self.context.keys, actor, action)
        if key is None or not self.context.storage.requested(key.stored):
            return None
        if actor.act is not None and key.stored in actor.act.committed:
            raise AssertionError(f"{action} commits two steps under one key; name them apart with `Actor.for_step`")
        return build_done_error(self.context.storage.journal, key)

    def _require_not_done(self, actor: Actor, action: str) -> None:
        if done := self.find_done(actor, action):
            raise done

    def require_recent_factor(self, actor: Actor, action: str, permission: Permission) -> None:
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
        """Write journal entries about repeated accesses whose time span is over, or about all of them; return the
        number of entries.
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
            # If two processes create the key at once, the one that fails reads the key of the other.
            self.apply([ChangeSet(keys=(key.new,))])
        raise StorageError("The key of {scope!r} couldn't be stored: run `anninh doctor`.", scope=scope)

    def _record_refusal(self, session: ReadSession, refusal: AnninhError) -> None:
        session.facts = {}
        self._write_access(
            session, session.look("refused", None, **session.explain_refusal(refusal)), aggregate_repeats=True
        )

    def _write_access(self, session: ReadSession, look: Look, *, aggregate_repeats: bool) -> None:
        """Write an access to the journal, in several entries if it names many records, together with ended repeats of
        earlier accesses.
        """
        if aggregate_repeats and self.looks.count(look, session.at):
            return
        if look.outcome == "read":
            session.facts |= {
                "opened": len(session.opened.ids),
                "digest": session.opened.compute_digest(self.context.names),
            }
        ids = self.context.ids
        entries = [part.entry(ids, session.at, session.facts) for part in look.parts()]
        entries += self.looks.take(ids, session.at)
        self.apply([ChangeSet(entry=entry) for entry in entries])
        if aggregate_repeats:
            self.looks.add(look, session.at)


def _compute_retry_pause(tries: int) -> float:
    """Return the pause in seconds after a conflict: exponential backoff with jitter."""
    max_pause: float = min(_MAX_PAUSE, _INITIAL_PAUSE * 2**tries)
    return max_pause / 2 + random.random() * max_pause / 2  # noqa: S311  no secret hangs on it
