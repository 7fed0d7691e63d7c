"""The unit of work of a command: its records, messages to send, decisions, counters, and exactly one journal entry."""

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
from anninh_core.usecase.encryption.encryptor import DataKey, build_associated_data
from anninh_core.usecase.journal.entries import build_queued, touched_by
from anninh_core.usecase.keyed_hashes.blind_index import find_id, iter_indexed_keys
from anninh_core.usecase.kinds import HasId, Kind, M, compute_counter_changes
from anninh_core.usecase.outbox_message import OutboxAction, OutboxMessage, PendingRow
from anninh_core.usecase.permissions.permits import Permits, UseCaseKind
from anninh_core.usecase.preconditions.request_keys import RequestKey, request_key
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment


class UnitOfWork(ReadSession):
    """The session of a command. Nothing is stored or sent before the whole command is committed."""

    _includable_kinds = frozenset({UseCaseKind.QUERY, UseCaseKind.COMMAND})

    def __init__(
        self, context: UseCaseContext, permits: Permits, actor: Actor, action: str, ahead: Prefetched | None = None
    ) -> None:
        super().__init__(context, permits, actor, action)
        # Lists on which a change depends must be complete; callers that can do without damaged records state it.
        self.lists_all = True
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
        """Return a model as this act sees it: as the act saved it or first read it, otherwise as it is stored.

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
        """Return the id of the record that is found by a text (see `Kind.found_by`), as this act sees it, or "" if
        there is none.
        """
        key = (kind.name, text)
        if not self._found_ids.get(key):
            saved = (m.id for k, m in self._saved.values() if k.name == kind.name and k.found_by(m) == text)
            id = next(saved, "")
            if not id and key not in self._found_ids:
                prefetched_id = self._prefetched.ids.get(key)
                id = (
                    find_id(self.context.keys, self.context.storage.keyring, kind, text)
                    if prefetched_id is None
                    else prefetched_id
                )
            self._found_ids[key] = id
        return self._found_ids[key]

    def save(self, kind: Kind[M], model: M) -> M:
        """Put a new or changed model into the change set and return it.

        On commit, a model that this act loaded must still have that version; a model that it never loaded must not
        exist yet.
        """
        model = kind.number(model, self._loaded.get((kind.name, model.id), (0, None))[0] + 1)
        self._saved[kind.name, model.id] = (kind, model)
        return model

    def add_cases_to_people(self) -> None:
        """Add each case to the records of all people whom the case's saved record names; purged people are left out.

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
        """Yield each person, and the place, that a saved record names but its stored version doesn't."""
        for key, (kind, model) in self._saved.items():
            stored = self._stored_columns.get(key, {})
            columns = kind.columns(model) if kind.person_columns else {}
            for name, column in kind.person_columns.items():
                person = str(columns[name])
                place = column.place(model)
                if person and place and stored.get(name) != self.context.names.mark(person, place):
                    yield person, place

    def blank_record(self, kind: Kind[Any], record: Record) -> None:
        """Empty the columns that name people in a record that was purged and so can't be rewritten."""
        blank = dict.fromkeys(kind.named_columns, "")
        version = record.version + 1
        self._blanked[record.kind, record.id] = evolve(record, version=version, columns={**record.columns, **blank})

    def guard_version(self, kind: Kind[M], model: M) -> None:
        """Make the commit fail if a model that this act only read changes meanwhile.

        A model that this act created needs no guard: the commit fails if it exists already.
        """
        key = (kind.name, model.id)
        if key in self._loaded or key not in self._saved:
            self._guards.append(Guard(kind.name, model.id, self._loaded[key][0]))

    def guard_absent(self, kind: Kind[Any], conditions: Mapping[str, Scalar]) -> None:
        """Make the commit fail if any record that matches `conditions` exists after it."""
        self._guards.append(NoneLeft(kind.name, conditions))

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
            to: conversation id; the address stays in the vault until the message is sent.
            text: complete text; sent as NFC and without hidden characters (`kernel.hidden`), unlike records.
            purpose: names the wording and the handler of its settlement.
            cause: `kind:id` of the record it belongs to.
            scope: erasure scope that encrypts it.
            reply_to: platform id of the message it answers.
            after: outbox row that must be settled first.
            due_at: earliest time of sending.
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
        """Put an action that isn't a message into the outbox (see `OutboxMessage`) and return its row's id."""
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

    def get_data_key(self, scope: str) -> DataKey:
        """Return the data key of a scope, for data outside the records, such as a file; a new key is committed with the
        act.
        """
        if scope not in self._keys:
            self._keys[scope] = self.context.encryptor.get_key(scope)
        return self._keys[scope]

    def add_inbox_row(self, row: NewInbox) -> None:
        """Put an event that a person brought in into the inbox, in the same commit as this act's journal entry."""
        self._inbox.append(row)

    def remove_from_index(self, records: Iterable[Record]) -> None:
        """Remove records that can no longer be decrypted from the search index."""
        self._terms += (
            SearchTerms(kind=record.kind, id=record.id, unit=record.unit, at=self.at, terms=()) for record in records
        )

    def index(self, kind: Kind[M], model: M) -> None:
        """Put the search terms of a model into the index if there is one, even if the terms are unchanged."""
        if terms := self.context.terms.build_search_terms(self.context.district, kind, model):
            self._terms.append(terms)

    def adjust_counters(self, *differences: Counter) -> None:
        """Correct counters by the given differences; any other change of counters follows from changed records."""
        self._corrections += differences

    def guard_request(self, request: str) -> None:
        """Set the request key after the act has begun, for any actor: the commit fails if another act was committed
        under the key.
        """
        self.request = RequestKey(request, request)

    def drop_request(self) -> None:
        """Commit without storing the request key: this commit doesn't complete the request, which may be repeated."""
        self.request = None

    def record_every_refusal(self) -> None:
        """Also journal the refusals of a person's request that are caused by a record's state, a legal hold or an
        argument.

        Missing permission is always journaled. The program's own rounds retry until they succeed, and leave no such
        entry.
        """
        self._records_every_refusal = self.actor.kind is ActorKind.PERSON

    def is_recorded(self, refusal: AnninhError) -> bool:
        """Return whether a refusal of this act leaves a journal entry."""
        return isinstance(refusal, Refused) or (self._records_every_refusal and isinstance(refusal, BadInput))

    def add_event(self, name: str) -> None:
        """Add the name of an event to the journal entry, for reactions and listeners."""
        self._events.append(name)

    def decide(self, subject: str, *, rule: str, reason: str, text: str, evidence: str = "") -> Decision:
        """Record a decision about a person, and return it.

        Raises:
            Refused: the actor is a part of the program. Only a person decides.
            BadInput: `reason` isn't a code.
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
        """Settle the outbox row whose sending this act records."""
        self._outbox_settled = settled

    @contextmanager
    def acting_as(self, part: Actor) -> Iterator[None]:
        """Run the consequences of this act as a part of the program inside a `with` block; the journal entry keeps the
        original actor.
        """
        original_actor = self.actor
        self.actor: Actor = part
        try:
            yield
        finally:
            self.actor = original_actor

    @property
    def is_empty(self) -> bool:
        """Whether the commit would change nothing."""
        queues = self._outbox or self._inbox or self._inbox_settled or self._outbox_settled
        return not (self._saved or self._blanked or self._events or self._terms or self._corrections or queues)

    @property
    def leaves_no_entry(self) -> bool:
        """Whether the act leaves no journal entry, as it is a periodic check by the system that changed nothing."""
        return self.actor.kind is ActorKind.SYSTEM and self.is_empty

    @property
    def scopes(self) -> frozenset[str]:
        """The erasure scopes whose keys `build_change_set` needs."""
        saved = (kind.scope(model) for kind, model in self._saved.values())
        return frozenset((*saved, *(row.scope for row in self._outbox), *self._keys)) - {""}

    def build_change_set(self, stored: Mapping[str, NewKey] | None = None) -> ChangeSet:
        """Return the change set, encrypted, with its one journal entry.

        Args:
            stored: wrapped keys of `scopes` and others, just read from the key ring.
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
            queued=tuple(build_queued(row, self.context.names) for row in outbox),
        )
        return ChangeSet(
            entry=entry,
            records=tuple(sorted(records, key=lambda record: (record.kind, record.id))),
            guards=(*self._guards, *self.seen.build_guards()),
            keys=tuple(iter_indexed_keys(self.context.keys, self._keys, self._saved.values())),
            sealed_under=tuple(stored[scope] for scope in scopes if scope in stored),
            inbox=tuple(self._inbox),
            outbox=outbox,
            inbox_settled=self._inbox_settled,
            outbox_settled=self._outbox_settled,
            counters=(*compute_counter_changes(self.context.district, self._iter_changed()), *self._corrections),
            search=(*self._terms, *self.context.terms.iter_search_terms(self.context.district, self._iter_changed())),
            request="" if self.request is None else self.request.stored,
        )

    def _get_record(self, kind: Kind[Any], id: str) -> Record | None:
        key = (kind.name, id)
        records = self._prefetched.records
        return records[key] if key in records else super()._get_record(kind, id)

    def require_stored(self, kind: str) -> None:
        """Do nothing. A composition overrides this to refuse listing records of a kind whose changes aren't stored
        yet.
        """

    def _find_page(self, query: Find) -> RecordPage:
        self.require_stored(query.kind)
        read = next((page for prefetched_query, page in self._prefetched.pages if prefetched_query == query), None)
        return super()._find_page(query) if read is None else read

    def _read_person(self, kind: Kind[M], id: str) -> M | None:
        saved: tuple[Any, M] | None = self._saved.get((kind.name, id))
        return super()._read_person(kind, id) if saved is None else saved[1]

    def _note_read(self, record: Record, model: HasId) -> None:
        # The first read counts, so that a concurrent change between two reads is a conflict and isn't overwritten.
        self._loaded.setdefault((record.kind, record.id), (record.version, model))
        self._stored_scopes.setdefault((record.kind, record.id), record.scope)
        self._stored_columns.setdefault((record.kind, record.id), record.columns)

    def _check_not_purged(self) -> None:
        """Check that the act creates no key for records that it read, or for the scope of an existing record: these
        were purged meanwhile.
        """
        new = [scope for scope, key in self._keys.items() if key.new]
        stored_scopes = self._stored_scopes.values()
        new_ids = {str(Ref(*key)) for key in self._saved if not self._loaded.get(key, (0, None))[0]}
        if lost := [s for s in new if s in stored_scopes or (s not in new_ids and self.context.find_own_record(s))]:
            raise Purged(
                "{scope!r} was purged in the meantime: its data can't be sealed again with a new key.", scope=lost[0]
            )

    def get_stored_scope(self, kind: Kind[Any], id: str) -> str:
        """Return the erasure scope that a record had when this act read it, or "" if it wasn't read."""
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
        return evolve(record, body=self._encrypt(scope, kind.encode(model), build_associated_data(record)))

    def _encrypt(self, scope: str, plain: bytes, bound_to: bytes) -> bytes:
        return self.context.encryptor.encrypt(self._keys[scope], plain, bound_to) if scope else plain

    def _iter_changed(self) -> Iterator[tuple[Kind[Any], Any, Any]]:
        """Yield the kind, the new model and the previous model of each saved record."""
        for key, (kind, model) in self._saved.items():
            yield kind, model, self._loaded.get(key, (0, None))[1]
