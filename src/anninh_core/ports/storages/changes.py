"""What one use case hands to the storage: a change set, taken as a whole or not at all."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256

import msgspec
from attrs import evolve, field, frozen

from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.vocabulary.delivery import Lane

Scalar = str | int | float | bool | None


@frozen(kw_only=True)
class IndexSpec:
    """How records of a kind can be found. A filter or order outside it is refused.

    Attributes:
        kind: name of the kind; one table each in SQL storages.
        columns: single-valued column -> `str`, `int`, `float` or `bool`.
        multi: multi-valued text columns (assignees, conversations …).
        orders: named orders: name -> columns, a leading `-` meaning newest first; the id always breaks ties.
        filters: order -> combinations of columns that long lists in this order are filtered by, each worth an index of
            its own; `unit` may be among them (the owning unit, where there is no such column), and a multi column may
            stand alone. Whatever else is asked for is found too, by looking at more than the page. None declared: every
            text or truth value, alone, in the first order.
        sealed: False for public kinds, which are stored in clear.
    """

    kind: str
    columns: Mapping[str, type]
    multi: tuple[str, ...] = ()
    orders: Mapping[str, tuple[str, ...]] = field(factory=dict)
    filters: Mapping[str, tuple[tuple[str, ...], ...]] = field(factory=dict)
    sealed: bool = True


@frozen(kw_only=True)
class Record:
    """A stored thing. The storage never looks into `body`.

    Attributes:
        unit: owning unit, clear; never finer than the counting level (a commune).
        version: 1 for the first; each change adds one.
        schema: version of the body's shape, for upcasters.
        scope: the erasure scope whose data key sealed the body, or "" for public kinds.
    """

    kind: str
    id: str
    unit: str
    version: int
    schema: int
    body: bytes
    scope: str = ""
    columns: Mapping[str, Scalar] = field(factory=dict)
    multi: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen
class Guard:
    """Record `id` of `kind` must still be at `version` (0: must not exist)."""

    kind: str
    id: str
    version: int


@frozen
class NoneLeft:
    """No record of `kind` may match all of `where` (column or multi column -> value) once the change is applied."""

    kind: str
    where: Mapping[str, Scalar]


@frozen
class Touched:
    """A record named in a journal entry.

    Attributes:
        body_hash: SHA-256 of the body as it is stored; "" for public kinds in entries of earlier versions.
        columns_hash: of what is stored in clear next to the body, see `journal.entries.hash_columns`; "" in entries of
            earlier versions.
    """

    kind: str
    id: str
    version: int
    body_hash: str
    columns_hash: str = ""


@frozen
class Queued:
    """A row that an act put into the outbox, named in its journal entry.

    Attributes:
        row_hash: of what no later step changes in the row, see `journal.entries.hash_outbox_row`.
    """

    id: str
    row_hash: str


@frozen(kw_only=True)
class Entry:
    """A journal entry before it is chained.

    Attributes:
        actor: `person:<id>`, `resident:<pseudonym>`, `system:<name>`.
        action: `room.verb`.
        outcome: `done`, `refused` or `read`.
        events: names of what happened, for reactions.
        facts: small clear facts: reason codes, counts, ids; no personal data, no content.
        named: `kind:id` of records that the act is about without changing them: shown by a query, refused, destroyed by
            a purge; with `@version` where one was seen.
        queued: the rows that it put into the outbox.
    """

    id: str
    at: datetime
    actor: str
    action: str
    unit: str
    outcome: str = "done"
    events: tuple[str, ...] = ()
    touched: tuple[Touched, ...] = ()
    facts: Mapping[str, Scalar] = field(factory=dict)
    named: tuple[str, ...] = ()
    queued: tuple[Queued, ...] = ()


@frozen(kw_only=True)
class JournalLine:
    """A chained journal entry: `content` is the canonical JSON whose hash is chained."""

    seq: int
    previous: str
    hash: str
    content: bytes


GENESIS = "0" * 64

_REF = re.compile(r"[a-z_]{1,40}:\S{1,200}", re.ASCII)
UNINDEXED_KINDS = ("conversation", "identity")
_UNINDEXED = tuple(f"{kind}:" for kind in UNINDEXED_KINDS)
_NO_NAMES = b',"named":[]'  # entries of before there were names have none; in a string its quotes are escaped
_NONE_QUEUED = b',"queued":[]'  # likewise
_NO_COLUMNS = b',"columns_hash":""'  # likewise
_ENTRY = msgspec.json.Decoder(Entry)  # built once: msgspec 0.22 crashes if threads first inspect a class at once


def chain_hash(previous: str, content: bytes) -> str:
    """Return the hash of a journal line: SHA-256 over the previous hash and the entry's bytes."""
    return sha256(previous.encode() + content).hexdigest()


