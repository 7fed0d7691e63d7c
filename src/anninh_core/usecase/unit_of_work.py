"""Gathering a change set: records, messages to send, decisions, counters, and exactly one journal entry."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from anninh_core.kernel.errors import DecryptionError, Refused
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.ports.changes import (
    ChangeSet,
    Counter,
    Entry,
    Guard,
    InboxSettled,
    NewInbox,
    NewKey,
    NoneLeft,
    OutboxSettled,
    Record,
    Scalar,
    SearchTerms,
    Touched,
)
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.decision import DECISION, Decision, require_reason_code
from anninh_core.usecase.encryption.encryptor import DataKey, associated_data
from anninh_core.usecase.kinds import Kind, M, Model
from anninh_core.usecase.outbox_message import OutboxAction, OutboxMessage, PendingRow
from anninh_core.usecase.permits import Permits, UseCaseKind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment

Prefetched = Mapping[tuple[str, str], Record | None]
"""Records read before an act begins: kind and id -> record, or None for one that isn't there."""


class UnitOfWork(ReadSession):
    """What a command works with. Nothing leaves it before the whole is committed."""

    _includable_kinds = frozenset({UseCaseKind.QUERY, UseCaseKind.COMMAND})

    def __init__(
        self, context: UseCaseContext, permits: Permits, actor: Actor, action: str, ahead: Prefetched | None = None
    ) -> None:
        super().__init__(context, permits, actor, action)
        self._prefetched = ahead or {}
        self._loaded: dict[tuple[str, str], tuple[int, Any]] = {}
        self._stored_scopes: dict[tuple[str, str], str] = {}
        self._saved: dict[tuple[str, str], tuple[Kind[Any], Any]] = {}
        self._guards: list[Guard | NoneLeft] = []
        self._outbox: list[PendingRow] = []
        self._inbox: list[NewInbox] = []
        self._events: list[str] = []
        self._keys: dict[str, DataKey] = {}
        self._terms: list[SearchTerms] = []
        self._corrections: list[Counter] = []
        self._inbox_settled: InboxSettled | None = None
        self._outbox_settled: OutboxSettled | None = None

    def get(self, kind: Kind[M], id: str) -> M | None:
        """Return a model as this act sees it: what it saved or read before, else what is stored.

        Reading it again is useless: the commit detects concurrent changes anyway.
        """
        key = (kind.name, id)
        if key in self._saved or key in self._loaded:
            _, cached = self._saved.get(key) or self._loaded[key]
            model: M | None = cached
            return model
        stored = super().get(kind, id)
        if stored is None:
            self._loaded[key] = (0, None)
        return stored

    def save(self, kind: Kind[M], model: M) -> M:
        """Put a new or changed model into the change set and return it.

        A model that this act loaded must still be at that version when the change is applied;
        one that it never loaded must not exist yet.
        """
        self._saved[kind.name, model.id] = (kind, model)
        return model

    def replace_unreadable(self, kind: Kind[Any], id: str) -> None:
        """Let the next `save` replace a stored record that can't be decrypted any more; its facts stay counted."""
        record = self._get_record(kind, id)
        if record is not None:
            self._loaded[kind.name, id] = (record.version, None)

    def guard_version(self, kind: Kind[M], model: M) -> None:
        """Let the commit fail if a model that was only read changes meanwhile."""
        version, _ = self._loaded[kind.name, model.id]
        self._guards.append(Guard(kind.name, model.id, version))

    def guard_absent(self, kind: Kind[Any], where: Mapping[str, Scalar]) -> None:
        """Let the commit fail if a record matching `where` is left after it."""
        self._guards.append(NoneLeft(kind.name, where))

    def send(
        self,
        to: str,
        text: str,
        *,
        purpose: str,
        cause: str,
        scope: str,
        lane: Lane = Lane.REPLY,
        attachments: tuple[Attachment, ...] = (),
        reply_to: str = "",
        after: str = "",
        due_at: datetime | None = None,
    ) -> str:
        """Put a message into the outbox and return its row's id.

        Args:
            to: conversation id; the address stays in the vault until the message leaves.
            text: complete text; NFC.
            purpose: names the wording and the handler of its settlement.
            cause: `kind:id` of the record it belongs to.
            scope: erasure scope that seals it.
            lane: how urgent it is.
            attachments: what goes with the text.
            reply_to: platform id of the message it answers.
            after: outbox row that must be settled first.
            due_at: not before this moment.
        """
        message = OutboxMessage(to=to, text=nfc(text), attachments=attachments, reply_to=reply_to)
        row = PendingRow(
            id=self.context.ids.new(),
            outbox_message=message,
            purpose=purpose,
            cause=cause,
            scope=scope,
            lane=lane,
            due_at=due_at or self.at,
            after=after,
        )
        return self._enqueue(row)

    def queue_action(
        self,
        to: str,
        act: OutboxAction,
        target: str,
        *,
        purpose: str,
        cause: str,
        scope: str,
        lane: Lane = Lane.REPLY,
    ) -> str:
        """Put something else than a message into the outbox (see `OutboxMessage`) and return its row's id."""
        row = PendingRow(
            id=self.context.ids.new(),
            outbox_message=OutboxMessage(to=to, act=act, target=target),
            purpose=purpose,
            cause=cause,
            scope=scope,
            lane=lane,
            due_at=self.at,
        )
        return self._enqueue(row)

    def add_inbox_row(self, row: NewInbox) -> None:
        """Put an event that a person brought in into the inbox, together with this act's entry."""
        self._inbox.append(row)

    def remove_from_index(self, scope: str) -> None:
        """Take the record that a scope seals, if there is one, out of the search index."""
        ref, storage = Ref.parse(scope), self.context.storage
        record = storage.records.get(ref.kind, ref.id) if ref.kind in storage.maintenance.kinds() else None
        if record is not None and record.scope == scope:
            self._terms.append(SearchTerms(kind=ref.kind, id=ref.id, unit=record.unit, at=self.at, terms=()))

    def index(self, kind: Kind[M], model: M) -> None:
        """Put a model's terms into the search index, if there is one, even if they are there already."""
        if terms := self.context.terms.search_terms(self.context.district, kind, model):
            self._terms.append(terms)

    def adjust_counters(self, *differences: Counter) -> None:
        """Correct counters by the differences found; all other changes follow from records."""
        self._corrections += differences

    def guard_request(self, request: str) -> None:
        """Set the request key late: the commit fails if another act was committed under it."""
        self.actor = self.actor.with_request(request)

    def add_event(self, name: str) -> None:
        """Name something that happened, for reactions and listeners."""
        self._events.append(name)

    def decide(self, subject: str, *, rule: str, reason: str, text: str, evidence: str = "") -> Decision:
        """Write down a decision about somebody.

        Raises:
            Refused: the actor is a part of the program. Only a person decides.
            BadInput: `reason` is no code.
        """
        if self.actor.kind is not ActorKind.PERSON:
            raise Refused(f"{self.actor.label} can't decide about {subject}: only a person decides")
        decision = Decision(
            id=self.context.ids.new(),
            subject=subject,
            unit=self.unit,
            by=self.actor.id,
            at=self.at,
            rule=rule,
            reason=require_reason_code(reason),
            text=text,
            evidence=evidence,
        )
        return self.save(DECISION, decision)

    def settle_inbox(self, settled: InboxSettled) -> None:
        """Settle the inbox row that this act processes."""
        self._inbox_settled = settled

    def settle_outbox(self, settled: OutboxSettled) -> None:
        """Settle the outbox row whose sending this act writes down."""
        self._outbox_settled = settled

    @contextmanager
    def acting_as(self, part: Actor) -> Iterator[None]:
        """Run the consequences of this act as a part of the program; the entry keeps the original actor."""
        original_actor, self.actor = self.actor, part
        try:
            yield
        finally:
            self.actor = original_actor

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        has_queue_changes = self._outbox or self._inbox or self._inbox_settled or self._outbox_settled
        return not (self._saved or self._events or self._terms or self._corrections or has_queue_changes)

    @property
    def leaves_no_entry(self) -> bool:
        """Whether the act leaves no entry: a periodic check by the system that changed nothing."""
        return self.actor.kind is ActorKind.SYSTEM and self.is_empty

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes whose keys `change_set` needs."""
        saved = (kind.scope(model) for kind, model in self._saved.values())
        return frozenset((*saved, *(row.scope for row in self._outbox))) - {""}

    def build_change_set(self, stored: Mapping[str, NewKey] | None = None) -> ChangeSet:
        """Return everything gathered, sealed, with its one journal entry.

        Args:
            stored: what the key ring has just said of `scopes` and others.
        """
        scopes = sorted(self.scopes)
        stored = self.context.encryptor.get_wrapped_keys(scopes) if stored is None else stored
        self._keys |= {scope: self.context.encryptor.get_key(scope, stored) for scope in scopes}
        records = tuple(self._build_record(kind, model) for kind, model in self._saved.values())
        entry = Entry(
            id=self.context.ids.new(),
            at=self.at,
            actor=self.actor.label,
            action=self.action,
            unit=self.unit,
            events=tuple(self._events),
            touched=tuple(Touched(r.kind, r.id, r.version, sha256(r.body).hexdigest()) for r in records),
            facts=self.facts,
            named=tuple(self.opened.destroyed),
        )
        return ChangeSet(
            entry=entry,
            records=tuple(sorted(records, key=lambda record: (record.kind, record.id))),
            guards=tuple(self._guards),
            keys=tuple(key.new for key in self._keys.values() if key.new is not None),
            sealed_under=tuple(stored[scope] for scope in scopes if scope in stored),
            inbox=tuple(self._inbox),
            outbox=tuple(row.encrypt(self._encrypt) for row in self._outbox),
            inbox_settled=self._inbox_settled,
            outbox_settled=self._outbox_settled,
            counters=(*self._compute_counters(), *self._corrections),
            search=(*self._terms, *self._iter_search_terms()),
            request=self.actor.request,
        )

    def _enqueue(self, posting: PendingRow) -> str:
        self._outbox.append(posting)
        return posting.id

    def _get_record(self, kind: Kind[Any], id: str) -> Record | None:
        key = (kind.name, id)
        return self._prefetched[key] if key in self._prefetched else super()._get_record(kind, id)

    def _note_read(self, record: Record, model: Model) -> None:
        # What was read first counts: a change of somebody else's between two reads is a conflict, not overwritten.
        self._loaded.setdefault((record.kind, record.id), (record.version, model))
        self._stored_scopes.setdefault((record.kind, record.id), record.scope)

    def _build_record(self, kind: Kind[Any], model: Any) -> Record:
        version, _ = self._loaded.get((kind.name, model.id), (0, None))
        scope = kind.scope(model)
        build = partial(
            Record,
            kind=kind.name,
            id=model.id,
            unit=self.context.district.counting_unit(kind.unit(model)),
            version=version + 1,
            schema=kind.schema,
            scope=scope,
            columns=kind.columns(model),
            multi=kind.multi(model),
        )
        body = self._encrypt(scope, kind.encode(model), associated_data(build(body=b"")))
        was_sealed_by_it = self._stored_scopes.get((kind.name, model.id)) == scope
        if scope and was_sealed_by_it and self._keys[scope].new is not None:
            raise DecryptionError(
                f"what scope {scope!r} seals was purged meanwhile, and isn't sealed again by a new key"
            )
        return build(body=body)

    def _encrypt(self, scope: str, plain: bytes, bound_to: bytes) -> bytes:
        return self.context.encryptor.encrypt(self._keys[scope], plain, bound_to) if scope else plain

    def _iter_search_terms(self) -> Iterator[SearchTerms]:
        """Yield the terms of what was saved and is found by other words, another unit, or for the first time."""
        for (name, id), (kind, model) in self._saved.items():
            _, old = self._loaded.get((name, id), (0, None))
            if terms := self.context.terms.search_terms(self.context.district, kind, model, old):
                yield terms

    def _compute_counters(self) -> tuple[Counter, ...]:
        """Return facts(new) − facts(old) over everything saved, areas counted into their commune too."""
        sums: dict[tuple[str, str, Any, str], int] = {}
        for (name, id), (kind, model) in self._saved.items():
            if not kind.has_facts:
                continue
            _, old = self._loaded.get((name, id), (0, None))
            for sign, facts in ((1, kind.facts(model)), (-1, kind.facts(old) if old is not None else ())):
                for fact in facts:
                    for counted_unit in {fact.unit, self.context.district.counting_unit(fact.unit)}:
                        key = (fact.indicator, counted_unit, fact.day, fact.dims)
                        sums[key] = sums.get(key, 0) + sign * fact.amount
        return tuple(
            Counter(indicator=indicator, unit=unit, day=day, dims=dims, amount=amount)
            for (indicator, unit, day, dims), amount in sorted(sums.items())
            if amount
        )
