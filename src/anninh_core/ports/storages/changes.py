"""The change set that a use case passes to the storage: applied as a whole or not at all."""

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
    """Description of how records of a kind can be listed: their columns, orders and filters. Any other filter or order
    is refused.

    Attributes:
        kind: name of the kind; one table each in SQL storages.
        columns: single-valued column -> `str`, `int`, `float` or `bool`.
        multi: multi-valued text columns (assignees, conversations …).
        orders: named orders: name -> columns, a leading `-` meaning newest first; the id always breaks ties.
        filters: order -> combinations of columns that filter long lists in this order, each worth an index of its own;
            `unit` may be among them (the owning unit, if there is no such column), and a multi column may be alone.
            Other filters work too, but read more than the page. If none is declared: every text or truth value, alone,
            in the first order.
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
    """A stored record. The storage never reads `body`.

    Attributes:
        unit: owning unit, clear; never finer than the counting level (a commune).
        version: 1 for the first; each change adds one.
        schema: version of the body's schema, for upcasters.
        scope: the erasure scope whose data key encrypts the body, or "" for public kinds.
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
    """Condition of a change set: the record `id` of `kind` must still have `version` (0: it must not exist)."""

    kind: str
    id: str
    version: int


@frozen
class NoneLeft:
    """Condition of a change set: once it is applied, no record of `kind` may match all of `where` (column or multi
    column -> value).
    """

    kind: str
    where: Mapping[str, Scalar]


@frozen
class Touched:
    """A version of a record that a journal entry names as written.

    Attributes:
        body_hash: SHA-256 of the stored body; "" for public kinds in entries of earlier versions.
        columns_hash: hash of the data stored in clear next to the body, see `journal.entries.hash_columns`; "" in
            entries of earlier versions.
    """

    kind: str
    id: str
    version: int
    body_hash: str
    columns_hash: str = ""


@frozen
class Queued:
    """An outbox row made by a command, named in its journal entry.

    Attributes:
        row_hash: hash of the row's constant fields, see `journal.entries.hash_outbox_row`.
    """

    id: str
    row_hash: str


@frozen(kw_only=True)
class Entry:
    """A journal entry before it is added to the hash chain.

    Attributes:
        actor: `person:<id>`, `resident:<pseudonym>`, `system:<name>`.
        action: `room.verb`.
        outcome: `done`, `refused` or `read`.
        events: names of the events, for reactions.
        facts: small clear facts: reason codes, counts, ids; no personal data, no content.
        named: `kind:id` of records that the entry concerns without changing them: shown by a query, refused, destroyed
            by a purge; with `@version` if one was seen.
        queued: the outbox rows that were made.
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
    """A journal entry in the hash chain: `content` is the canonical JSON that the chain covers."""

    seq: int
    previous: str
    hash: str
    content: bytes


GENESIS = "0" * 64

_REF = re.compile(r"[a-z_]{1,40}:\S{1,200}", re.ASCII)
UNINDEXED_KINDS = ("conversation", "identity")
_UNINDEXED = tuple(f"{kind}:" for kind in UNINDEXED_KINDS)
# Entries from before names existed lack this key; inside a string the quotes would be escaped.
_NO_NAMES = b',"named":[]'
_NONE_QUEUED = b',"queued":[]'  # Entries of earlier versions lack the key of queued outbox rows, too.
_NO_COLUMNS = b',"columns_hash":""'  # Entries of earlier versions lack the key of the columns' hash, too.
# The decoder is built only once: msgspec 0.22 crashes if several threads inspect a class at once.
_ENTRY = msgspec.json.Decoder(Entry)


def chain_hash(previous: str, content: bytes) -> str:
    """Return the hash of a journal line: SHA-256 over the previous hash and the entry's bytes."""
    return sha256(previous.encode() + content).hexdigest()


def entry_bytes(entry: Entry) -> bytes:
    """Return the canonical JSON of an entry: keys sorted, no spaces, UTF-8, its time in UTC.

    The keys for names, queued rows and hashes of columns are omitted if empty.
    """
    utc = entry if entry.at.tzinfo is UTC else evolve(entry, at=entry.at.astimezone(UTC))
    content = msgspec.json.encode(utc, order="sorted")
    if not entry.queued:
        content = content.replace(_NONE_QUEUED, b"", 1)
    if any(not record.columns_hash for record in entry.touched):
        content = content.replace(_NO_COLUMNS, b"")
    return content if entry.named else content.replace(_NO_NAMES, b"", 1)


