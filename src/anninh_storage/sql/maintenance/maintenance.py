"""The maintenance port over a SQL database."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import ClassVar

from anninh_core.ports.storages.changes import GENESIS, NewKey, Record, chain_hash
from anninh_core.ports.storages.dumping import Row
from anninh_core.ports.storages.maintenance import Drift
from anninh_storage.migrations import REVISIONS
from anninh_storage.sql.counters import inconsistencies
from anninh_storage.sql.database import Connection, Database
from anninh_storage.sql.journal import SqlJournal
from anninh_storage.sql.keyring import UPSERT_KEY
from anninh_storage.sql.maintenance.dumping import dump, read_kinds
from anninh_storage.sql.maintenance.journal_index import find_wrong_refs
from anninh_storage.sql.maintenance.load_job import LoadJob
from anninh_storage.sql.maintenance.side_tables import find_wrong_side_rows
from anninh_storage.sql.records.kind_table import replace_side_rows
from anninh_storage.sql.records.records import KindTables

_PAGE_SIZE = 1000
_MAX_NAMED = 20


class SqlMaintenance:
    """Checks, scans, dumps and loads a SQL database.

    Attributes:
        snapshot: statement that makes a connection read a single snapshot, until it rolls back.
    """

    snapshot: ClassVar[str]

    def __init__(self, database: Database, kinds: KindTables) -> None:
        self._sql_database = database
        self._kinds = kinds

    def check(self) -> Sequence[str]:
        """Return one sentence for each problem in the chain, the counters or the index rows; empty if there is none."""
        with self._sql_database.replica_reader() as connection:
            wrong_counters = inconsistencies.count_inconsistencies(connection, self._sql_database.dialect)
        problems = self._find_broken_chain()
        problems += self._find_wrong_rows(has_whole_chain=not problems)
        if wrong_counters:
            problems.append(f"{wrong_counters} counters differ between days, months and years; rebuild the counters")
        return problems

    def kinds(self) -> Sequence[str]:
        """Return the names of the stored kinds of records, sorted."""
        return sorted(self._kinds)

    def scan(self, kind: str, batch: int = 500, after: str = "") -> Iterator[Record]:
        """Yield every record of a kind with an id after `after`, in the order of ids; no transaction is held between
        batches.
        """
        kind_table = self._kinds.require(kind)
        statement = f"SELECT {kind_table.select_columns} FROM {kind_table.table} t WHERE t.id > ? ORDER BY t.id LIMIT ?"
        while True:
            with self._sql_database.reader() as connection:
                rows = connection.execute(statement, (after, batch)).fetchall()
            yield from map(kind_table.record, rows)
            if len(rows) < batch:
                return
            after = rows[-1][0]

    def inconsistencies(self) -> Sequence[Drift]:
        """Return the wrong stored sums of years (month 0), of months, and of days of sets of units."""
        with self._sql_database.reader() as connection:
            return inconsistencies.find_inconsistencies(connection, self._sql_database.dialect)

    def mend(self) -> Sequence[Drift]:
        """Correct all wrong stored sums; other writers wait only if there is a sum to correct."""
        if not self.inconsistencies():
            return []
        return self._sql_database.change(
            lambda connection: inconsistencies.repair_sums(connection, self._sql_database.dialect)
        )

    def revision(self) -> str:
        """Return the name of the schema's revision: always the newest after `prepare`."""
        return REVISIONS[-1]

    def dump(self) -> Iterator[Row]:
        """Yield everything stored, as of one moment, read page by page."""
        with self._sql_database.reader() as connection:
            connection.execute(self.snapshot)
            try:
                yield from dump(connection, read_kinds(connection, self._sql_database, self._kinds))
            finally:
                connection.execute("ROLLBACK")

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty database with a dump, in one transaction."""
        self._sql_database.change(LoadJob(self._sql_database, self._kinds, rows))

    def put_back(self, record: Record, key: NewKey | None) -> None:
        """Store a record unchanged, and the key of its scope if given."""
        kind = self._kinds.require(record.kind)

        def store(connection: Connection) -> None:
            connection.execute(kind.upsert, kind.row(record))
            if kind.spec.multi:
                replace_side_rows(connection, kind, [record])
            if key is not None:
                connection.execute(UPSERT_KEY, (key.scope, key.epoch, key.wrapped, key.blind_index))

        self._sql_database.change(store)

    def _find_wrong_rows(self, *, has_whole_chain: bool) -> Iterator[str]:
        """Yield a sentence for each side-table row and journal reference that differs from the record or line it was
        made from.
        """
        with self._sql_database.reader() as connection:
            connection.execute(self.snapshot)
            try:
                wrong_names = (name for kind in self._kinds.values() for name in find_wrong_side_rows(connection, kind))
                for name in islice(wrong_names, _MAX_NAMED):
                    yield f"the rows beside {name} are not its own; a move by bundle makes them anew"
                if more := sum(1 for _ in wrong_names):
                    yield f"nor are the rows beside {more:,} more records"
                wrong_refs = find_wrong_refs(connection) if has_whole_chain else iter(())
                for ref in islice(wrong_refs, _MAX_NAMED):
                    yield f"the index of the journal isn't that of its lines: {ref}; a move by bundle makes it anew"
                if more := sum(1 for _ in wrong_refs):
                    yield f"nor is the index of the journal in {more:,} more places"
            finally:
                connection.execute("ROLLBACK")

    def _find_broken_chain(self) -> list[str]:
        """Return a sentence for the first journal line that doesn't follow from the one before; later breaks add no
        information.
        """
        journal = SqlJournal(self._sql_database)
        expected = 1
        previous_hash = GENESIS
        while lines := journal.read(expected - 1, _PAGE_SIZE):
            for line in lines:
                expected_line = (expected, previous_hash, chain_hash(previous_hash, line.content))
                if (line.seq, line.previous, line.hash) != expected_line:
                    problem = f"journal line {line.seq} doesn't follow from line {expected - 1}"
                    return [f"{problem}; compare with a signed checkpoint"]
                expected = line.seq + 1
                previous_hash = line.hash
        return []
