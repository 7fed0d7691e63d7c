"""A database as one process uses it: a connection pool, group commit, and the write lock between all writers."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool

from anninh_core.kernel.errors import StorageBusy, StorageError
from anninh_storage.postgres.commit_listener import CommitListener
from anninh_storage.postgres.commit_recovery import CommitFate, TransactionId
from anninh_storage.postgres.connection import PATIENCE_S, PostgresConnection, configure, display_name, translate_errors
from anninh_storage.sql.commit.group_commit import GroupCommitter
from anninh_storage.sql.database import Connection, Dialect
from anninh_storage.sql.per_process import PerProcessDatabase
from anninh_storage.sql.trial import leave_trace

R = TypeVar("R")
Pool = ConnectionPool["psycopg.Connection[Any]"]

DIALECT = Dialect(
    name="PostgreSQL",
    types={
        str: 'TEXT COLLATE "C"',
        int: "BIGINT",
        float: "DOUBLE PRECISION",
        bool: "BOOLEAN",
        bytes: "BYTEA",
    },
    ascending=" NULLS FIRST",
    descending=" DESC NULLS LAST",
    clustered_table="",
    for_update=" FOR UPDATE",
    for_update_skip_locked=" FOR UPDATE OF {} SKIP LOCKED",
    notify="SELECT pg_notify('anninh_' || current_schema(), '')",
    merges_sorted_unions=False,
    month_of_day=(
        "CAST(extract(year FROM DATE '0001-01-01' + CAST(day - 1 AS INTEGER)) * 12"
        " + extract(month FROM DATE '0001-01-01' + CAST(day - 1 AS INTEGER)) - 1 AS BIGINT)"
    ),
)
_TYPE_NAMES = {"text": DIALECT.types[str], "bigint": "BIGINT", "double precision": "DOUBLE PRECISION"}
_COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
    WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
"""
_BEGIN_WRITE = b"BEGIN; SELECT pg_advisory_xact_lock(hashtext('anninh'), hashtext(current_schema()))"
_FIND_TEMPORARY = "SELECT has_database_privilege(current_database(), 'TEMP'), to_regclass('pg_temp.try_write') IS NULL"
_MAKE_TEMPORARY = "CREATE TEMPORARY TABLE try_write (filler text) ON COMMIT DELETE ROWS"
_FILL_TEMPORARY = "INSERT INTO pg_temp.try_write SELECT repeat('x', 1000) FROM generate_series(1, 64)"
_TRACE_BYTES = 64  # an overwritten row stays until its page is cleaned up
_RETRY_S = 0.2
_MAX_CONNECTIONS = 40


class PostgresResources:
    """What must not cross a fork: connections and locks between threads.

    Args:
        conninfo: where the server is.
        inherited: of the parent process; kept and never touched, because closing it here would disturb the parent.
    """

    def __init__(self, conninfo: str, inherited: "PostgresResources | None" = None) -> None:
        self.pid = os.getpid()
        self._conninfo = conninfo
        self._name = display_name(conninfo)
        self._inherited = inherited
        self._closed = False
        self._write_mutex = Lock()
        self._pool = _open_pool(conninfo)
        has_several_hosts = "," in str(conninfo_to_dict(conninfo).get("host", ""))
        standby_conninfo = make_conninfo(conninfo, target_session_attrs="prefer-standby")
        self._replica_pool = _open_pool(standby_conninfo) if has_several_hosts else self._pool
        self.group_committer = GroupCommitter(self.transaction)
        self.listener = CommitListener(conninfo, self._name)

    @contextmanager
    def transaction(self) -> Iterator[PostgresConnection]:
        """Hold the write lock and a transaction inside a `with`; an exception rolls it back.

        The write lock is an advisory lock, granted in the order of the requests: whoever reads while holding it
        reads what everybody before has committed.
        """
        with self._write_mutex, translate_errors(self._name), self._borrow(self._pool) as raw:
            raw.execute(_BEGIN_WRITE)
            try:
                yield PostgresConnection(raw)
                transaction_id = TransactionId.of(raw)
            except BaseException:
                _roll_back(raw)
                raise
            self._commit(raw, transaction_id)

    @contextmanager
    def row_locked(self) -> Iterator[PostgresConnection]:
        """Open a transaction without the write lock."""
        with translate_errors(self._name), self._borrow(self._pool) as raw, raw.transaction():
            yield PostgresConnection(raw)

    @contextmanager
    def reader(self) -> Iterator[PostgresConnection]:
        """Borrow a connection."""
        with translate_errors(self._name), self._borrow(self._pool) as raw:
            yield PostgresConnection(raw)

    @contextmanager
    def replica_reader(self) -> Iterator[PostgresConnection]:
        """Borrow a connection that may be behind."""
        with translate_errors(self._name), self._borrow(self._replica_pool) as raw:
            yield PostgresConnection(raw)

    def close(self) -> None:
        """Close everything; a transaction under way is waited for."""
        with self._write_mutex:
            self._closed = True
            self._pool.close()
            self._replica_pool.close()
            self.listener.close()

    @contextmanager
    def _borrow(self, pool: Pool) -> Iterator["psycopg.Connection[Any]"]:
        """Borrow a connection; if it turns out to be dead, the others of the pool are checked too."""
        if self._closed:
            raise StorageError(
                "{storage} was closed before this was done, and nothing of it was saved.", storage=self._name
            )
        raw = pool.getconn()
        try:
            yield raw
        finally:
            dead = raw.broken or raw.closed
            pool.putconn(raw)
            if dead:
                pool.check()

    def _commit(self, raw: "psycopg.Connection[Any]", ticket: TransactionId) -> None:
        """Commit. If the connection breaks during it, ask on another one whether the transaction was committed."""
        try:
            raw.execute(b"COMMIT")
        except psycopg.OperationalError as error:
            if not ticket.xid:
                raise  # nothing was written
            if not self._was_committed(ticket):
                raise StorageBusy(
                    "{storage} broke off a commit, and nothing of it was saved: try again.", storage=self._name
                ) from error

    def _was_committed(self, ticket: TransactionId) -> bool:
        """Tell whether a transaction was committed.

        Raises:
            StorageError: nobody can tell.
        """
        deadline = monotonic() + 3 * PATIENCE_S
        fate = CommitFate.OPEN
        while fate is CommitFate.OPEN and monotonic() < deadline:
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as other:
                    fate = ticket.find_fate(other)
            except psycopg.OperationalError:
                fate = CommitFate.OPEN  # still down, or a standby not promoted yet
            if fate is CommitFate.OPEN:
                sleep(_RETRY_S)
        if fate in (CommitFate.COMMITTED, CommitFate.LOST):
            return fate is CommitFate.COMMITTED
        raise StorageError(
            "{storage} broke off a commit, and whether it was saved can't be determined: bring the server "
            "back into operation, and check whether the change is there before you repeat it.",
            storage=self._name,
        )


