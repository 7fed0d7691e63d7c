"""Maintenance of a storage: checks, repairs, dump and load."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from attrs import frozen

from anninh_core.ports.storages.changes import NewKey, Record
from anninh_core.ports.storages.dumping import Row


@frozen(kw_only=True)
class Drift:
    """A month, or a year, of a counter that isn't the sum of its days; or a day of a set of units, of its units.

    Attributes:
        unit: the unit, or the name under which a backend keeps a set.
        month, day: from 1; 0 for the year, or month, as a whole.
        held: what it says.
        days: what it should say.
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
    """What an operator needs."""

    def check(self) -> Sequence[str]:
        """Return sentences about what is wrong; empty when all is well."""
        ...

    def kinds(self) -> Sequence[str]:
        """Return the kinds stored."""
        ...

    def scan(self, kind: str, batch: int = 500, after: str = "") -> Iterator[Record]:
        """Yield every record of a kind whose id comes after `after`, by id: rebuilds and samples."""
        ...

    def inconsistencies(self) -> Sequence[Drift]:
        """Return the stored sums of counters that are wrong; none when all is well."""
        ...

    def mend(self) -> Sequence[Drift]:
        """Correct each stored sum of the counters, in one transaction, and return those that were wrong."""
        ...

    def revision(self) -> str:
        """Return the name of the schema's revision, "" where there is nothing to revise."""
        ...

    def dump(self) -> Iterator[Row]:
        """Yield everything stored (see `ports.dumping`) as it stood at one moment, while others go on working.

        Rows are read as they are asked for, never all at once. Close the iterator, or read it to its end: an engine may
        hold a snapshot meanwhile.
        """
        ...

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty storage with a dump, durably, all of it or nothing.

        An error of `rows` comes out as it is; whatever interrupts the load, the storage is empty afterwards. Index and
        leases stay empty.

        Raises:
            WrongStep: the storage holds something already.
            BadInput: a row that no storage can take.
            StorageError: it couldn't be written.
        """
        ...


@runtime_checkable
class PutsBack(Protocol):
    """A maintenance that can put back a record that was damaged."""

    def put_back(self, record: Record, key: NewKey | None) -> None:
        """Store a record as it was, whatever is stored under its id, with what lists find it by.

        Nothing else changes: neither the journal, nor counters, nor the search index.

        Args:
            record: a copy of the version that was written last.
            key: the wrapped data key of its scope, where that was damaged too; None leaves the one that is there.
        """
        ...
