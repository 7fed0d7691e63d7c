"""A SQLite database file as one process uses it, with one writer, several readers, and the write lock between
processes.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from types import TracebackType
from typing import TypeVar

from anninh_core.kernel.errors import StorageError
from anninh_storage.sql.commit.group_commit import GroupCommitter
from anninh_storage.sql.database import Connection, Dialect
from anninh_storage.sql.per_process import PerProcessDatabase
from anninh_storage.sql.trial import leave_trace
from anninh_storage.sqlite.connection import PATIENCE_S, connect, translate_errors
from anninh_storage.sqlite.write_lock import WriteLock

R = TypeVar("R")

_CHECKPOINT_TIMEOUT_MS = 100
"""Milliseconds that a checkpoint waits for readers."""

_TRIAL_BYTES = 65_536
"""Size in bytes of a test write. It is more than a long event, its keys and its index entries add to the log (thirteen
4 KiB pages).
"""

DIALECT = Dialect(
    name="SQLite",
    types={str: "TEXT", int: "BIGINT", float: "DOUBLE PRECISION", bool: "SMALLINT", bytes: "BLOB"},
    ascending="",
    descending=" DESC",
    clustered_table=" WITHOUT ROWID",
    for_update="",
    for_update_skip_locked="",
    notify="",
    merges_sorted_unions=True,
    month_of_day=(  # 1721424.5 is the Julian day before 1 January of the year 1
        "CAST(strftime('%Y', day + 1721424.5) AS INTEGER) * 12 + CAST(strftime('%m', day + 1721424.5) AS INTEGER) - 1"
    ),
)


_POLL_S = 0.05
"""Seconds between two checks of a waiting worker for new commits."""


class SqliteResources:
    """The connections, file locks and thread locks of one process, which must not be used across a fork.

    Args:
        inherited: resources of the parent process; kept and never touched, because closing them here would disturb the
            parent.
    """

    def __init__(self, path: Path, inherited: "SqliteResources | None" = None) -> None:
        self.pid = os.getpid()
        self._path = path
        self._inherited = inherited
        self._write_lock = WriteLock(path)
        self._writer = connect(path)
        self._write_mutex = Lock()
        self._readers: list[sqlite3.Connection] = []
        self._watch_mutex = Lock()
        self._watcher: sqlite3.Connection | None = None
        self._data_version = 0
        self._closed = False
        self.group_committer = GroupCommitter(self.transaction)

    @contextmanager
    def lazy_transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold a transaction like `transaction`, with a commit that doesn't wait for the disk.

        A power cut may undo it, together with everything committed after it: the log is written in order, and the next
        commit that waits for the disk makes this one durable.
        """
        with self._hold_write_lock():
            self._writer.execute("PRAGMA synchronous = NORMAL")
            try:
                with self._begin_transaction() as connection:
                    yield connection
            finally:
                self._writer.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock and a transaction inside a `with`; an exception rolls it back."""
        with self._hold_write_lock(), self._begin_transaction() as connection:
            yield connection

    @contextmanager
    def _begin_transaction(self) -> Iterator[sqlite3.Connection]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    def reader(self) -> "BorrowedReader":
        """Borrow a reader (a read-only connection) inside a `with`; the pool grows to the largest number used at
        once.
        """
        return BorrowedReader(self)

    def take_reader(self) -> sqlite3.Connection:
        """Return an unused reader from the pool, or a new one."""
        try:
            return self._readers.pop()
        except IndexError:
            with translate_errors(self._path):
                return connect(self._path, read_only=True)

    def return_reader(self, connection: sqlite3.Connection, error: BaseException | None) -> None:
        """Return a reader to the pool; if the caller's block failed with `error`, raise that error, translated."""
        if self._closed:
            connection.close()
        else:
            self._readers.append(connection)
        if error is not None:
            with translate_errors(self._path):
                raise error

    def wait(self, seconds: float) -> bool:
        """Return True after a commit since the last call, or False after `seconds`."""
        deadline = monotonic() + seconds
        while unchanged := not self._closed and self._is_unchanged():
            if monotonic() >= deadline:
                break
            sleep(_POLL_S)
        return not unchanged

    def _is_unchanged(self) -> bool:
        """Return whether the database file is unchanged since the last call. Only the same connection can compare
        versions.
        """
        with self._watch_mutex, translate_errors(self._path):
            if self._watcher is None:
                self._watcher = connect(self._path, read_only=True)
            previous_version, self._data_version = (
                self._data_version,
                self._watcher.execute("PRAGMA data_version").fetchone()[0],
            )
        return previous_version == self._data_version

    def checkpoint(self) -> None:
        """Move the log's content into the main file and empty the log, if readers allow it.

        Short readers are waited for. A long reader, such as a dump, isn't: all writers would wait too.
        """
        with self._hold_write_lock():
            self._writer.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_TIMEOUT_MS}")
            try:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._writer.execute(f"PRAGMA busy_timeout = {PATIENCE_S * 1000:.0f}")

    @contextmanager
    def _hold_write_lock(self) -> Iterator[None]:
        """Keep other threads and processes from writing inside a `with`."""
        with self._write_mutex, translate_errors(self._path):
            if self._closed:
                raise StorageError(
                    "{storage} was closed before this was done, and nothing of it was saved.", storage=self._path
                )
            with self._write_lock.hold():
                yield

    def close(self) -> None:
        """Close all connections, after the current transaction has ended; a reader in use closes when it is
        returned.
        """
        with self._write_mutex:
            self._closed = True
            while self._readers:
                self._readers.pop().close()
            with self._watch_mutex:
                if self._watcher is not None:
                    self._watcher.close()
            self._writer.close()
            self._write_lock.close()