class PostgresDatabase(PerProcessDatabase[PostgresResources]):
    """A database, used from many threads, and from a forked process too.

    Args:
        conninfo: where the server is, as the driver takes it.
    """

    def __init__(self, conninfo: str) -> None:
        super().__init__(display_name(conninfo))
        self.conninfo = conninfo
        self.dialect = DIALECT

    @contextmanager
    def replica_reader(self) -> Iterator[PostgresConnection]:
        """Borrow a connection of a standby if the URL names several hosts and one is up, else as for `reading`."""
        with self._current_resources().replica_reader() as connection:
            yield connection

    def row_locked(self, job: Callable[[Connection], R]) -> R:
        """Do one thing in a transaction of its own, beside those who write."""
        with self._current_resources().row_locked() as connection:
            return job(connection)

    def lease(self, job: Callable[[Connection], R]) -> R:
        """Do one thing in a transaction of its own, waited for as any: asking for less is another round trip."""
        return self.row_locked(job)

    def try_write(self) -> None:
        """Take some pages on the disk of the tables, give them back, and let the log be written."""
        self.change_alone(_try_write)

    def wait(self, patience: timedelta) -> bool:
        """Wait for a commit that brought work, by whatever process of whatever machine, or until patience ends."""
        return self._current_resources().listener.wait(patience.total_seconds())

    def scrub(self) -> None:
        """Do nothing: what was deleted goes with the next vacuum, and from the log as it is recycled."""

    def columns(self, connection: Connection, table: str) -> Mapping[str, str]:
        """Return the columns of a table and their types."""
        return {name: _TYPE_NAMES.get(kind, kind.upper()) for name, kind in connection.execute(_COLUMNS, (table,))}

    def _open_resources(self, inherited: PostgresResources | None) -> PostgresResources:
        return PostgresResources(self.conninfo, inherited)


def _try_write(connection: Connection) -> None:
    """Take room in a temporary table: it lies on the same disk, and a commit gives all of it back.

    A row in a table that stays would find room that others have left, where an event, or an index, must have more.
    Where the account may make no temporary tables, only the log is tried.
    """
    may_make, is_missing = connection.execute(_FIND_TEMPORARY).fetchone()
    if may_make and is_missing:
        connection.execute(_MAKE_TEMPORARY)
    if may_make:
        connection.execute(_FILL_TEMPORARY)
    leave_trace(connection, _TRACE_BYTES)


def _open_pool(conninfo: str) -> Pool:
    return ConnectionPool(
        conninfo,
        kwargs={"autocommit": True},
        configure=configure,
        min_size=0,
        max_size=_MAX_CONNECTIONS,
        timeout=PATIENCE_S,
        name="anninh",
        open=True,
    )


def _roll_back(raw: "psycopg.Connection[Any]") -> None:
    """End a transaction that failed; a broken connection has ended it by itself."""
    if not (raw.broken or raw.closed):
        raw.execute(b"ROLLBACK")
