"""The SQLite storage: the whole port on one file."""

import sqlite3
from collections.abc import Sequence

from anninh_core.ports.changes import ChangeSet, IndexSpec, Outcome, entry_bytes
from anninh_core.ports.checking import check_change, check_spec
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_storage.sqlite.apply import Prepared, apply_all
from anninh_storage.sqlite.connection import check_platform, make_private, path_of, translated
from anninh_storage.sqlite.counters import SqliteCounters
from anninh_storage.sqlite.database import Database
from anninh_storage.sqlite.journal import SqliteJournal
from anninh_storage.sqlite.keyring import SqliteKeyRing
from anninh_storage.sqlite.kinds import Kind
from anninh_storage.sqlite.leases import SqliteLeases
from anninh_storage.sqlite.maintenance import SqliteMaintenance
from anninh_storage.sqlite.migrate import bring_up_to_date
from anninh_storage.sqlite.queues import SqliteQueues
from anninh_storage.sqlite.records import Kinds, SqliteRecords
from anninh_storage.sqlite.search import SqliteSearch
from anninh_storage.sqlite.states import SqliteStates


class SqliteStorage:
    """One file, many threads, several processes of one machine.

    Args:
        url: `sqlite:///relative/file.db` or `sqlite:////absolute/file.db`.

    Raises:
        BadInput: the URL names no file.
    """

    name = "sqlite"

    def __init__(self, url: str) -> None:
        self._database = Database(path_of(url))
        self._kinds = Kinds()
        self.records = SqliteRecords(self._database, self._kinds)
        self.journal = SqliteJournal(self._database)
        self.queues = SqliteQueues(self._database)
        self.counters = SqliteCounters(self._database)
        self.search = SqliteSearch(self._database)
        self.keyring = SqliteKeyRing(self._database)
        self.leases = SqliteLeases(self._database)
        self.states = SqliteStates(self._database)
        self.maintenance = SqliteMaintenance(self._database, self._kinds)

    @property
    def capabilities(self) -> Capabilities:
        """What this backend can do."""
        return Capabilities(
            self.name,
            {
                "durable": Ability(Support.FULL),
                "threads": Ability(Support.FULL),
                "processes": Ability(Support.FULL, "of one machine"),
                "machines": Ability(Support.IMPOSSIBLE, "a file's locks don't hold over a network"),
            },
        )

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Open or create the file, bring it to the newest schema and learn the kinds. Idempotent.

        Raises:
            NewerDatabase: written by a newer version; nothing was changed.
            StorageError: can't be opened, or lies where it can't be safe.
            BadInput: a spec that can't be a table.
        """
        for spec in specs:
            check_spec(spec)
        path = self._database.path
        check_platform(path)
        with translated(path):
            make_private(path)
            bring_up_to_date(path)
        self._database.open()
        kinds = [Kind(spec) for spec in specs]
        self._database.write(_prepare, kinds)
        self._kinds.update({kind.spec.kind: kind for kind in kinds})

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Apply change sets in one transaction, each whole or not at all; returns when they are durable.

        Raises:
            StorageError: nothing of the batch was kept.
            BadInput: a change set that no storage can take; nothing of the batch was kept.
        """
        self._database.require_open()
        specs = {name: kind.spec for name, kind in self._kinds.items()}
        for change in change_sets:
            check_change(specs, change)
        prepared = [Prepared(change, entry_bytes(change.entry) if change.entry else None) for change in change_sets]
        return self._database.write(self._apply, prepared) if prepared else []

    def requested(self, request: str) -> bool:
        """Tell whether a change set with this request key was committed before."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT 1 FROM requests WHERE request = ?", (request,)).fetchone()
        return found is not None

    def close(self) -> None:
        """Release files and connections; idempotent."""
        self._database.close()

    def _apply(self, connection: sqlite3.Connection, prepared: list[Prepared]) -> list[Outcome]:
        return apply_all(connection, self._kinds, prepared)


def _prepare(connection: sqlite3.Connection, kinds: list[Kind]) -> list[Kind]:
    for kind in kinds:
        kind.prepare(connection)
    return kinds
