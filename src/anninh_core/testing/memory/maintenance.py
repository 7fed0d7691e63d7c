"""What an operator needs."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from anninh_core.ports.changes import GENESIS, Record, chain_hash
from anninh_core.testing.memory.tables import Tables


@frozen
class MemoryMaintenance:
    """Checks and scans."""

    _tables: Tables

    def check(self) -> Sequence[str]:
        """Return sentences about what is wrong; empty when all is well."""
        with self._tables.lock:
            previous = GENESIS
            for line in self._tables.journal:
                if line.previous != previous or line.hash != chain_hash(previous, line.content):
                    return [f"journal line {line.seq} doesn't follow from the line before"]
                previous = line.hash
        return []

    def kinds(self) -> Sequence[str]:
        """Return the kinds stored, sorted."""
        with self._tables.lock:
            return sorted(self._tables.specs)

    def scan(self, kind: str, batch: int = 500) -> Iterator[Record]:
        """Yield every record of a kind, by id."""
        with self._tables.lock:
            self._tables.spec(kind)
            records = sorted(self._tables.records[kind].items())
        for _, record in records:
            yield record