def entry_bytes(entry: Entry) -> bytes:
    """Return the canonical JSON of an entry: keys sorted, no spaces, UTF-8, its time in UTC.

    Without names, queued rows or a hash of columns it has no such key.
    """
    utc = entry if entry.at.tzinfo is UTC else evolve(entry, at=entry.at.astimezone(UTC))
    content = msgspec.json.encode(utc, order="sorted")
    if not entry.queued:
        content = content.replace(_NONE_QUEUED, b"", 1)
    if any(not record.columns_hash for record in entry.touched):
        content = content.replace(_NO_COLUMNS, b"")
    return content if entry.named else content.replace(_NO_NAMES, b"", 1)


def entry_from(content: bytes) -> Entry:
    """Return the entry whose canonical JSON a journal line holds; `DECODE_ERRORS` of the kernel for anything else."""
    return _ENTRY.decode(content)


def is_indexed_ref(text: str) -> bool:
    """Tell whether a journal finds entries by a text: it is `kind:id`, and the id isn't made from who somebody is."""
    return _REF.fullmatch(text) is not None and not text.startswith(_UNINDEXED)


def entry_refs(entry: Entry) -> tuple[str, ...]:
    """Return what an entry is found by: `kind:id` of all that it touched, named, or has among its facts."""
    found = {f"{touched.kind}:{touched.id}": None for touched in entry.touched}
    found |= dict.fromkeys([name.rpartition("@")[0] or name for name in entry.named])
    found |= dict.fromkeys([fact for fact in entry.facts.values() if isinstance(fact, str) and is_indexed_ref(fact)])
    return tuple([ref for ref in found if not ref.startswith(_UNINDEXED)])


@frozen(kw_only=True)
class Counter:
    """A difference to one counter.

    Attributes:
        day: the effective day in the district's time zone.
        dims: sorted `key=value` pairs joined by `;`, "" for none.
    """

    indicator: str
    unit: str
    day: date
    dims: str
    amount: int


@frozen(kw_only=True)
class SearchTerms:
    """Terms of a record for the storage's index; they replace earlier terms of the same record.

    Attributes:
        unit: the record's unit, as it stands in the record.
        at: what the newest are found by; in clear, so never finer than an hour.
        terms: opaque, in the order of the text and with repeats, as phrases are found by what stands side by side;
            each 1 to 40 of a-z and 0-9. None takes the record out of the index.
    """

    kind: str
    id: str
    unit: str
    at: datetime
    terms: tuple[str, ...]


@frozen(kw_only=True)
class NewKey:
    """A wrapped data key of an erasure scope.

    Attributes:
        replaces: "" makes the scope's first key, and conflicts where there is one already; a rewrap names the epoch it
            read, and conflicts where that key was rewrapped or destroyed meanwhile.
        blind_index: keyed hash by which the scope is found, "" for none. It conflicts where another scope has it, a
            rewrap doesn't change it, and it goes with the key.
    """

    scope: str
    epoch: str
    wrapped: bytes
    replaces: str = ""
    blind_index: str = ""


@frozen(kw_only=True)
class NewInbox:
    """An event from outside, raw and sealed.

    Attributes:
        source: messenger instance.
        dedupe: the same event delivered again has the same value.
        conversation: what must be processed in order, as far as it is known ("" if not).
    """

    id: str
    source: str
    dedupe: str
    conversation: str
    received_at: datetime
    scope: str
    body: bytes


