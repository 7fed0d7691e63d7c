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


def _to_plain_values(where: Mapping[str, Scalar | tuple[Scalar, ...]]) -> Mapping[str, Scalar | tuple[Scalar, ...]]:
    """Return text without its enumeration: storages compare plain values."""
    return {name: _to_plain(value) for name, value in where.items()}


@frozen(kw_only=True)
class Find:
    """A question to the records of one kind.

    Attributes:
        units: only records of these units; None for all.
        where: column -> value, or multi column -> value it must contain. A tuple value means "one of".
        excluding: multi column -> value that it must not contain; a tuple value means "none of".
        order: one of the spec's named orders.
        after: cursor of the page before, "" for the first page; also what `query.encode_cursor` makes of any record.
        before: the cursor before which the page ends, in place of `after`; its records stand in the order too.
        limit: at most this many records.
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
        cursor: "" on the last page.
        keys: what the key ring held for the records' scopes when they were read, by scope, without those that weren't
            there; None where a storage doesn't read them together, so that the ring has to be asked.
        previous: the cursor before which the page before ends, "" on the first one.
    """

    records: tuple[Record, ...]
    cursor: str
    keys: Mapping[str, NewKey] | None = None
    previous: str = ""


class Records(Protocol):
    """Point reads and keyset lists."""

    def get(self, kind: str, id: str) -> Record | None:
        """Return the newest version of a record, or None."""
        ...

    def get_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the newest versions of records by id, without those that aren't there; the store is asked once."""
        ...

    def find(self, query: Find) -> RecordPage:
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

    def about(self, ref: str, after: int = 0, limit: int = 500, *, acts_only: bool = False) -> Sequence[JournalLine]:
        """Return lines with `seq > after`, in order, whose entries are found by `ref` (see `changes.entry_refs`).

        Args:
            ref: `kind:id`.
            after: number of the last line seen.
            limit: at most so many lines.
            acts_only: leave out looks and refusals, of which a record may have thousands; no line of them is read.
        """
        ...

    def head(self) -> tuple[int, str]:
        """Return the last sequence number and hash: `(0, GENESIS)` for an empty journal."""
        ...


class Counters(Protocol):
    """Sums of indicators by day, month and year."""

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Sum amounts over inclusive days: (indicator, unit, dims) -> amount, zero sums left out."""
        ...

    def together(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str], int]:
        """Sum the `total` of any units: (indicator, dims) -> amount; of a set that is gathered, as fast as of one."""
        ...

    def gather(self, sets: Iterable[Collection[str]]) -> None:
        """Keep the sums of these sets of units, and no others, for `together`; new ones let writers wait."""
        ...

    def replace(self, counters: Iterable[Counter]) -> None:
        """Throw every counter away and store these instead (a rebuild)."""
        ...


class Search(Protocol):
    """Full-text index over opaque terms."""

    def find(
        self, kind: str, query: TermQuery, units: Sequence[str] | None, limit: int, before: Hit | None = None
    ) -> Sequence[Hit]:
        """Return the newest hits, at most `limit`: by `at`, then by id, both descending.

        Args:
            kind: kind of record.
            query: what the terms of a record must match; a phrase is met by terms side by side.
            units: only records of these units; None for all.
            limit: at most this many.
            before: the last hit of the page before; pages follow each other without gap or repeat, also where many
                records have the same `at`.

        Raises:
            BadInput: a term that can't stand in an index, or a limit below 1.
        """
        ...


class KeyRing(Protocol):
    """Wrapped data keys of erasure scopes."""

    def get(self, scope: str) -> NewKey | None:
        """Return the scope's wrapped key, or None once it is destroyed or was never made."""
        ...

    def get_many(self, scopes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys by scope, without those that aren't there; the store is asked once."""
        ...

    def find(self, blind_indexes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys by their blind index, without those that aren't there; the store is asked once."""
        ...

    def destroy(self, scope: str) -> bool:
        """Destroy the scope's key, and its blind index with it. Returns whether there was one."""
        ...

    def wrapped_by(self, epoch: str, limit: int = 500) -> Sequence[NewKey]:
        """Return keys still wrapped under an epoch, by scope: what a rewrap has left to do."""
        ...

    def wrapped_otherwise(self, epoch: str, limit: int = 500, after: str = "") -> Sequence[NewKey]:
        """Return keys wrapped under any other epoch, by scope, those after a scope."""
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

    def try_write(self) -> None:
        """Write something durably as an event from outside would be, and keep nothing that grows by it or is read.

        It is asked often, by those who must know whether events can be taken in.

        Raises:
            StorageFull: no room is left on the disk.
            StorageError: it can't be written for another reason.
        """
        ...

    def requested(self, request: str) -> bool:
        """Tell whether a change set with this request key was committed before."""
        ...

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Forget request keys whose entries were made before a moment, at most `limit`; return how many.

        One whose time isn't known stays: it came without an entry, or from before times were kept.
        """
        ...

    def close(self) -> None:
        """Release files and connections; idempotent."""
        ...
