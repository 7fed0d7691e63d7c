"""The beginning of a storage, which opens and closes, and stores leases and named values. Records and queues are still
missing.
"""
# ruff: noqa: D101, D102  the port describes the methods

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from attrs import frozen

from anninh_core.kernel.errors import StorageError
from anninh_core.ports import IndexSpec, Lease, Leases, States, StateValue
from anninh_core.ports.storages.changes import GENESIS
from anninh_core.ports.validation import check_spec
from anninh_core.vocabulary import Ability, Capabilities, Support

TABLES = """
    CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, holder TEXT, token INTEGER, until INTEGER) STRICT;
    CREATE TABLE IF NOT EXISTS states (
        owner TEXT, name TEXT, version INTEGER, body BLOB, PRIMARY KEY (owner, name)
    ) STRICT;
"""
ACQUIRE = """
    INSERT INTO leases VALUES (?1, ?2, 1, ?3) ON CONFLICT (name) DO UPDATE
    SET token = token + (holder <> ?2), holder = ?2, until = ?3 WHERE holder IN (?2, '') OR until <= ?4
    RETURNING token
"""
PUT = """
    INSERT INTO states SELECT ?1, ?2, ?4 + 1, ?3
    WHERE ?4 = coalesce((SELECT version FROM states WHERE owner = ?1 AND name = ?2), 0)
    AND (?5 = 0 OR EXISTS (SELECT 1 FROM leases WHERE name = ?6 AND token = ?5 AND holder <> ''))
    ON CONFLICT (owner, name) DO UPDATE SET version = excluded.version, body = excluded.body
    RETURNING 1
"""


class OwnStorage:
    name = "own"
    capabilities = Capabilities(
        "the file of ours",
        {
            "durable": Ability(Support.FULL),
            "threads": Ability(Support.FULL),
            "processes": Ability(Support.FULL, "of one machine"),
            "machines": Ability(Support.IMPOSSIBLE, "a file's locks don't hold over a network"),
        },
    )

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self.journal = OwnJournal(self)
        # The annotations let the type checker compare the classes with their ports.
        self.leases: Leases = OwnLeases(self)
        self.states: States = OwnStates(self)

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        for spec in specs:
            check_spec(spec)  # A table for each kind is added together with the records.
        if self._connection is None:
            self._connection = sqlite3.connect(self._file, check_same_thread=False, isolation_level=None)
            self.change("PRAGMA synchronous = FULL")
            self._connection.executescript(TABLES)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def change(self, statement: str, *values: object) -> Any:
        """Run one statement, durably, and return its first row."""
        with self._lock:
            if self._connection is None:
                raise StorageError("the file is closed or was never prepared; call prepare() first")
            with closing(self._connection.execute(statement, values)) as cursor:
                return cursor.fetchone()


@frozen
class OwnJournal:
    _storage: OwnStorage

    def head(self) -> tuple[int, str]:
        return 0, GENESIS  # The journal stays empty until commits are implemented.


@frozen
class OwnLeases:
    _storage: OwnStorage

    def acquire(self, name: str, holder: str, now: datetime, ttl: timedelta) -> Lease | None:
        row = self._storage.change(ACQUIRE, name, holder, to_microseconds(now + ttl), to_microseconds(now))
        return Lease(name, row[0], now + ttl) if row else None

    def release(self, lease: Lease) -> None:
        self._storage.change("UPDATE leases SET holder = '' WHERE name = ? AND token = ?", lease.name, lease.token)


@frozen
class OwnStates:
    _storage: OwnStorage

    def get(self, owner: str, name: str) -> StateValue | None:
        row = self._storage.change("SELECT version, body FROM states WHERE owner = ? AND name = ?", owner, name)
        return StateValue(*row) if row else None

    def put(self, owner: str, name: str, body: bytes, expected: int, fence: Lease | None = None) -> bool:
        token, lease = (fence.token, fence.name) if fence else (0, "")
        return bool(self._storage.change(PUT, owner, name, body, expected, token, lease))


def to_microseconds(moment: datetime) -> int:
    """Return a time as whole microseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
