"""The PostgreSQL storage, which implements the whole storage port on one database."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.proving import ByteSearch
from anninh_core.ports.storages.upgrading import Upgrade
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_storage.postgres.byte_search import find_bytes
from anninh_storage.postgres.connection import complete_url
from anninh_storage.postgres.database import PostgresDatabase
from anninh_storage.postgres.migrate import find_pending_upgrade, migrate
from anninh_storage.postgres.search import PostgresSearch
from anninh_storage.sql.maintenance.maintenance import SqlMaintenance
from anninh_storage.sql.storage import SqlStorage


class PostgresStorage(SqlStorage):
    """One database, or one schema in a database, shared by the processes of many machines.

    Args:
        url: `postgresql://user@host/database`, as libpq takes it: several hosts, a service or a schema
            (`?options=-csearch_path%3Dhoa_lu`) may be named. The password is better kept in `~/.pgpass`.

    Raises:
        BadInput: not a PostgreSQL URL.
        MissingExtra: the driver isn't installed.
    """

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self._database = PostgresDatabase(complete_url(url))
        super().__init__(self._database, PostgresSearch(self._database))
        self.maintenance = PostgresMaintenance(self._database, self._kinds)

    @property
    def capabilities(self) -> Capabilities:
        """The abilities of PostgreSQL as a storage."""
        return Capabilities(
            self.name,
            {
                "durable": Ability(Support.FULL),
                "threads": Ability(Support.FULL),
                "processes": Ability(Support.FULL),
                "machines": Ability(Support.FULL),
            },
        )

    def find_bytes(self, needles: Mapping[str, bytes]) -> ByteSearch:
        """Vacuum the tables to remove deleted content, and search the remaining bytes for `needles`."""
        return find_bytes(self._database, needles)

    def pending(self, specs: Sequence[IndexSpec]) -> Upgrade:
        """Return the changes that `prepare` would make to the stored data, without making them."""
        return find_pending_upgrade(self._database, specs)

    def _open(self) -> None:
        migrate(self._database.conninfo)
        self._database.open()


class PostgresMaintenance(SqlMaintenance):
    """Checks, scans, dumps and loads a PostgreSQL database."""

    snapshot: ClassVar[str] = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
