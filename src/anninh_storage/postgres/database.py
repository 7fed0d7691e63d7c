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
from anninh_storage.postgres.connection import PATIENCE_S, PostgresConnection, configure, shown, translated
from anninh_storage.postgres.doubt import Fate, Ticket
from anninh_storage.postgres.listening import Listener
from anninh_storage.sql.database import Connection, Dialect
from anninh_storage.sql.leader import Leader
from anninh_storage.sql.processes import PerProcess

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
    rising=" NULLS FIRST",
    falling=" DESC NULLS LAST",
    clustered="",
    alone=" FOR UPDATE",
    free=" FOR UPDATE OF {} SKIP LOCKED",
    wake="SELECT pg_notify('anninh_' || current_schema(), '')",
    merges=False,
    month=(
        "CAST(extract(year FROM DATE '0001-01-01' + CAST(day - 1 AS INTEGER)) * 12"
        " + extract(month FROM DATE '0001-01-01' + CAST(day - 1 AS INTEGER)) - 1 AS BIGINT)"
    ),
)
_SPOKEN = {"text": DIALECT.types[str], "bigint": "BIGINT", "double precision": "DOUBLE PRECISION"}
_COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
    WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
"""
_TURN = b"BEGIN; SELECT pg_advisory_xact_lock(hashtext('anninh'), hashtext(current_schema()))"
_AGAIN_S = 0.2
_MOST_CONNECTIONS = 40


class Process:
    """What must not cross a fork: connections and locks between threads.

    Args:
        conninfo: where the server is.
        inherited: of the parent process; kept and never touched, because closing it here would disturb the parent.
    """

    def __init__(self, conninfo: str, inherited: "Process | None" = None) -> None:
        self.pid = os.getpid()
        self._conninfo = conninfo
        self._name = shown(conninfo)
        self._inherited = inherited
        self._closed = False
        self._writing = Lock()
        self._pool = _pool(conninfo)
        several = "," in str(conninfo_to_dict(conninfo).get("host", ""))
        behind = make_conninfo(conninfo, target_session_attrs="prefer-standby")
        self._behind = _pool(behind) if several else self._pool
        self.leader = Leader(self.transaction)
        self.listener = Listener(conninfo, self._name)

    @contextmanager
    def transaction(self) -> Iterator[PostgresConnection]:
        """Hold the write lock and a transaction inside a `with`; an exception rolls it back.

        The write lock is an advisory lock, granted in the order of the requests: whoever reads while holding it
        reads what everybody before has committed.
        """
        with self._writing, translated(self._name), self._borrowed(self._pool) as raw:
            raw.execute(_TURN)
            try:
                yield PostgresConnection(raw)
                ticket = Ticket.of(raw)
            except BaseException:
                _roll_back(raw)
                raise
            self._commit(raw, ticket)

    @contextmanager
    def aside(self) -> Iterator[PostgresConnection]:
        """Open a transaction without the write lock."""
        with translated(self._name), self._borrowed(self._pool) as raw, raw.transaction():
            yield PostgresConnection(raw)

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """Borrow a connection."""
        with translated(self._name), self._borrowed(self._pool) as raw:
            yield PostgresConnection(raw)

    @contextmanager
    def lagging(self) -> Iterator[PostgresConnection]:
        """Borrow a connection that may be behind."""
        with translated(self._name), self._borrowed(self._behind) as raw:
            yield PostgresConnection(raw)

    def close(self) -> None:
        """Close everything; a transaction under way is waited for."""
        with self._writing:
            self._closed = True
            self._pool.close()
            self._behind.close()
            self.listener.close()

    @contextmanager
    def _borrowed(self, pool: Pool) -> Iterator["psycopg.Connection[Any]"]:
        """Borrow a connection; if it turns out to be dead, the others of the pool are checked too."""
        if self._closed:
            raise StorageError(f"{self._name} was closed before this was done; nothing of it was kept")
        raw = pool.getconn()
        try:
            yield raw
        finally:
            dead = raw.broken or raw.closed
            pool.putconn(raw)
            if dead:
                pool.check()

    def _commit(self, raw: "psycopg.Connection[Any]", ticket: Ticket) -> None:
        """Commit. If the connection breaks during it, ask on another one whether the transaction was committed."""
        try:
            raw.execute(b"COMMIT")
        except psycopg.OperationalError as error:
            if not ticket.number:
                raise  # nothing was written
            if not self._was_committed(ticket):
                raise StorageBusy(f"{self._name} broke off a commit; nothing of it was kept, try again") from error

    def _was_committed(self, ticket: Ticket) -> bool:
        """Tell whether a transaction was committed.

        Raises:
            StorageError: nobody can tell.
        """
        until, fate = monotonic() + 3 * PATIENCE_S, Fate.OPEN
        while fate is Fate.OPEN and monotonic() < until:
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as other:
                    fate = ticket.fate(other)
            except psycopg.OperationalError:
                fate = Fate.OPEN  # still down, or a standby not promoted yet
            if fate is Fate.OPEN:
                sleep(_AGAIN_S)
        if fate in (Fate.COMMITTED, Fate.LOST):
            return fate is Fate.COMMITTED
        raise StorageError(
            f"{self._name} broke off a commit and can't be asked what became of it, or has crashed and can't tell; "
            "bring the server back, and look whether the change is there before you repeat it"
        )


class PostgresDatabase(PerProcess[Process]):
    """A database, used from many threads, and from a forked process too.

    Args:
        conninfo: where the server is, as the driver takes it.
    """

    def __init__(self, conninfo: str) -> None:
        super().__init__(shown(conninfo))
        self.conninfo = conninfo
        self.dialect = DIALECT

    @contextmanager
    def lagging(self) -> Iterator[PostgresConnection]:
        """Borrow a connection of a standby if the URL names several hosts and one is up, else as for `reading`."""
        with self._here().lagging() as connection:
            yield connection

    def aside(self, job: Callable[[Connection], R]) -> R:
        """Do one thing in a transaction of its own, beside those who write."""
        with self._here().aside() as connection:
            return job(connection)

    def wait(self, patience: timedelta) -> bool:
        """Wait for a commit that brought work, by whatever process of whatever machine, or until patience ends."""
        return self._here().listener.wait(patience.total_seconds())

    def forget(self) -> None:
        """Do nothing: what was deleted goes with the next vacuum, and from the log as it is recycled."""

    def columns(self, connection: Connection, table: str) -> Mapping[str, str]:
        """Return the columns of a table and their types."""
        return {name: _SPOKEN.get(kind, kind.upper()) for name, kind in connection.execute(_COLUMNS, (table,))}

    def _made(self, inherited: Process | None) -> Process:
        return Process(self.conninfo, inherited)


def _pool(conninfo: str) -> Pool:
    return ConnectionPool(
        conninfo,
        kwargs={"autocommit": True},
        configure=configure,
        min_size=0,
        max_size=_MOST_CONNECTIONS,
        timeout=PATIENCE_S,
        name="anninh",
        open=True,
    )


def _roll_back(raw: "psycopg.Connection[Any]") -> None:
    """End a transaction that failed; a broken connection has ended it by itself."""
    if not (raw.broken or raw.closed):
        raw.execute(b"ROLLBACK")
