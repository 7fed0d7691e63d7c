"""The SQLite storage, which implements the whole storage port on one file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.dumping import Row
from anninh_core.ports.storages.proving import ByteSearch
from anninh_core.ports.storages.upgrading import Upgrade
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_storage.sql.maintenance.maintenance import SqlMaintenance
from anninh_storage.sql.records.records import KindTables
from anninh_storage.sql.storage import SqlStorage
from anninh_storage.sqlite.byte_search import find_bytes
from anninh_storage.sqlite.connection import check_platform, create_private_file, get_path_from_url, translate_errors
from anninh_storage.sqlite.database import SqliteDatabase
from anninh_storage.sqlite.migrate import find_pending_upgrade, migrate
from anninh_storage.sqlite.search import SqliteSearch


class SqliteStorage(SqlStorage):
    """A storage in one file, used by many threads and several processes of one machine.

    Args:
        url: `sqlite:///relative/file.db` or `sqlite:////absolute/file.db`.

    Raises:
        BadInput: the URL names no file.
    """

    name = "sqlite"

    def __init__(self, url: str) -> None:
        self._database = SqliteDatabase(get_path_from_url(url))
        self._index = SqliteSearch(self._database)
        super().__init__(self._database, self._index)
        self.maintenance = SqliteMaintenance(self._database, self._kinds)

    @property
    def capabilities(self) -> Capabilities:
        """The abilities of SQLite as a storage."""
        return Capabilities(
            self.name,
            {
                "durable": Ability(Support.FULL),
                "threads": Ability(Support.FULL),
                "processes": Ability(Support.FULL, "of one machine"),
                "machines": Ability(Support.IMPOSSIBLE, "a file's locks don't hold over a network"),
            },
        )

    def find_bytes(self, needles: Mapping[str, bytes]) -> ByteSearch:
        """Overwrite deleted content where the engine allows it, and search the remaining bytes for `needles`."""
        return find_bytes(self._database, needles)

    def pending(self, specs: Sequence[IndexSpec]) -> Upgrade:
        """Return the changes that `prepare` would make to the stored data, without making them."""
        return find_pending_upgrade(self._database, specs)

    def _open(self) -> None:
        path = self._database.path
        check_platform(path)
        with translate_errors(path):
            create_private_file(path)
            migrate(path)
        self._database.open()
        self._index.open()


class SqliteMaintenance(SqlMaintenance):
    """Checks, scans, dumps and loads a SQLite database."""

    snapshot: ClassVar[str] = "BEGIN"

    def __init__(self, database: SqliteDatabase, kinds: KindTables) -> None:
        super().__init__(database, kinds)
        self._database = database

    def check(self) -> Sequence[str]:
        """Return one sentence for each problem in the file, the chain or the counters; empty if there is none."""
        with self._database.fresh_reader() as connection:
            damage = [str(row[0]) for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
        return [*damage, *super().check()]

    def dump(self) -> Iterator[Row]:
        """Yield everything stored, as of one moment, read page by page."""
        yield from super().dump()
        # The dump's snapshot kept the log from being emptied, so that the log may still hold a key destroyed meanwhile.
        self._sql_database.scrub()
