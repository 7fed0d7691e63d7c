"""A PostgreSQL database as one process uses it, with a connection pool, group commit, and a write lock shared by all
writers.
"""

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
_TRACE_BYTES = 64  # The size in bytes is small, because an overwritten row takes room until its page is cleaned up.
_RETRY_S = 0.2
_MAX_CONNECTIONS = 40


class PostgresResources:
    """The connections and thread locks of one process, which must not be used across a fork.

    Args:
        conninfo: connection string of the server.
        inherited: resources of the parent process; kept and never touched, because closing them here would disturb the
            parent.
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

        The write lock is an advisory lock, granted in the order of the requests: its holder reads everything that
        earlier holders have committed.
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
        """Borrow a connection from the pool, for reading."""
        with translate_errors(self._name), self._borrow(self._pool) as raw:
            yield PostgresConnection(raw)

    @contextmanager
    def replica_reader(self) -> Iterator[PostgresConnection]:
        """Borrow a connection to a replica, which may be behind the primary."""
        with translate_errors(self._name), self._borrow(self._replica_pool) as raw:
            yield PostgresConnection(raw)

    def close(self) -> None:
        """Close all connections, after the current transaction has ended."""
        with self._write_mutex:
            self._closed = True
            self._pool.close()
            self._replica_pool.close()
            self.listener.close()

    @contextmanager
    def _borrow(self, pool: Pool) -> Iterator["psycopg.Connection[Any]"]:
        """Borrow a connection; if it breaks, check the pool's other connections too."""
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

    def _commit(self, raw: "psycopg.Connection[Any]", transaction_id: TransactionId) -> None:
        """Commit a transaction. If the connection breaks meanwhile, find out over another one whether the transaction
        was committed.
        """
        try:
            raw.execute(b"COMMIT")
        except psycopg.OperationalError as error:
            if not transaction_id.xid:
                raise  # The transaction wrote nothing, so that the error can be raised as it is.
            if not self._was_committed(transaction_id):
                raise StorageBusy(
                    "{storage} broke off a commit, and nothing of it was saved: try again.", storage=self._name
                ) from error

    def _was_committed(self, transaction_id: TransactionId) -> bool:
        """Return whether a transaction was committed.

        Raises:
            StorageError: it can't be determined.
        """
        deadline = monotonic() + 3 * PATIENCE_S
        fate = CommitFate.OPEN
        while fate is CommitFate.OPEN and monotonic() < deadline:
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as other:
                    fate = transaction_id.find_fate(other)
            except psycopg.OperationalError:
                fate = CommitFate.OPEN  # The server is still down, or the standby isn't promoted yet.
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
    """A PostgreSQL database, used by many threads and by forked processes.

    Args:
        conninfo: connection string of the server, for the driver.
    """

    def __init__(self, conninfo: str) -> None:
        super().__init__(display_name(conninfo))
        self.conninfo = conninfo
        self.dialect = DIALECT

    @contextmanager
    def replica_reader(self) -> Iterator[PostgresConnection]:
        """Borrow a connection to a standby if the URL names several hosts and a standby is up, else to the primary."""
        with self._current_resources().replica_reader() as connection:
            yield connection

    def run_row_locked(self, job: Callable[[Connection], R]) -> R:
        """Run a job in a transaction of its own, without waiting for writers."""
        with self._current_resources().row_locked() as connection:
            return job(connection)

    def lease(self, job: Callable[[Connection], R]) -> R:
        """Run a job in a transaction of its own with the usual durability: asking for less costs another round trip."""
        return self.run_row_locked(job)

    def try_write(self) -> None:
        """Check that the tables' disk and the write-ahead log accept writes, and free the space again."""
        self.change_alone(_try_write)

    def wait(self, patience: timedelta) -> bool:
        """Wait up to `patience` for a commit that brought work, by any process on any machine; return whether there was
        one.
        """
        return self._current_resources().listener.wait(patience.total_seconds())

    def scrub(self) -> None:
        """Do nothing: VACUUM removes deleted rows, and the server recycles the write-ahead log."""

    def columns(self, connection: Connection, table: str) -> Mapping[str, str]:
        """Return the names of a table's columns with their types."""
        return {name: _TYPE_NAMES.get(kind, kind.upper()) for name, kind in connection.execute(_COLUMNS, (table,))}

    def _open_resources(self, inherited: PostgresResources | None) -> PostgresResources:
        return PostgresResources(self.conninfo, inherited)


def _try_write(connection: Connection) -> None:
    """Fill a temporary table, which is on the same disk as the tables, and whose space the commit frees again.

    A row in a permanent table would reuse free space, whereas a new event or an index entry needs more. If the account
    may not create temporary tables, only the log is tested.
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
    """Roll back a failed transaction; a broken connection has ended its transaction already."""
    if not (raw.broken or raw.closed):
        raw.execute(b"ROLLBACK")