@frozen(kw_only=True)
class NewOutbox:
    """An effect on the outside, sealed.

    Attributes:
        conversation: key of the recipient's address; rows of one conversation and lane leave in order.
        lane: how urgent it is.
        due_at: not before.
        after: outbox row that must be settled first, or "".
        cause: `kind:id` of the record it belongs to: the ledger is read by it.
        purpose: names the handler of its settlement, such as `tip.answer`.
    """

    id: str
    messenger: str
    conversation: str
    lane: Lane
    due_at: datetime
    cause: str
    purpose: str
    scope: str
    body: bytes
    after: str = ""


@frozen(kw_only=True)
class InboxSettled:
    """What became of an inbox row; applied only if the lease is still ours.

    Attributes:
        token: fencing token of the claim; None settles a row that `failed` (a person's decision).
        state: `done`, or `failed`: it goes to the failure desk. A failed row becomes `new`, to be processed once more
            as if it had just come, or `done`: nobody will.
        messenger: from which it came, for whoever counts; "" for a person's decision. A storage needs it for nothing.
        conversation: what a row that is `done` has in place of its conversation; every other row keeps its own.
    """

    id: str
    token: int | None
    state: InboxState = InboxState.DONE
    error: str = ""
    messenger: str = ""
    conversation: str = ""


@frozen(kw_only=True)
class OutboxSettled:
    """How sending ended; applied only if the lease is still ours.

    Attributes:
        token: fencing token of the claim; None settles a row that isn't claimed (a person's decision). A `delivered`
            row can only become `failed` so: the platform revoked its confirmation.
        state: `delivered`, `failed`, `needs_person`, `unknown`, `cancelled`, or `ready` to try again at `due_at`.
        seen: without a token, the row's own when it was looked at; None for any. A row that was sent again meanwhile is
            left alone: what was found out about it is of the send before.
        delivery_method, deferred_until: as the row has them from now on; see `OutboxRow`.
        messenger, lane: the row's, for whoever counts. A storage needs them for nothing.
        conversation: what a row that becomes `CLOSED` has in place of its conversation. Every other row keeps its own;
            one that was `delivered` gets it back.
    """

    id: str
    token: int | None
    state: OutboxState
    at: datetime
    seen: int | None = None
    due_at: datetime | None = None
    platform_id: str = ""
    proof: str = ""
    error: str = ""
    delivery_method: str = ""
    deferred_until: datetime | None = None
    messenger: str = ""
    lane: Lane = Lane.REPLY
    conversation: str = ""


@frozen(kw_only=True)
class ChangeSet:
    """Everything one use case changes. Applied whole, or not at all.

    Attributes:
        request: idempotency key; a second change set with the same key is a duplicate. "" for none.
        entry: exactly one journal entry for a command; None only for bare queue moves (intake, settlement).
        sealed_under: keys read before that seal something in it. It conflicts where one was destroyed or replaced
            meanwhile, as nobody could ever decrypt what it brings.
        counters: differences, already netted.
    """

    entry: Entry | None = None
    records: tuple[Record, ...] = ()
    guards: tuple[Guard | NoneLeft, ...] = ()
    keys: tuple[NewKey, ...] = ()
    sealed_under: tuple[NewKey, ...] = ()
    inbox: tuple[NewInbox, ...] = ()
    outbox: tuple[NewOutbox, ...] = ()
    inbox_settled: InboxSettled | None = None
    outbox_settled: OutboxSettled | None = None
    counters: tuple[Counter, ...] = ()
    search: tuple[SearchTerms, ...] = ()
    request: str = ""

    @property
    def is_trace(self) -> bool:
        """Whether it brings a journal entry and nothing else."""
        return self.entry is not None and self == ChangeSet(entry=self.entry)


class Outcome(Enum):
    """What became of a change set."""

    COMMITTED = "committed"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    LEASE_LOST = "lease lost"
