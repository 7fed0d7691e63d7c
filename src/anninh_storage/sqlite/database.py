"""A database file as one process uses it: a writer, readers, and the write lock between processes."""

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
"""How long a checkpoint waits for readers."""

_TRIAL_BYTES = 65_536
"""More than a long event, its keys and the indexes over them take of a log that must grow: thirteen pages of 4 KiB."""

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
    month_of_day=(  # 1721424.5 is the Julian day before the first of January of the year 1
        "CAST(strftime('%Y', day + 1721424.5) AS INTEGER) * 12 + CAST(strftime('%m', day + 1721424.5) AS INTEGER) - 1"
    ),
)


_POLL_S = 0.05
"""How often a waiting worker looks whether somebody has committed."""


class SqliteResources:
    """What must not cross a fork: connections, file locks, and locks between threads.

    Args:
        inherited: of the parent process; kept and never touched, because closing it here would disturb the parent.
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
    def lent_transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold a transaction as `transaction` does, whose commit isn't waited for until it is on the disk.

        A power cut may undo it, but nothing that was committed behind it outlives it: the log is written in its order,
        and the next commit that is waited for brings this one along.
        """
        with self._hold_write_lock():
            self._writer.execute("PRAGMA synchronous = NORMAL")
            try:
                with self._begun() as connection:
                    yield connection
            finally:
                self._writer.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock and a transaction inside a `with`; an exception rolls it back."""
        with self._hold_write_lock(), self._begun() as connection:
            yield connection

    @contextmanager
    def _begun(self) -> Iterator[sqlite3.Connection]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    def reader(self) -> "BorrowedReader":
        """Borrow a reader inside a `with`; there are as many as were ever needed at once."""
        return BorrowedReader(self)

    def take_reader(self) -> sqlite3.Connection:
        """Return a reader that nobody uses."""
        try:
            return self._readers.pop()
        except IndexError:
            with translate_errors(self._path):
                return connect(self._path, read_only=True)

    def give_reader_back(self, connection: sqlite3.Connection, error: BaseException | None) -> None:
        """Keep a reader for the next one who asks; raise what the storage is to blame for as an error of ours."""
        if self._closed:
            connection.close()
        else:
            self._readers.append(connection)
        if error is not None:
            with translate_errors(self._path):
                raise error

    def wait(self, seconds: float) -> bool:
        """Return True when somebody has committed since the last call, False after so many seconds."""
        deadline = monotonic() + seconds
        while unchanged := not self._closed and self._is_unchanged():
            if monotonic() >= deadline:
                break
            sleep(_POLL_S)
        return not unchanged

    def _is_unchanged(self) -> bool:
        """Tell whether nobody has committed since this was asked last. One connection alone can tell."""
        with self._watch_mutex, translate_errors(self._path):
            if self._watcher is None:
                self._watcher = connect(self._path, read_only=True)
            previous_version, self._data_version = (
                self._data_version,
                self._watcher.execute("PRAGMA data_version").fetchone()[0],
            )
        return previous_version == self._data_version

    def checkpoint(self) -> None:
        """Move what was written into the main file and empty the log, as far as readers let it.

        Short readers are waited for. One that stays, such as a dump, isn't: everybody who writes would wait too.
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
        """Close everything; a transaction under way is waited for, and a reader in use closes when it comes back."""
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
    """A reader for the length of a `with`.

    A message takes dozens of them, so that this is a class: a generator costs three times as much.
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
        self._resources.give_reader_back(self._connection, error)


class SqliteDatabase(PerProcessDatabase[SqliteResources]):
    """A database file, used from many threads, and from a forked process too."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path
        self.dialect = DIALECT

    @contextmanager
    def fresh_reader(self) -> Iterator[sqlite3.Connection]:
        """Open a new connection without cached state.

        To the check of the search index, the cache of an older connection looks like damage.
        """
        self.require_open()
        with translate_errors(self.path), closing(connect(self.path, read_only=True)) as connection:
            yield connection

    def replica_reader(self) -> AbstractContextManager[sqlite3.Connection]:
        """Borrow a connection; a file has no replica."""
        return self.reader()

    def row_locked(self, job: Callable[[sqlite3.Connection], R]) -> R:
        """Do one thing; a file has one writer at a time, so it is done as every change."""
        return self.change(job)

    def lease(self, job: Callable[[sqlite3.Connection], R]) -> R:
        """Do one thing that a power cut may undo."""
        with self._current_resources().lent_transaction() as connection:
            return job(connection)

    def try_write(self) -> None:
        """Write some pages, which the log must have room for, as it has for an event."""
        self.change_alone(partial(leave_trace, size=_TRIAL_BYTES))

    def wait(self, patience: timedelta) -> bool:
        """Look for commits, by whatever process, until there is one or patience ends."""
        return self._current_resources().wait(patience.total_seconds())

    def scrub(self) -> None:
        """Empty the log, as far as readers let it; deleted content was overwritten in the file itself."""
        self._current_resources().checkpoint()

    def columns(self, connection: Connection, table: str) -> Mapping[str, str]:
        """Return the columns of a table and their types."""
        return {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}

    def _open_resources(self, inherited: SqliteResources | None) -> SqliteResources:
        with translate_errors(self.path):
            return SqliteResources(self.path, inherited)