def entry_from(content: bytes) -> Entry:
    """Parse the entry from the canonical JSON of a journal line.

    Raises:
        DECODE_ERRORS: (of the kernel) the content is invalid.
    """
    return _ENTRY.decode(content)


def is_indexed_ref(text: str) -> bool:
    """Return whether the journal indexes a text: it is `kind:id`, and the id isn't derived from a person's identity."""
    return _REF.fullmatch(text) is not None and not text.startswith(_UNINDEXED)


def entry_refs(entry: Entry) -> tuple[str, ...]:
    """Return the references under which the journal indexes an entry: `kind:id` of all records that it touched, named,
    or has among its facts.
    """
    refs = {f"{touched.kind}:{touched.id}": None for touched in entry.touched}
    refs |= dict.fromkeys([name.rpartition("@")[0] or name for name in entry.named])
    refs |= dict.fromkeys([fact for fact in entry.facts.values() if isinstance(fact, str) and is_indexed_ref(fact)])
    return tuple([ref for ref in refs if not ref.startswith(_UNINDEXED)])


@frozen(kw_only=True)
class Counter:
    """A change of a counter of an indicator.

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
        unit: the record's unit, as in the record.
        at: time for the order of results; in clear, so never finer than an hour.
        terms: opaque, in the order of the text and with repeats, as phrases are found by adjacent terms; each 1 to 40
            of a-z and 0-9. Without terms the record is removed from the index.
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
        replaces: "" makes the scope's first key, and conflicts if there is one already; a rewrap names the epoch it
            read, and conflicts if that key was rewrapped or destroyed meanwhile.
        blind_index: keyed hash for finding the scope, "" for none. It conflicts if another scope has it, a rewrap
            doesn't change it, and it is deleted with the key.
    """

    scope: str
    epoch: str
    wrapped: bytes
    replaces: str = ""
    blind_index: str = ""


@frozen(kw_only=True)
class NewInbox:
    """A new encrypted event from outside, as received.

    Attributes:
        source: messenger instance.
        dedupe: the same event delivered again has the same value.
        conversation: conversation within which events are processed in order ("" if unknown).
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
    """A new outbox row, encrypted: an outgoing effect, such as a message.

    Attributes:
        conversation: key of the recipient's address; rows of one conversation and lane leave in order.
        lane: urgency of the row.
        due_at: earliest time of sending.
        after: outbox row that must be settled first, or "".
        cause: `kind:id` of the record it belongs to; the ledger is queried by it.
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
    """Settlement of an inbox row; it is applied only if the claiming worker still has the lease.

    Attributes:
        token: fencing token of the claim; None settles a row that `failed` (a person's decision).
        state: `done`, or `failed`: it goes to the failure desk. A failed row becomes `new`, to be processed once more
            like a new event, or `done`: it won't be processed.
        messenger: source of the event, for metrics; "" for a person's decision. Storages ignore it.
        conversation: replacement for the conversation of a row that is `done`; every other row keeps its own.
    """

    id: str
    token: int | None
    state: InboxState = InboxState.DONE
    error: str = ""
    messenger: str = ""
    conversation: str = ""


@frozen(kw_only=True)
class OutboxSettled:
    """Settlement of an outbox row; it is applied only if the claiming worker still has the lease.

    Attributes:
        token: fencing token of the claim; None settles a row that isn't claimed (a person's decision). A `delivered`
            row can only become `failed` so: the platform revoked its confirmation.
        state: `delivered`, `failed`, `needs_person`, `unknown`, `cancelled`, or `ready` to try again at `due_at`.
        seen: without a token, the row's own token when it was read; None for any. If the row was sent again meanwhile,
            it is left alone: the settlement concerns the send before.
        delivery_method, deferred_until: new values of the row; see `OutboxRow`.
        messenger, lane: values of the row, for metrics. Storages ignore them.
        conversation: replacement for the conversation of a row that becomes `CLOSED`. Every other row keeps its own; a
            row that was `delivered` gets it back.
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
    """All changes of one use case. Applied as a whole, or not at all.

    Attributes:
        request: idempotency key; a second change set with the same key is a duplicate. "" for none.
        entry: exactly one journal entry for a command; None only for bare queue moves (intake, settlement).
        sealed_under: existing keys that encrypt content of this change set. It conflicts if one was destroyed or
            replaced meanwhile, as the content could never be decrypted.
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
        """Whether the change set has a journal entry and nothing else."""
        return self.entry is not None and self == ChangeSet(entry=self.entry)


class Outcome(Enum):
    """Result of applying a change set."""

    COMMITTED = "committed"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    LEASE_LOST = "lease lost"
