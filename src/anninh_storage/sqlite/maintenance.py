"""What an operator needs of a file."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from anninh_core.ports.storages.dumping import Row
from anninh_storage.sql.maintenance.maintenance import SqlMaintenance
from anninh_storage.sql.records.records import KindTables
from anninh_storage.sqlite.database import SqliteDatabase


class SqliteMaintenance(SqlMaintenance):
    """Checks, scans, dumps and loads."""

    snapshot: ClassVar[str] = "BEGIN"

    def __init__(self, database: SqliteDatabase, kinds: KindTables) -> None:
        super().__init__(database, kinds)
        self._database = database

    def check(self) -> Sequence[str]:
        """Return sentences about what is wrong with the file, the chain or the counters; empty when all is well."""
        with self._database.fresh_reader() as connection:
            damage = [str(row[0]) for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
        return [*damage, *super().check()]

    def dump(self) -> Iterator[Row]:
        """Yield everything stored as it stood at one moment, read page by page."""
        yield from super().dump()
        # The snapshot kept the log from being emptied, and a key destroyed meanwhile stands in it.
        self._sql_database.scrub()
