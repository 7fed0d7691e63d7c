"""What an operator needs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from anninh_core.ports.changes import GENESIS, Record, chain_hash
from anninh_core.ports.dumping import Row
from anninh_core.ports.maintenance import Drift
from anninh_storage.migrations import REVISIONS
from anninh_storage.sql import drifts
from anninh_storage.sql.database import Database
from anninh_storage.sql.dumping import dump, kinds_stored
from anninh_storage.sql.journal import SqlJournal
from anninh_storage.sql.loading import Loading
from anninh_storage.sql.records import Kinds

_LINES = 1000


class SqlMaintenance:
    """Checks, scans, dumps and loads.

    Args:
        database: the database.
        kinds: the kinds prepared.

    Attributes:
        snapshot: the statement after which a connection sees one moment only, until it rolls back.
    """

    snapshot: ClassVar[str]

    def __init__(self, database: Database, kinds: Kinds) -> None:
        self._held = database
        self._kinds = kinds

    def check(self) -> Sequence[str]:
        """Return sentences about what is wrong with the chain or the counters; empty when all is well."""
        with self._held.lagging() as connection:
            unequal = drifts.count_drifts(connection, self._held.dialect)
        found = self._broken_chain()
        if unequal:
            found.append(f"{unequal} counters differ between days, months and years; rebuild the counters")
        return found

    def kinds(self) -> Sequence[str]:
        """Return the kinds stored, sorted."""
        return sorted(self._kinds)

    def scan(self, kind: str, batch: int = 500, after: str = "") -> Iterator[Record]:
        """Yield every record of a kind after an id, by id; no transaction is held between batches."""
        of = self._kinds.of(kind)
        statement = f"SELECT {of.selected} FROM {of.table} t WHERE t.id > ? ORDER BY t.id LIMIT ?"
        while True:
            with self._held.reading() as connection:
                rows = connection.execute(statement, (after, batch)).fetchall()
            yield from map(of.record, rows)
            if len(rows) < batch:
                return
            after = rows[-1][0]

    def drifts(self) -> Sequence[Drift]:
        """Return the years (month 0), months and days of sets whose counters aren't the sums they should be."""
        with self._held.reading() as connection:
            return drifts.drifts(connection, self._held.dialect)

    def mend(self) -> Sequence[Drift]:
        """Make all sums what they should be; writers wait only where there is something to mend."""
        if not self.drifts():
            return []
        return self._held.change(lambda connection: drifts.mend(connection, self._held.dialect))

    def revision(self) -> str:
        """Return the name of the schema's revision: `prepare` has brought it to the newest."""
        return REVISIONS[-1]

    def dump(self) -> Iterator[Row]:
        """Yield everything stored as it stood at one moment, read page by page."""
        with self._held.reading() as connection:
            connection.execute(self.snapshot)
            try:
                yield from dump(connection, kinds_stored(connection, self._held, self._kinds))
            finally:
                connection.execute("ROLLBACK")

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty database with a dump, in one transaction."""
        self._held.change(Loading(self._held, self._kinds, rows))

    def _broken_chain(self) -> list[str]:
        """Report the first line that doesn't follow from the one before; later breaks tell nothing more."""
        journal = SqlJournal(self._held)
        expected, before = 1, GENESIS
        while lines := journal.read(expected - 1, _LINES):
            for line in lines:
                wanted = (expected, before, chain_hash(before, line.content))
                if (line.seq, line.previous, line.hash) != wanted:
                    where = f"journal line {line.seq} doesn't follow from line {expected - 1}"
                    return [f"{where}; compare with a signed checkpoint"]
                expected, before = line.seq + 1, line.hash
        return []
