"""The storage port over a database of any engine."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from anninh_core.ports.storages.changes import ChangeSet, IndexSpec, Outcome
from anninh_core.ports.validation import check_change, check_spec
from anninh_storage.sql.commit.apply import PreparedChange, apply_change_sets
from anninh_storage.sql.counters.counters import SqlCounters
from anninh_storage.sql.database import Connection, Database
from anninh_storage.sql.journal import NewLine, SqlJournal
from anninh_storage.sql.keyring import SqlKeyRing
from anninh_storage.sql.leases import SqlLeases
from anninh_storage.sql.queues.queues import SqlQueues
from anninh_storage.sql.records.kind_table import KindTable
from anninh_storage.sql.records.records import KindTables, SqlRecords
from anninh_storage.sql.records.search import SqlSearch
from anninh_storage.sql.states import SqlStates
from anninh_storage.sql.times import to_microseconds

_PRUNE_REQUESTS = (
    "DELETE FROM requests WHERE request IN (SELECT request FROM requests WHERE at < ? ORDER BY at LIMIT ?)"
)


class SqlStorage(ABC):
    """The base of all engines' storages.

    Args:
        database: not opened yet.
    """

    def __init__(self, database: Database, search: SqlSearch[Any, Any]) -> None:
        self._sql_database = database
        self._kinds = KindTables(database.dialect)
        self._specs: dict[str, IndexSpec] = {}
        self.records = SqlRecords(database, self._kinds)
        self.journal = SqlJournal(database)
        self.queues = SqlQueues(database)
        self.counters = SqlCounters(database)
        self.search = search
        self.keyring = SqlKeyRing(database)
        self.leases = SqlLeases(database)
        self.states = SqlStates(database)

    @property
    def database(self) -> Database:
        """The underlying database, for tools that inspect it or change what the port doesn't cover."""
        return self._sql_database

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Open or create the database, migrate it to the newest schema, and create the tables of the kinds. Idempotent.

        Raises:
            NewerDatabase: written by a newer version; nothing was changed.
            StorageError: can't be opened, or its location isn't safe.
            BadInput: a spec that can't be a table.
        """
        for spec in specs:
            check_spec(spec)
        self._open()
        kinds = [KindTable(spec, self._sql_database) for spec in specs]
        self._sql_database.write(_prepare_kinds, kinds)
        self._kinds.update({kind.spec.kind: kind for kind in kinds})
        self._specs.update({spec.kind: spec for spec in specs})

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Apply change sets in one transaction, each whole or not at all; return once they are durable.

        Raises:
            StorageError: nothing of the batch was kept.
            BadInput: a change set that no storage can take; nothing of the batch was kept.
        """
        self._sql_database.require_open()
        for change in change_sets:
            check_change(self._specs, change)
        prepared = [
            PreparedChange(change, NewLine.of(change.entry) if change.entry else None) for change in change_sets
        ]
        return self._sql_database.write(self._apply_change_sets, prepared) if prepared else []

    def try_write(self) -> None:
        """Test a durable write of an event's size, without leaving rows that are read or accumulate."""
        self._sql_database.try_write()

    def requested(self, request: str) -> bool:
        """Return whether a change set with this request key was committed before."""
        with self._sql_database.reader() as connection:
            row = connection.execute("SELECT 1 FROM requests WHERE request = ?", (request,)).fetchone()
        return row is not None

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Delete request keys with entries made before a moment, at most `limit`; return their number."""
        values = (to_microseconds(before), limit)
        return self._sql_database.change(lambda connection: connection.execute(_PRUNE_REQUESTS, values).rowcount)

    def close(self) -> None:
        """Close the storage's files and connections; idempotent."""
        self._sql_database.close()

    @abstractmethod
    def _open(self) -> None:
        """Open the database, and bring its fixed tables up to date."""

    def _apply_change_sets(self, connection: Connection, prepared: list[PreparedChange]) -> list[Outcome]:
        return apply_change_sets(connection, self._kinds, self.search, prepared)


def _prepare_kinds(connection: Connection, kinds: list[KindTable]) -> list[KindTable]:
    for kind in kinds:
        kind.prepare(connection)
    return kinds
