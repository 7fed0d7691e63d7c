"""The port for maintaining a storage: checks, repairs, dumps and loading of dumps."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from attrs import frozen

from anninh_core.ports.storages.changes import NewKey, Record
from anninh_core.ports.storages.dumping import Row


@frozen(kw_only=True)
class Drift:
    """A wrong stored sum of a counter: of a month or year that isn't the sum of its days, or of a set of units that
    isn't the sum of its units.

    Attributes:
        unit: the unit, or a backend's name for a set of units.
        month, day: from 1; 0 for the year, or month, as a whole.
        held: the stored sum.
        days: the correct sum.
    """

    indicator: str
    unit: str
    year: int
    month: int
    dims: str
    held: int
    days: int
    day: int = 0


class Maintenance(Protocol):
    """Maintenance operations for operators."""

    def check(self) -> Sequence[str]:
        """Return a sentence about each problem of the storage; empty if all is well."""
        ...

    def kinds(self) -> Sequence[str]:
        """Return the names of the kinds that have stored records."""
        ...

    def scan(self, kind: str, batch: int = 500, after: str = "") -> Iterator[Record]:
        """Yield every record of a kind with an id after `after`, in the order of ids; for rebuilds and samples."""
        ...

    def inconsistencies(self) -> Sequence[Drift]:
        """Return the wrong stored sums of counters; empty if all is well."""
        ...

    def mend(self) -> Sequence[Drift]:
        """Correct the stored sums of the counters in one transaction, and return the wrong ones."""
        ...

    def revision(self) -> str:
        """Return the revision of the storage's schema, or "" for storages without revisions."""
        ...

    def dump(self) -> Iterator[Row]:
        """Yield the storage's whole content (see `ports.dumping`) as of one moment, while others continue to write.

        Rows are read lazily. Close the iterator, or read it to its end: an engine may hold a snapshot meanwhile.
        """
        ...

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty storage with a dump, durably, all of it or nothing.

        An exception from `rows` is raised unchanged; if the load is interrupted, the storage is empty afterwards. Index
        and leases stay empty.

        Raises:
            WrongStep: the storage isn't empty.
            BadInput: a row is invalid for any storage.
            StorageError: writing failed.
        """
        ...


@runtime_checkable
class PutsBack(Protocol):
    """Maintenance that can restore a damaged record from a copy."""

    def put_back(self, record: Record, key: NewKey | None) -> None:
        """Restore a record and its columns from a copy, whatever is stored under its id.

        Nothing else changes: neither the journal, nor counters, nor the search index.

        Args:
            record: a copy of the latest version.
            key: the wrapped data key of its scope, if that was damaged too; None keeps the stored key.
        """
        ...
