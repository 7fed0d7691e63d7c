"""One database file as one process uses it: a writer, readers, and the turn between processes."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from anninh_core.kernel.errors import StorageError
from anninh_storage.sqlite.connection import connect, translated
from anninh_storage.sqlite.leader import Job, Leader
from anninh_storage.sqlite.turnstile import Turnstile

R = TypeVar("R")


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
        self._closed = False
        self.leader = Leader(self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Have the turn and a write transaction inside a `with`; an exception rolls it back."""
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

    def checkpoint(self) -> None:
        """Move what was written into the main file and empty the log, as far as readers let it."""
        with self._turn():
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

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
            self._writer.close()
            self._turnstile.close()


class Database:
    """A database file, used from many threads, and from a forked process too.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._process: Process | None = None

    def open(self) -> None:
        """Open the file; idempotent."""
        if self._process is None:
            with translated(self.path):
                self._process = Process(self.path)

    def require_open(self) -> None:
        """Raise `StorageError` unless the file is open."""
        self._here()

    def close(self) -> None:
        """Close the file; idempotent."""
        process, self._process = self._process, None
        if process is not None and process.pid == os.getpid():
            process.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Borrow a connection that sees the last commit."""
        with self._here().reading() as connection:
            yield connection

    def write(self, job: Job, items: Sequence[Any]) -> Sequence[Any]:
        """Do a job for its items in a transaction shared with other threads; its results are durable."""
        return self._here().leader.carry_out(job, items)

    def change(self, job: Callable[[sqlite3.Connection], R]) -> R:
        """Do one thing in a transaction shared with other threads."""
        result: R = self.write(lambda connection, _: [job(connection)], [None])[0]
        return result

    def checkpoint(self) -> None:
        """Empty the log, as far as readers let it."""
        self._here().checkpoint()

    def _here(self) -> Process:
        process = self._process
        if process is None:
            raise StorageError(f"{self.path} is closed or was never prepared; call prepare() first")
        if process.pid != os.getpid():
            with translated(self.path):
                process = self._process = Process(self.path, inherited=process)
        return process
