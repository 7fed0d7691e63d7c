"""The desk: what every room works at, and the one place where a use case becomes a commit."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Protocol, TypeVar

from attrs import frozen

from anninh_core.kernel.errors import AlreadyDone, Conflict, LeaseLost, Refused, StorageError
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.changes import ChangeSet, Entry, NewKey, Outcome, Record
from anninh_core.ports.clock import Clock, Ids
from anninh_core.ports.keys import Keys
from anninh_core.ports.storage import Storage
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.draft import Ahead, Draft
from anninh_core.work.kinds import Kind, M
from anninh_core.work.look import Look
from anninh_core.work.sealing import DataKey, Sealer, bindings
from anninh_core.work.terms import Terms

T = TypeVar("T")
_TRIES = 3
_AT_ONCE = 500  # bodies
_TOMBSTONE = "tombstone"  # kind of an order to destroy; its id is the scope


@frozen
class Verdict:
    """Whether somebody may, and in a sentence why or why not."""

    allowed: bool
    why: str


class Permits(Protocol):
    """Answers who may do what where. The units room answers it."""

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> Verdict:
        """Tell whether an actor may do something on a unit on a day."""
        ...

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units where the permission holds, None for everywhere."""
        ...


class Desk:
    """Storage, keys, time and district of one app.

    Attributes:
        permits: set by the app once the units room stands.
        committed: called with each change set after its commit; best effort listeners hang here.
    """

    permits: Permits

    def __init__(
        self, *, district: District, storage: Storage, keys: Keys, blobs: Blobs, clock: Clock, ids: Ids
    ) -> None:
        self.district = district
        self.storage = storage
        self.keys = keys
        self.blobs = blobs
        self.clock = clock
        self.ids = ids
        self.sealer = Sealer(keys, storage.keyring, self.purged)
        self.terms = Terms(keys)
        self.committed: Callable[[ChangeSet], None] = lambda _: None

    def purged(self, scope: str) -> bool:
        """Tell whether somebody ordered at some time that what a scope sealed be destroyed."""
        known = _TOMBSTONE in self.storage.maintenance.kinds()
        return known and self.storage.records.get(_TOMBSTONE, scope) is not None

    def opened(self, kind: Kind[M], record: Record) -> M:
        """Open a record's body and return its model."""
        return kind.decode(self.body(record), record.schema)

    def body(self, record: Record) -> bytes:
        """Open a record's body."""
        return self.sealer.open(record.scope, record.body, bindings(record)) if record.scope else record.body

    def bodies(
        self, records: Iterable[Record], stored: Mapping[str, NewKey] | None = None
    ) -> Iterator[tuple[Record, bytes]]:
        """Yield records with their bodies opened; those whose key was destroyed are gone for readers.

        See `Sealer.open_all` for `stored`.
        """
        rest = iter(records)
        while some := tuple(islice(rest, _AT_ONCE)):
            yield from self.sealer.open_all(some, stored)

    def readable(self, kind: Kind[M], records: Iterable[Record]) -> Iterator[M]:
        """Yield the models of records, as far as they can be read."""
        for record, body in self.bodies(records):
            yield kind.decode(body, record.schema)

    def stored_key(self, scope: str) -> DataKey:
        """Return a scope's data key for use outside a change set, made and stored where there is none."""
        for _ in range(_TRIES):
            key = self.sealer.key_for(scope)
            if key.new is None:
                return key
            self.storage.commit([ChangeSet(keys=(key.new,))])  # whoever lost this race finds the winner's key
        raise StorageError(f"the key of {scope!r} could not be stored; run `anninh doctor`")

    def carry_out(self, actor: Actor, action: str, permission: Permission, body: Callable[[Draft], T]) -> T:
        """Run a use case, commit what it gathered, and run it again if somebody else was faster.

        Raises:
            Refused: and the refusal stands in the journal.
            AlreadyDone: the actor's request key was used before.
            Conflict: three times in a row somebody else changed the same record.
        """
        for _ in range(_TRIES):
            draft, result = self.drafted(actor, action, permission, body)
            if draft.leaves_nothing or self.commit(draft):
                return result
        raise Conflict(f"{action} met other changes {_TRIES} times in a row; read again and decide anew")

    def drafted(
        self,
        actor: Actor,
        action: str,
        permission: Permission,
        body: Callable[[Draft], T],
        ahead: Ahead | None = None,
    ) -> tuple[Draft, T]:
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
        if actor.request and self.storage.requested(actor.request):
            raise AlreadyDone(actor.request)
        draft = Draft(self, actor, action, ahead)
        try:
            with draft.under(permission):
                return draft, body(draft)
        except Refused as refusal:
            self._note_refusal(draft, refusal)
            raise

    def commit(self, draft: Draft) -> bool:
        """Commit a draft. False means a conflict: run the use case again.

        Raises:
            AlreadyDone: its request key was used before.
            LeaseLost: the queue row it settles belongs to another worker now.
        """
        change_set = draft.change_set()
        (outcome,) = self.storage.commit([change_set])
        return self.settled(change_set, outcome)

    def settled(self, change_set: ChangeSet, outcome: Outcome) -> bool:
        """Tell the listeners of a change set that was committed; False means a conflict.

        Raises:
            AlreadyDone: its request key was used before.
            LeaseLost: the queue row it settles belongs to another worker now.
        """
        if outcome is Outcome.DUPLICATE:
            raise AlreadyDone(change_set.request)
        if outcome is Outcome.LEASE_LOST:
            row = change_set.inbox_settled or change_set.outbox_settled
            raise LeaseLost(f"the claim on queue row {row.id if row else ''} ran out; another worker has it")
        if outcome is Outcome.COMMITTED:
            self.committed(change_set)
        return outcome is Outcome.COMMITTED

    def look_up(self, actor: Actor, action: str, permission: Permission, traced: bool, body: Callable[[Look], T]) -> T:
        """Run a query; a traced one leaves its journal entry before it answers."""
        look = Look(self, actor, action)
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

    def _note_refusal(self, look: Look, refusal: Refused) -> None:
        look.facts = {"why": str(refusal)}
        self._note(look, "refused")

    def _note(self, look: Look, outcome: str) -> None:
        entry = Entry(
            id=self.ids.new(),
            at=look.at,
            actor=look.actor.label,
            action=look.action,
            unit=look.unit,
            outcome=outcome,
            facts=look.facts,
        )
        self.storage.commit([ChangeSet(entry=entry)])