class BorrowedReader:
    """A read-only connection, borrowed for the duration of a `with`.

    The handling of a message needs dozens of them, so that this is a class: a generator costs three times as much.
    """

    __slots__ = ("_connection", "_resources")

    def __init__(self, resources: SqliteResources) -> None:
        self._resources = resources

    def __enter__(self) -> sqlite3.Connection:
        self._connection = self._resources.take_reader()
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.return_reader(self._connection, error)


class SqliteDatabase(PerProcessDatabase[SqliteResources]):
    """A SQLite database file, used by many threads and by forked processes."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path
        self.dialect = DIALECT

    @contextmanager
    def fresh_reader(self) -> Iterator[sqlite3.Connection]:
        """Open a new connection to the file, without cached state.

        To the check of the search index, the cache of an older connection looks like damage.
        """
        self.require_open()
        with translate_errors(self.path), closing(connect(self.path, read_only=True)) as connection:
            yield connection

    def replica_reader(self) -> AbstractContextManager[sqlite3.Connection]:
        """Borrow a normal reader, as a file has no replica."""
        return self.reader()

    def run_row_locked(self, job: Callable[[sqlite3.Connection], R]) -> R:
        """Run a job like `change`: a file has one writer at a time."""
        return self.change(job)

    def lease(self, job: Callable[[sqlite3.Connection], R]) -> R:
        """Run a job with a commit that a power cut may undo."""
        with self._current_resources().lazy_transaction() as connection:
            return job(connection)

    def try_write(self) -> None:
        """Write some pages into the log, to check that it has room for an event."""
        self.change_alone(partial(leave_trace, size=_TRIAL_BYTES))

    def wait(self, patience: timedelta) -> bool:
        """Wait up to `patience` for a commit of any process; return whether there was one."""
        return self._current_resources().wait(patience.total_seconds())

    def scrub(self) -> None:
        """Empty the log, if readers allow it; deleted content was overwritten in the file itself."""
        self._current_resources().checkpoint()

    def columns(self, connection: Connection, table: str) -> Mapping[str, str]:
        """Return the columns of a table and their types."""
        return {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}

    def _open_resources(self, inherited: SqliteResources | None) -> SqliteResources:
        with translate_errors(self.path):
            return SqliteResources(self.path, inherited)
