"""The storage port: a provider of small ports and one atomic `commit`.

Conformance rules are numbered in `anninh_core.testing.kits.storage` and in the documentation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from attrs import field, frozen

from anninh_core.ports.changes import ChangeSet, Counter, IndexSpec, JournalLine, NewKey, Outcome, Record, Scalar
from anninh_core.ports.queues import Queues
from anninh_core.vocabulary.capability import Capabilities


@frozen(kw_only=True)
class Find:
    """A question to the records of one kind.

    Attributes:
        units: only records of these units; None for all.
        where: column -> value, or multi column -> value it must contain. A tuple value means "one of".
        order: one of the spec's named orders.
        after: cursor of the page before, "" for the first page.
        limit: at most this many records.
    """

    kind: str
    order: str
    units: Sequence[str] | None = None
    where: Mapping[str, Scalar | tuple[Scalar, ...]] = field(factory=dict)
    excluding: Mapping[str, str] = field(factory=dict)
    after: str = ""
    limit: int = 50


@frozen
class Page:
    """A page of records; `cursor` is "" on the last one."""

    records: tuple[Record, ...]
    cursor: str


class Records(Protocol):
    """Point reads and keyset lists."""

    def get(self, kind: str, id: str) -> Record | None:
        """Return the newest version of a record, or None."""
        ...

    def find(self, query: Find) -> Page:
        """Return a page in the query's order.

        Raises:
            BadInput: a filter or order that the kind's `IndexSpec` doesn't name, or a damaged cursor.
        """
        ...

    def count(self, query: Find, cap: int = 1000) -> int:
        """Count matches, at most `cap`; order, cursor and limit of the query are ignored."""
        ...


class Journal(Protocol):
    """The append-only, hash-chained trail."""

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        """Return lines with `seq > after`, in order. Sequence numbers start at 1 and have no gaps."""
        ...

    def head(self) -> tuple[int, str]:
        """Return the last sequence number and hash: `(0, GENESIS)` for an empty journal."""
        ...


class Counters(Protocol):
    """Day and month sums of indicators."""

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Sum amounts over inclusive days: (indicator, unit, dims) -> amount, zero sums left out."""
        ...

    def replace(self, counters: Iterable[Counter]) -> None:
        """Throw every counter away and store these instead (a rebuild)."""
        ...


class Search(Protocol):
    """Full-text index over opaque terms."""

    def find(
        self, kind: str, terms: Sequence[str], units: Sequence[str] | None, limit: int, before: datetime | None = None
    ) -> Sequence[str]:
        """Return ids of records that have all terms, newest first."""
        ...


class KeyRing(Protocol):
    """Wrapped data keys of erasure scopes."""

    def get(self, scope: str) -> NewKey | None:
        """Return the scope's wrapped key, or None once it is destroyed or was never made."""
        ...

    def destroy(self, scope: str) -> bool:
        """Destroy the scope's key. Returns whether there was one."""
        ...

    def wrapped_by(self, epoch: str, limit: int = 500) -> Sequence[NewKey]:
        """Return keys still wrapped under an epoch, by scope: what a rewrap has left to do."""
        ...


@frozen
class Lease:
    """A named right held for a while.

    Attributes:
        token: rises with every new holder; a write under an older token is refused.
    """

    name: str
    token: int
    until: datetime


class Leases(Protocol):
    """Named leases with fencing tokens."""

    def acquire(self, name: str, holder: str, now: datetime, ttl: timedelta) -> Lease | None:
        """Take or extend a lease; None while another holder has it."""
        ...

    def release(self, lease: Lease) -> None:
        """Give a lease back; a lease already lost is left alone."""
        ...


@frozen
class StateValue:
    """A small sealed value of an adapter."""

    version: int
    body: bytes


class States(Protocol):
    """Named values with versions: adapter state, reaction cursors."""

    def get(self, owner: str, name: str) -> StateValue | None:
        """Return a value, or None."""
        ...

    def put(self, owner: str, name: str, body: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected` (0: absent) and the lease is not lost."""
        ...


class Maintenance(Protocol):
    """What an operator needs."""

    def check(self) -> Sequence[str]:
        """Return sentences about what is wrong; empty when all is well."""
        ...

    def kinds(self) -> Sequence[str]:
        """Return the kinds stored."""
        ...

    def scan(self, kind: str, batch: int = 500) -> Iterator[Record]:
        """Yield every record of a kind, by id: rebuilds and recounts."""
        ...


class Storage(Protocol):
    """Everything a storage backend owes."""

    name: str

    @property
    def records(self) -> Records:
        """Point reads and keyset lists."""
        ...

    @property
    def journal(self) -> Journal:
        """The trail."""
        ...

    @property
    def queues(self) -> Queues:
        """Inbox and outbox."""
        ...

    @property
    def counters(self) -> Counters:
        """Sums of indicators."""
        ...

    @property
    def search(self) -> Search:
        """Full-text index."""
        ...

    @property
    def keyring(self) -> KeyRing:
        """Wrapped data keys."""
        ...

    @property
    def leases(self) -> Leases:
        """Named leases."""
        ...

    @property
    def states(self) -> States:
        """Small named values."""
        ...

    @property
    def maintenance(self) -> Maintenance:
        """What an operator needs."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this backend can do."""
        ...

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Open or create, bring to the newest schema and learn the kinds. Idempotent.

        Raises:
            NewerDatabase: written by a newer version.
            StorageError: can't be opened.
        """
        ...

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Apply change sets in one transaction, each whole or not at all.

        All are checked, the clean ones applied in a fixed order (keys, inbox, settlements, records by id, outbox,
        search, counters summed and sorted by key, journal head last). Later sets of the batch see earlier ones.
        Returns when everything applied is durable.

        Raises:
            StorageError: nothing of the batch was kept.
        """
        ...

    def requested(self, request: str) -> bool:
        """Tell whether a change set with this request key was committed before."""
        ...

    def close(self) -> None:
        """Release files and connections; idempotent."""
        ...
