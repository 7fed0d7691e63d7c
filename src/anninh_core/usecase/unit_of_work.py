"""Gathering a change set: records, messages to send, decisions, counters, and exactly one journal entry."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from anninh_core.kernel.errors import AnninhError, BadInput, Purged, Refused
from anninh_core.kernel.hidden import drop_hidden
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.replacing import evolve
from anninh_core.ports.storages.changes import (
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
)
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.context import Prefetched, UseCaseContext
from anninh_core.usecase.decision import DECISION, Decision, require_reason_code
from anninh_core.usecase.encryption.encryptor import DataKey, associated_data
from anninh_core.usecase.journal.entries import queued_by, touched_by
from anninh_core.usecase.keyed_hashes.blind_index import find_id, indexed_keys
from anninh_core.usecase.kinds import HasId, Kind, M, differences
from anninh_core.usecase.outbox_message import OutboxAction, OutboxMessage, PendingRow
from anninh_core.usecase.permissions.permits import Permits, UseCaseKind
from anninh_core.usecase.preconditions.request_keys import RequestKey, request_key
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment


class UnitOfWork(ReadSession):
    """What a command works with. Nothing leaves it before the whole is committed."""

    _includable_kinds = frozenset({UseCaseKind.QUERY, UseCaseKind.COMMAND})

    def __init__(
        self, context: UseCaseContext, permits: Permits, actor: Actor, action: str, ahead: Prefetched | None = None
    ) -> None:
        super().__init__(context, permits, actor, action)
        self.lists_all = True  # what a change follows from must be complete; who can do without says so
        self.request = request_key(context.keys, actor, action)
        self._prefetched = ahead or Prefetched()
        self._loaded: dict[tuple[str, str], tuple[int, Any]] = {}
        self._saved: dict[tuple[str, str], tuple[Kind[Any], Any]] = {}
        self._stored_scopes: dict[tuple[str, str], str] = {}
        self._stored_columns: dict[tuple[str, str], Mapping[str, Scalar]] = {}
        self._blanked: dict[tuple[str, str], Record] = {}
        self._found_ids: dict[tuple[str, str], str] = {}
        self._guards: list[Guard | NoneLeft] = []
        self._outbox: list[PendingRow] = []
        self._inbox: list[NewInbox] = []
        self._events: list[str] = []
        self._keys: dict[str, DataKey] = {}
        self._terms: list[SearchTerms] = []
        self._corrections: list[Counter] = []
        self._inbox_settled: InboxSettled | None = None
        self._outbox_settled: OutboxSettled | None = None
        self._records_every_refusal = False

    def get(self, kind: Kind[M], id: str) -> M | None:
        """Return a model as this act sees it: what it saved or read before, else what is stored.

        Reading it again is useless: the commit detects concurrent changes anyway.
        """
        key = (kind.name, id)
        if key in self._saved or key in self._loaded:
            cached: tuple[Any, M | None] = self._saved.get(key) or self._loaded[key]
            return cached[1]
        stored = super().get(kind, id)
        if stored is None:
            self._loaded[key] = (0, None)
        return stored

    def find_id(self, kind: Kind[M], text: str) -> str:
        """Return the id of the record found by a text (see `Kind.found_by`), as this act sees it; "" for none."""
        key = (kind.name, text)
        if not self._found_ids.get(key):
            saved = (m.id for k, m in self._saved.values() if k.name == kind.name and k.found_by(m) == text)
            id = next(saved, "")
            if not id and key not in self._found_ids:
                found = self._prefetched.ids.get(key)
                id = find_id(self.context.keys, self.context.storage.keyring, kind, text) if found is None else found
            self._found_ids[key] = id
        return self._found_ids[key]

    def save(self, kind: Kind[M], model: M) -> M:
        """Put a new or changed model into the change set and return it.

        One that this act loaded must still be at that version on commit; one that it never loaded must not exist yet.
        """
        model = kind.number(model, self._loaded.get((kind.name, model.id), (0, None))[0] + 1)
        self._saved[kind.name, model.id] = (kind, model)
        return model

    def list_cases(self) -> None:
        """Add the cases that saved records name people in to those people's records, except for purged people.

        Raises:
            Damaged: a person's record can't be read.
        """
        people = self.context.people
        if people is None:
            return
        for person, place in tuple(self._iter_newly_named()):
            record = self.get_unpurged(people.kind, person) if people.is_case(place) else None
            if record is not None and (listing := people.with_case(record, place)) is not record:
                self.save(people.kind, listing)

    def _iter_newly_named(self) -> Iterator[tuple[str, str]]:
        """Yield each person and place that a saved record names and its stored version doesn't."""
        for key, (kind, model) in self._saved.items():
            stored = self._stored_columns.get(key, {})
            columns = kind.columns(model) if kind.person_columns else {}
            for name, column in kind.person_columns.items():
                person = str(columns[name])
                place = column.place(model)
                if person and place and stored.get(name) != self.context.names.mark(person, place):
                    yield person, place

    def blank(self, kind: Kind[Any], record: Record) -> None:
        """Empty the named columns of a record that was purged and can't be rewritten."""
        blank = dict.fromkeys(kind.named_columns, "")
        version = record.version + 1
        self._blanked[record.kind, record.id] = evolve(record, version=version, columns={**record.columns, **blank})

    def guard_version(self, kind: Kind[M], model: M) -> None:
        """Let the commit fail if a model that was only read changes meanwhile.

        A model that this act itself made needs no guard: the commit fails if it is there already.
        """
        key = (kind.name, model.id)
        if key in self._loaded or key not in self._saved:
            self._guards.append(Guard(kind.name, model.id, self._loaded[key][0]))

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
            text: complete text; leaves as NFC and without what hides something (`kernel.hidden`), unlike records.
            purpose: names the wording and the handler of its settlement.
            cause: `kind:id` of the record it belongs to.
            scope: erasure scope that seals it.
            reply_to: platform id of the message it answers.
            after: outbox row that must be settled first.
            due_at: not before this moment.
        """
        row = PendingRow(
            id=self.context.ids.new(),
            outbox_message=OutboxMessage(to=to, text=drop_hidden(text), attachments=attachments, reply_to=reply_to),
            purpose=purpose,
            cause=cause,
            scope=scope,
            lane=lane,
            due_at=due_at or self.at,
            after=after,
        )
        self._outbox.append(row)
        return row.id

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
        self._outbox.append(row)
        return row.id

    def data_key(self, scope: str) -> DataKey:
        """Return a scope's data key for what lies outside the records, such as a file; a new one comes with the act."""
        if scope not in self._keys:
            self._keys[scope] = self.context.encryptor.get_key(scope)
        return self._keys[scope]

    def add_inbox_row(self, row: NewInbox) -> None:
        """Put an event that a person brought in into the inbox, together with this act's entry."""
        self._inbox.append(row)

    def remove_from_index(self, records: Iterable[Record]) -> None:
        """Take records that can't be opened any more out of the search index."""
        self._terms += (SearchTerms(kind=one.kind, id=one.id, unit=one.unit, at=self.at, terms=()) for one in records)

    def index(self, kind: Kind[M], model: M) -> None:
        """Put a model's terms into the search index, if there is one, even if they are there already."""
        if terms := self.context.terms.search_terms(self.context.district, kind, model):
            self._terms.append(terms)

    def adjust_counters(self, *differences: Counter) -> None:
        """Correct counters by the differences found; all other changes follow from records."""
        self._corrections += differences

    def guard_request(self, request: str) -> None:
        """Set the request key late, whoever acts: the commit fails if another act was committed under it."""
        self.request = RequestKey(request, request)

    def drop_request(self) -> None:
        """Commit without the request key: what was asked for isn't done by this, and may be asked for again."""
        self.request = None

    def record_every_refusal(self) -> None:
        """Leave an entry also where the state of a record, a legal hold or an argument forbids what a person asked for.

        Lacking permission always leaves one. The program's own rounds try again until they may, and leave none.
        """
        self._records_every_refusal = self.actor.kind is ActorKind.PERSON

    def is_recorded(self, refusal: AnninhError) -> bool:
        """Return whether a refusal of this act leaves an entry."""
        return isinstance(refusal, Refused) or (self._records_every_refusal and isinstance(refusal, BadInput))

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
            raise Refused(
                "Only a person decides about {subject}, not {actor}.", actor=self.actor.label, subject=subject
            )
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
        original_actor = self.actor
        self.actor: Actor = part
        try:
            yield
        finally:
            self.actor = original_actor

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        queues = self._outbox or self._inbox or self._inbox_settled or self._outbox_settled
        return not (self._saved or self._blanked or self._events or self._terms or self._corrections or queues)

    @property
    def leaves_no_entry(self) -> bool:
        """Whether the act leaves no entry: a periodic check by the system that changed nothing."""
        return self.actor.kind is ActorKind.SYSTEM and self.is_empty

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes whose keys `change_set` needs."""
        saved = (kind.scope(model) for kind, model in self._saved.values())
        return frozenset((*saved, *(row.scope for row in self._outbox), *self._keys)) - {""}

    def build_change_set(self, stored: Mapping[str, NewKey] | None = None) -> ChangeSet:
        """Return everything gathered, sealed, with its one journal entry.

        Args:
            stored: what the key ring has just said of `scopes` and others.
        """
        scopes = sorted(self.scopes)
        stored = self.context.encryptor.get_wrapped_keys(scopes) if stored is None else stored
        self._keys |= {s: self.context.encryptor.get_key(s, stored) for s in scopes if s not in self._keys}
        self._check_not_purged()
        saved = (self._build_record(kind, model) for kind, model in self._saved.values())
        records = (*saved, *self._blanked.values())
        outbox = tuple(row.encrypt(self._encrypt) for row in self._outbox)
        entry = Entry(
            id=self.context.ids.new(),
            at=self.at,
            actor=self.actor.label,
            action=self.action,
            unit=self.unit,
            events=tuple(self._events),
            touched=tuple(touched_by(record, self.context.names) for record in records),
            facts={**self.facts, **self.actor.sign_in.facts, **({} if self.request is None else self.request.facts)},
            named=tuple(self.opened.destroyed),
            queued=tuple(queued_by(row, self.context.names) for row in outbox),
        )
        return ChangeSet(
            entry=entry,
            records=tuple(sorted(records, key=lambda record: (record.kind, record.id))),
            guards=(*self._guards, *self.seen.guards()),
            keys=tuple(indexed_keys(self.context.keys, self._keys, self._saved.values())),
            sealed_under=tuple(stored[scope] for scope in scopes if scope in stored),
            inbox=tuple(self._inbox),
            outbox=outbox,
            inbox_settled=self._inbox_settled,
            outbox_settled=self._outbox_settled,
            counters=(*differences(self.context.district, self._iter_changed()), *self._corrections),
            search=(*self._terms, *self.context.terms.iter_search_terms(self.context.district, self._iter_changed())),
            request="" if self.request is None else self.request.stored,
        )

    def _get_record(self, kind: Kind[Any], id: str) -> Record | None:
        key = (kind.name, id)
        records = self._prefetched.records
        return records[key] if key in records else super()._get_record(kind, id)

    def require_stored(self, kind: str) -> None:
        """Check that the storage knows every change to records of a kind, before they are listed; a hook."""

    def _find_page(self, query: Find) -> RecordPage:
        self.require_stored(query.kind)
        read = next((page for asked, page in self._prefetched.pages if asked == query), None)
        return super()._find_page(query) if read is None else read

    def _read_person(self, kind: Kind[M], id: str) -> M | None:
        saved: tuple[Any, M] | None = self._saved.get((kind.name, id))
        return super()._read_person(kind, id) if saved is None else saved[1]

    def _note_read(self, record: Record, model: HasId) -> None:
        # What was read first counts: a change of somebody else's between two reads is a conflict, not overwritten.
        self._loaded.setdefault((record.kind, record.id), (record.version, model))
        self._stored_scopes.setdefault((record.kind, record.id), record.scope)
        self._stored_columns.setdefault((record.kind, record.id), record.columns)

    def _check_not_purged(self) -> None:
        """Check that no key is made anew for what this act has read, or what a record that is there was sealed by."""
        new = [scope for scope, key in self._keys.items() if key.new]
        had = self._stored_scopes.values()
        made = {str(Ref(*key)) for key in self._saved if not self._loaded.get(key, (0, None))[0]}
        if lost := [s for s in new if s in had or (s not in made and self.context.own_record(s))]:
            raise Purged(
                "{scope!r} was purged in the meantime: its data can't be sealed again with a new key.", scope=lost[0]
            )

    def stored_scope(self, kind: Kind[Any], id: str) -> str:
        """Return what sealed a record when this act read it, "" where it didn't."""
        return self._stored_scopes.get((kind.name, id), "")

    def _build_record(self, kind: Kind[Any], model: Any) -> Record:
        (version, _) = self._loaded.get((kind.name, model.id), (0, None))
        scope = kind.scope(model)
        record = Record(
            kind=kind.name,
            id=model.id,
            unit=self.context.district.counting_unit(kind.unit(model)),
            version=version + 1,
            schema=kind.schema,
            scope=scope,
            columns=kind.clear_columns(model, self.context.names),
            multi=kind.multi(model),
            body=b"",
        )
        return evolve(record, body=self._encrypt(scope, kind.encode(model), associated_data(record)))

    def _encrypt(self, scope: str, plain: bytes, bound_to: bytes) -> bytes:
        return self.context.encryptor.encrypt(self._keys[scope], plain, bound_to) if scope else plain

    def _iter_changed(self) -> Iterator[tuple[Kind[Any], Any, Any]]:
        """Yield kind, model and the model before of what was saved."""
        for key, (kind, model) in self._saved.items():
            yield kind, model, self._loaded.get(key, (0, None))[1]
