"""Maintenance of the in-memory storage, for operators."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from anninh_core.ports.storages.changes import GENESIS, NewKey, Record, chain_hash
from anninh_core.ports.storages.dumping import Row
from anninh_core.ports.storages.maintenance import Drift
from anninh_core.testing.memory.ports import counters
from anninh_core.testing.memory.ports.dumping import dump, load_tables
from anninh_core.testing.memory.tables import Tables


@frozen
class MemoryMaintenance:
    """Checks, scans, dumps and loads the in-memory storage."""

    _tables: Tables

    def check(self) -> Sequence[str]:
        """Return a sentence about each problem of the storage; empty if there are none."""
        with self._tables.lock:
            previous = GENESIS
            for line in self._tables.journal:
                if line.previous != previous or line.hash != chain_hash(previous, line.content):
                    return [f"journal line {line.seq} doesn't follow from the line before"]
                previous = line.hash
        return []

    def kinds(self) -> Sequence[str]:
        """Return the names of the stored kinds of records, sorted."""
        with self._tables.lock:
            return sorted(self._tables.specs)

    def scan(self, kind: str, batch: int = 500, after: str = "") -> Iterator[Record]:
        """Yield every record of a kind with an id after `after`, sorted by id."""
        with self._tables.lock:
            self._tables.spec(kind)
            records = sorted(self._tables.records[kind].items())
        for id, record in records:
            if id > after:
                yield record

    def inconsistencies(self) -> Sequence[Drift]:
        """Return the months of counters with a stored sum that differs from the sum of their days."""
        with self._tables.lock:
            return counters.find_inconsistencies(self._tables)

    def mend(self) -> Sequence[Drift]:
        """Set every month of the counters to the sum of its days; return the months that were changed."""
        with self._tables.lock:
            return counters.repair_months(self._tables)

    def revision(self) -> str:
        """Return "", as dictionaries have no schema revision."""
        return ""

    def dump(self) -> Iterator[Row]:
        """Yield everything that was stored when the first row was requested."""
        with self._tables.lock:
            rows = list(dump(self._tables))
        yield from rows

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty storage from a dump, completely or not at all."""
        loaded_rows = list(rows)
        with self._tables.lock:
            load_tables(self._tables, loaded_rows)

    def put_back(self, record: Record, key: NewKey | None) -> None:
        """Store a record without changing its version, and the key of its scope if `key` is given."""
        with self._tables.lock:
            self._tables.spec(record.kind)
            self._tables.records[record.kind][record.id] = record
            if key is not None:
                self._tables.keys[key.scope] = key
