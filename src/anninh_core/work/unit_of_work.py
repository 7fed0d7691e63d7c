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
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment
from anninh_core.work.actor import Actor, ActorKind
from anninh_core.work.context import UseCaseContext
from anninh_core.work.decision import DECISION, Decision, reason_code
from anninh_core.work.kinds import Kind, M, Model
from anninh_core.work.parcel import OutboxAction, Parcel, Posting
from anninh_core.work.permits import Permits
from anninh_core.work.read_session import ReadSession, UseCaseKind
from anninh_core.work.sealing import DataKey, binding

Ahead = Mapping[tuple[str, str], Record | None]
"""Records read before an act begins: kind and id -> record, or None for one that isn't there."""


class UnitOfWork(ReadSession):
    """What a command works with. Nothing leaves it before the whole is committed."""

    _includes = frozenset({UseCaseKind.QUERY, UseCaseKind.COMMAND})

    def __init__(
        self, context: UseCaseContext, permits: Permits, actor: Actor, action: str, ahead: Ahead | None = None
    ) -> None:
        super().__init__(context, permits, actor, action)
        self._ahead = ahead or {}
        self._loaded: dict[tuple[str, str], tuple[int, Any]] = {}
        self._saved: dict[tuple[str, str], tuple[Kind[Any], Any]] = {}
        self._guards: list[Guard | NoneLeft] = []
        self._outbox: list[Posting] = []
        self._inbox: list[NewInbox] = []
        self._events: list[str] = []
        self._keys: dict[str, DataKey] = {}
        self._terms: list[SearchTerms] = []
        self._corrections: list[Counter] = []
        self._inbox_settled: InboxSettled | None = None
        self._outbox_settled: OutboxSettled | None = None

    def peek(self, kind: Kind[M], id: str) -> M | None:
        """Return a model as this draft sees it: what it saved or read before, else what is stored.

        Reading again would only find out earlier what the commit finds out anyhow: that somebody else was faster.
        """
        key = (kind.name, id)
        if key in self._saved or key in self._loaded:
            _, seen = self._saved.get(key) or self._loaded[key]
            model: M | None = seen
            return model
        found = super().peek(kind, id)
        if found is None:
            self._loaded[key] = (0, None)
        return found

    def save(self, kind: Kind[M], model: M) -> M:
        """Put a new or changed model into the change set and return it.

        A model that this draft loaded must still be at that version when the change is applied;
        one that it never loaded must not exist yet.
        """
        self._saved[kind.name, model.id] = (kind, model)
        return model

    def take_over(self, kind: Kind[Any], id: str) -> None:
        """Let the next `save` follow on a stored record that nobody can open any more; its facts stay as counted."""
        record = self._stored(kind, id)
        if record is not None:
            self._loaded[kind.name, id] = (record.version, None)

    def hold(self, kind: Kind[M], model: M) -> None:
        """Let the commit fail if a model that was only read changes meanwhile."""
        version, _ = self._loaded[kind.name, model.id]
        self._guards.append(Guard(kind.name, model.id, version))

    def hold_none(self, kind: Kind[Any], where: Mapping[str, Scalar]) -> None:
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
        parcel = Parcel(to=to, text=nfc(text), attachments=attachments, reply_to=reply_to)
        posting = Posting(
            id=self.context.ids.new(),
            parcel=parcel,
            purpose=purpose,
            cause=cause,
            scope=scope,
            lane=lane,
            due_at=due_at or self.at,
            after=after,
        )
        return self._post(posting)

    def act(
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
        """Put something else than a message into the outbox (see `Parcel`) and return its row's id."""
        posting = Posting(
            id=self.context.ids.new(),
            parcel=Parcel(to=to, act=act, target=target),
            purpose=purpose,
            cause=cause,
            scope=scope,
            lane=lane,
            due_at=self.at,
        )
        return self._post(posting)

    def take_in(self, row: NewInbox) -> None:
        """Put an event that a person brought in into the inbox, together with this act's entry."""
        self._inbox.append(row)

    def unfind(self, scope: str) -> None:
        """Take the record that a scope seals, if there is one, out of the search index."""
        of, storage = Ref.parse(scope), self.context.storage
        record = storage.records.get(of.kind, of.id) if of.kind in storage.maintenance.kinds() else None
        if record is not None and record.scope == scope:
            self._terms.append(SearchTerms(kind=of.kind, id=of.id, unit=record.unit, at=self.at, terms=()))

    def index(self, kind: Kind[M], model: M) -> None:
        """Put a model's terms into the search index whether or not they are there, where there is one."""
        if terms := self.context.terms.of(self.context.district, kind, model):
            self._terms.append(terms)

    def correct(self, *differences: Counter) -> None:
        """Change counters by what they were found to be wrong by; everybody else's grow with their records."""
        self._corrections += differences

    def once(self, request: str) -> None:
        """Let the commit fail if another act was committed under this request key, which became known only now."""
        self.actor = self.actor.once(request)

    def event(self, name: str) -> None:
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
            reason=reason_code(reason),
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
    def acting(self, part: Actor) -> Iterator[None]:
        """Let a part of the program write down what follows from this act; the entry keeps the actor who began it."""
        begun_by, self.actor = self.actor, part
        try:
            yield
        finally:
            self.actor = begun_by

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        moved = self._outbox or self._inbox or self._inbox_settled or self._outbox_settled
        return not (self._saved or self._events or self._terms or self._corrections or moved)

    @property
    def leaves_nothing(self) -> bool:
        """Whether the act leaves no entry: a look of the program's own that changed nothing. The clock looks often."""
        return self.actor.kind is ActorKind.SYSTEM and self.is_empty

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes whose keys `change_set` needs."""
        saved = (kind.scope(model) for kind, model in self._saved.values())
        return frozenset((*saved, *(posting.scope for posting in self._outbox))) - {""}

    def change_set(self, stored: Mapping[str, NewKey] | None = None) -> ChangeSet:
        """Return everything gathered, sealed, with its one journal entry.

        Args:
            stored: what the key ring has just said of `scopes` and others.
        """
        scopes = sorted(self.scopes)
        stored = self.context.sealer.stored(scopes) if stored is None else stored
        self._keys |= {scope: self.context.sealer.key_for(scope, stored) for scope in scopes}
        records = tuple(self._record(kind, model) for kind, model in self._saved.values())
        entry = Entry(
            id=self.context.ids.new(),
            at=self.at,
            actor=self.actor.label,
            action=self.action,
            unit=self.unit,
            events=tuple(self._events),
            touched=tuple(
                Touched(r.kind, r.id, r.version, sha256(r.body).hexdigest() if r.scope else "") for r in records
            ),
            facts=self.facts,
        )
        return ChangeSet(
            entry=entry,
            records=tuple(sorted(records, key=lambda record: (record.kind, record.id))),
            guards=tuple(self._guards),
            keys=tuple(key.new for key in self._keys.values() if key.new is not None),
            sealed_under=tuple(stored[scope] for scope in scopes if scope in stored),
            inbox=tuple(self._inbox),
            outbox=tuple(posting.sealed(self._sealed) for posting in self._outbox),
            inbox_settled=self._inbox_settled,
            outbox_settled=self._outbox_settled,
            counters=(*self._counters(), *self._corrections),
            search=(*self._terms, *self._search_terms()),
            request=self.actor.request,
        )

    def _post(self, posting: Posting) -> str:
        self._outbox.append(posting)
        return posting.id

    def _stored(self, kind: Kind[Any], id: str) -> Record | None:
        key = (kind.name, id)
        return self._ahead[key] if key in self._ahead else super()._stored(kind, id)

    def _note_read(self, record: Record, model: Model) -> None:
        # What was read first counts: a change of somebody else's between two reads is a conflict, not overwritten.
        self._loaded.setdefault((record.kind, record.id), (record.version, model))

    def _record(self, kind: Kind[Any], model: Any) -> Record:
        version, old = self._loaded.get((kind.name, model.id), (0, None))
        scope = kind.scope(model)
        holding = partial(
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
        body = self._sealed(scope, kind.encode(model), binding(holding(body=b"")))
        if scope and old is not None and kind.scope(old) == scope and self._keys[scope].new is not None:
            raise DecryptionError(
                f"what scope {scope!r} seals was purged meanwhile, and isn't sealed again by a new key"
            )
        return holding(body=body)

    def _sealed(self, scope: str, plain: bytes, bound_to: bytes) -> bytes:
        return self.context.sealer.seal(self._keys[scope], plain, bound_to) if scope else plain

    def _search_terms(self) -> Iterator[SearchTerms]:
        """Yield the terms of what was saved and is found by other words, another unit, or for the first time."""
        for (name, id), (kind, model) in self._saved.items():
            _, old = self._loaded.get((name, id), (0, None))
            if found := self.context.terms.of(self.context.district, kind, model, old):
                yield found

    def _counters(self) -> tuple[Counter, ...]:
        """Return facts(new) − facts(old) over everything saved, areas counted into their commune too."""
        sums: dict[tuple[str, str, Any, str], int] = {}
        for (name, id), (kind, model) in self._saved.items():
            if not kind.counts:
                continue
            _, old = self._loaded.get((name, id), (0, None))
            for sign, facts in ((1, kind.facts(model)), (-1, kind.facts(old) if old is not None else ())):
                for fact in facts:
                    for at in {fact.unit, self.context.district.counting_unit(fact.unit)}:
                        key = (fact.indicator, at, fact.day, fact.dims)
                        sums[key] = sums.get(key, 0) + sign * fact.amount
        return tuple(
            Counter(indicator=indicator, unit=unit, day=day, dims=dims, amount=amount)
            for (indicator, unit, day, dims), amount in sorted(sums.items())
            if amount
        )
