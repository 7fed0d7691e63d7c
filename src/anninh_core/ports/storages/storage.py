"""The storage port: a provider of small ports and one atomic `commit`.

Conformance rules are numbered in `anninh_core.testing.kits.storage.conformance` and in the documentation.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from attrs import field, frozen

from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.storages.changes import (
    ChangeSet,
    Counter,
    IndexSpec,
    JournalLine,
    NewKey,
    Outcome,
    Record,
    Scalar,
)
from anninh_core.ports.storages.maintenance import Maintenance
from anninh_core.ports.storages.queues import Queues
from anninh_core.ports.storages.searching import Hit
from anninh_core.vocabulary.capability import Capabilities


def _to_plain(value: Scalar | tuple[Scalar, ...]) -> Scalar | tuple[Scalar, ...]:
    if isinstance(value, tuple):
        return tuple(str(item) if isinstance(item, str) else item for item in value)
    return str(value) if isinstance(value, str) else value


def _to_plain_values(filters: Mapping[str, Scalar | tuple[Scalar, ...]]) -> Mapping[str, Scalar | tuple[Scalar, ...]]:
    """Return a filter with the members of enumerations replaced by their values, because storages compare plain
    values.
    """
    return {name: _to_plain(value) for name, value in filters.items()}


@frozen(kw_only=True)
class Find:
    """A query for a page of records of a kind, with filters and an order.

    Attributes:
        units: only records of these units; None for all.
        where: column -> value, or multi column -> value it must contain. A tuple value means "one of".
        excluding: multi column -> value that it must not contain; a tuple value means "none of".
        order: one of the spec's named orders.
        after: cursor of the previous page, "" for the first page; `query.encode_cursor` makes a cursor of any record.
        before: cursor at which the page ends, instead of `after`; the records are in the same order.
        limit: maximum number of records.
    """

    kind: str
    order: str
    units: Sequence[str] | None = None
    where: Mapping[str, Scalar | tuple[Scalar, ...]] = field(factory=dict, converter=_to_plain_values)
    excluding: Mapping[str, str | tuple[str, ...]] = field(factory=dict)
    after: str = ""
    before: str = ""
    limit: int = 50


@frozen
class RecordPage:
    """A page of records.

    Attributes:
        cursor: cursor of the next page; "" on the last page.
        keys: keys of the records' scopes in the key ring at the time of reading, by scope, without missing ones; None
            if the storage doesn't read them together, so that the key ring has to be queried.
        previous: `before` cursor of the previous page; "" on the first page.
    """

    records: tuple[Record, ...]
    cursor: str
    keys: Mapping[str, NewKey] | None = None
    previous: str = ""


class Records(Protocol):
    """Reads stored records, by id or as pages of an ordered list."""

    def get(self, kind: str, id: str) -> Record | None:
        """Return the newest version of a record, or None."""
        ...

    def get_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the newest versions of records by id, without missing ones, in one query."""
        ...

    def find(self, query: Find) -> RecordPage:
        """Return a page of records in the query's order.

        Raises:
            BadInput: a filter or order that isn't in the kind's `IndexSpec`, or a damaged cursor.
        """
        ...

    def count(self, query: Find, cap: int = 1000) -> int:
        """Return the number of records that match a query, at most `cap`; order, cursor and limit of the query are
        ignored.
        """
        ...


class Journal(Protocol):
    """The append-only, hash-chained audit log."""

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        """Return journal lines with `seq > after`, in order. Sequence numbers start at 1 and have no gaps."""
        ...

    def about(self, ref: str, after: int = 0, limit: int = 500, *, acts_only: bool = False) -> Sequence[JournalLine]:
        """Return journal lines with `seq > after`, in order, if their entries are indexed by `ref` (see
        `changes.entry_refs`).

        Args:
            ref: `kind:id`.
            after: number of the last line seen.
            limit: maximum number of lines.
            acts_only: leave out reads and refusals, which may number thousands for a record; their lines aren't read.
        """
        ...

    def head(self) -> tuple[int, str]:
        """Return the sequence number and the hash of the last journal line: `(0, GENESIS)` for an empty journal."""
        ...


