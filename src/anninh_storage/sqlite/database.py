"""A database file as one process uses it: a writer, readers, and the write lock between processes."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import TypeVar

from anninh_core.kernel.errors import StorageError
from anninh_storage.sql.database import Connection, Dialect
from anninh_storage.sql.leader import Leader
from anninh_storage.sql.processes import PerProcess
from anninh_storage.sqlite.connection import PATIENCE_S, connect, translated
from anninh_storage.sqlite.turnstile import Turnstile

R = TypeVar("R")

_SHORT_MS = 100
"""How long a checkpoint waits for readers."""

DIALECT = Dialect(
    name="SQLite",
    types={str: "TEXT", int: "BIGINT", float: "DOUBLE PRECISION", bool: "SMALLINT", bytes: "BLOB"},
    rising="",
    falling=" DESC",
    clustered=" WITHOUT ROWID",
    alone="",
    free="",
    wake="",
    merges=True,
    month=(  # 1721424.5 is the Julian day before the first of January of the year 1
        "CAST(strftime('%Y', day + 1721424.5) AS INTEGER) * 12 + CAST(strftime('%m', day + 1721424.5) AS INTEGER) - 1"
    ),
)


_LOOK_S = 0.05
"""How often a waiting worker looks whether somebody has committed."""


class Process:
    """What must not cross a fork: connections, file locks, and locks between threads.

    Args:
        path: the database file.
        inherited: of the parent process; kept and never touched, because closing it here would disturb the parent.
    """

    def __init__(self, path: Path, inherited: "Process | None" = None) -> None:
        self.pid = os.getpid()
        self._path = path
        self._inherited = inherited
        self._turnstile = Turnstile(path)
        self._writer = connect(path)
        self._writing = Lock()
        self._readers: list[sqlite3.Connection] = []
        self._watching = Lock()
        self._watcher: sqlite3.Connection | None = None
        self._seen = 0
        self._closed = False
        self.leader = Leader(self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock and a transaction inside a `with`; an exception rolls it back."""
        with self._turn():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Borrow a reader inside a `with`; there are as many as were ever needed at once."""
        with translated(self._path):
            try:
                connection = self._readers.pop()
            except IndexError:
                connection = connect(self._path, read_only=True)
            try:
                yield connection
            finally:
                if self._closed:
                    connection.close()
                else:
                    self._readers.append(connection)

    def wait(self, seconds: float) -> bool:
        """Return True when somebody has committed since the last call, False after so many seconds."""
        until = monotonic() + seconds
        while unchanged := not self._closed and self._unchanged():
            if monotonic() >= until:
                break
            sleep(_LOOK_S)
        return not unchanged

    def _unchanged(self) -> bool:
        """Tell whether nobody has committed since this was asked last. One connection alone can tell."""
        with self._watching, translated(self._path):
            if self._watcher is None:
                self._watcher = connect(self._path, read_only=True)
            seen, self._seen = self._seen, self._watcher.execute("PRAGMA data_version").fetchone()[0]
        return seen == self._seen

    def checkpoint(self) -> None:
        """Move what was written into the main file and empty the log, as far as readers let it.

        Short readers are waited for. One that stays, such as a dump, isn't: everybody who writes would wait too.
        """
        with self._turn():
            self._writer.execute(f"PRAGMA busy_timeout = {_SHORT_MS}")
            try:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._writer.execute(f"PRAGMA busy_timeout = {PATIENCE_S * 1000:.0f}")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Keep other threads and processes from writing inside a `with`."""
        with self._writing, translated(self._path):
            if self._closed:
                raise StorageError(f"{self._path} was closed before this was written; nothing of it was kept")
            with self._turnstile.turn():
                yield

    def close(self) -> None:
        """Close everything; a transaction under way is waited for, and a reader in use closes when it comes back."""
        with self._writing:
            self._closed = True
            while self._readers:
                self._readers.pop().close()
            with self._watching:
                if self._watcher is not None:
                    self._watcher.close()
            self._writer.close()
            self._turnstile.close()


class SqliteDatabase(PerProcess[Process]):
    """A database file, used from many threads, and from a forked process too.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path
        self.dialect = DIALECT

    @contextmanager
    def apart(self) -> Iterator[sqlite3.Connection]:
        """Open a new connection without cached state.

        To the check of the search index, the cache of an older connection looks like damage.
        """
        self.require_open()
        with translated(self.path), closing(connect(self.path, read_only=True)) as connection:
            yield connection

    def lagging(self) -> AbstractContextManager[sqlite3.Connection]:
        """Borrow a connection; a file has no replica."""
        return self.reading()

    def aside(self, job: Callable[[sqlite3.Connection], R]) -> R:
        """Do one thing; a file has one writer at a time, so it is done as every change."""
        return self.change(job)

    def wait(self, patience: timedelta) -> bool:
        """Look for commits, by whatever process, until there is one or patience ends."""
        return self._here().wait(patience.total_seconds())

    def forget(self) -> None:
        """Empty the log, as far as readers let it; deleted content was overwritten in the file itself."""
        self._here().checkpoint()

    def columns(self, connection: Connection, table: str) -> Mapping[str, str]:
        """Return the columns of a table and their types."""
        return {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}

    def _made(self, inherited: Process | None) -> Process:
        with translated(self.path):
            return Process(self.path, inherited)