class Counters(Protocol):
    """Sums of indicators by day, month and year."""

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Return the sums of counters over inclusive days: (indicator, unit, dims) -> amount, zero sums omitted."""
        ...

    def together(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str], int]:
        """Return the sums of counters over all units: (indicator, dims) -> amount; for a set passed to `gather` as fast
        as for one unit.
        """
        ...

    def gather(self, sets: Iterable[Collection[str]]) -> None:
        """Maintain the sums of counters for these sets of units, and no others, so that `together` is fast; adding sets
        blocks writers.
        """
        ...

    def replace(self, counters: Iterable[Counter]) -> None:
        """Replace all stored counters by these, as in a rebuild."""
        ...


class Search(Protocol):
    """Full-text index over terms that reveal no words."""

    def find(
        self, kind: str, query: TermQuery, units: Sequence[str] | None, limit: int, before: Hit | None = None
    ) -> Sequence[Hit]:
        """Return the newest records that match a search, at most `limit`: by `at`, then by id, both descending.

        Args:
            kind: kind of record.
            query: what the terms of a record must match; a phrase matches adjacent terms.
            units: only records of these units; None for all.
            limit: maximum number of hits.
            before: last hit of the previous page; pages follow each other without gap or repeat, even if many records
                have the same `at`.

        Raises:
            BadInput: a term is invalid in an index, or the limit is below 1.
        """
        ...


class KeyRing(Protocol):
    """The wrapped data keys of all erasure scopes."""

    def get(self, scope: str) -> NewKey | None:
        """Return the wrapped data key of a scope, or None if it was destroyed or never made."""
        ...

    def get_many(self, scopes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped data keys of some scopes by scope, without missing ones, in one query."""
        ...

    def find(self, blind_indexes: Collection[str]) -> Mapping[str, NewKey]:
        """Return wrapped data keys by their blind index, without missing ones, in one query."""
        ...

    def destroy(self, scope: str) -> bool:
        """Destroy the data key of a scope with its blind index. Return whether there was a key."""
        ...

    def wrapped_by(self, epoch: str, limit: int = 500) -> Sequence[NewKey]:
        """Return data keys that are still wrapped under an epoch, by scope; a rewrap still has to change them."""
        ...

    def wrapped_otherwise(self, epoch: str, limit: int = 500, after: str = "") -> Sequence[NewKey]:
        """Return the data keys that are wrapped under any other epoch than `epoch`, by scope, starting after the scope
        `after`.
        """
        ...


@frozen
class Lease:
    """A lease with a name, held until a deadline.

    Attributes:
        token: rises with every new holder; a write under an older token is refused.
    """

    name: str
    token: int
    until: datetime


class Leases(Protocol):
    """Named leases between processes, with fencing tokens."""

    def acquire(self, name: str, holder: str, now: datetime, ttl: timedelta) -> Lease | None:
        """Take or extend a lease; return None while another holder has it."""
        ...

    def release(self, lease: Lease) -> None:
        """Release a lease; a lease that was already lost stays as it is."""
        ...


@frozen
class StateValue:
    """A small encrypted value of an adapter's state, with its version."""

    version: int
    body: bytes


class States(Protocol):
    """Small named values with versions, such as an adapter's state or the cursor of a reaction."""

    def get(self, owner: str, name: str) -> StateValue | None:
        """Return the value of an owner with this name, or None."""
        ...

    def put(self, owner: str, name: str, body: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected` (0: absent) and the lease isn't lost; return whether it was
        stored.
        """
        ...


class Storage(Protocol):
    """A storage backend, which provides smaller ports and one atomic `commit`."""

    name: str

    @property
    def records(self) -> Records:
        """The port that reads stored records."""
        ...

    @property
    def journal(self) -> Journal:
        """The port of the audit log."""
        ...

    @property
    def queues(self) -> Queues:
        """The port of the inbox and the outbox."""
        ...

    @property
    def counters(self) -> Counters:
        """The port of the indicators' counters."""
        ...

    @property
    def search(self) -> Search:
        """The port of the full-text index."""
        ...

    @property
    def keyring(self) -> KeyRing:
        """The port of the wrapped data keys."""
        ...

    @property
    def leases(self) -> Leases:
        """The port of the named leases."""
        ...

    @property
    def states(self) -> States:
        """The port of the small named values."""
        ...

    @property
    def maintenance(self) -> Maintenance:
        """The port of the maintenance operations."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Capabilities of this backend."""
        ...

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Open or create the storage, upgrade it to the newest schema and register the kinds. It may be called
        repeatedly.

        Raises:
            NewerDatabase: written by a newer version.
            StorageError: can't be opened.
        """
        ...

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Apply change sets in one transaction, each as a whole or not at all.

        All are checked, the clean ones applied in a fixed order (keys, inbox, settlements, records by id, outbox,
        search, counters summed and sorted by key, journal head last). Later sets of the batch see earlier ones. Returns
        when everything applied is durable.

        Raises:
            StorageError: nothing of the batch was kept.
        """
        ...

    def try_write(self) -> None:
        """Test a durable write like that of an event from outside, without leaving readable or growing data.

        Called often, to decide whether events can be accepted.

        Raises:
            StorageFull: no room is left on the disk.
            StorageError: writing fails for another reason.
        """
        ...

    def requested(self, request: str) -> bool:
        """Return whether a change set with this request key was committed before."""
        ...

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Forget request keys whose entries were made before a moment, at most `limit`; return their number.

        A key of unknown time stays: it came without an entry, or before times were stored.
        """
        ...

    def close(self) -> None:
        """Release the storage's files and connections; it may be called repeatedly."""
        ...
