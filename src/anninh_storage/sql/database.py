"""The interface that the shared statements need from an engine."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from attrs import frozen

R = TypeVar("R")

Job = Callable[[Any, list[Any]], Sequence[Any]]
"""A function that processes items in an open transaction (its first argument) and returns one result for each."""


class Cursor(Protocol):
    """The result of a SQL statement."""

    @property
    def rowcount(self) -> int:
        """Number of rows that the statement changed."""
        ...

    def fetchone(self) -> Any:
        """Return the next row of the result, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the remaining rows of the result."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection that takes statements with `?` placeholders, whatever the engine."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run a SQL statement with these values."""
        ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a SQL statement once per row of values, in the driver's batches."""
        ...


@frozen(kw_only=True)
class Dialect:
    """The differences between the engines' SQL.

    Attributes:
        name: name of the engine.
        types: Python type -> column type.
        ascending, descending: suffix of a column in `ORDER BY`, so that None comes first, or last.
        clustered_table: suffix of `CREATE TABLE` that stores the rows in the order of the key.
        for_update: suffix that locks the rows of a SELECT until the transaction ends.
        for_update_skip_locked: the same, without rows that others have locked.
        notify: statement that wakes waiting workers once the transaction is committed; "" where workers poll.
        merges_sorted_unions: whether the parts of an ordered UNION ALL are merged, so that each part is read no further
            than needed.
        month_of_day: expression for the month, as stored in the tables, of the column `day`.
    """

    name: str
    types: Mapping[type, str]
    ascending: str
    descending: str
    clustered_table: str
    for_update: str
    for_update_skip_locked: str
    notify: str
    merges_sorted_unions: bool
    month_of_day: str


class Database(Protocol):
    """An open database, used by the ports from many threads."""

    @property
    def dialect(self) -> Dialect:
        """The SQL dialect of the engine."""
        ...

    def require_open(self) -> None:
        """Raise `StorageError` unless the database is open."""
        ...

    def reader(self) -> AbstractContextManager[Connection]:
        """Borrow a connection that sees the last commit, for reading."""
        ...

    def replica_reader(self) -> AbstractContextManager[Connection]:
        """Borrow a connection for a long read, to a replica if one exists; it may lag some seconds behind."""
        ...

    def write(self, job: Job, items: Sequence[Any]) -> Sequence[Any]:
        """Run a job for its items in a transaction shared with other threads, with the write lock held."""
        ...

    def change(self, job: Callable[[Connection], R]) -> R:
        """Run a job in a transaction shared with other threads, with the write lock held."""
        ...

    def try_write(self) -> None:
        """Test a durable write that needs as much space as an event, in a transaction of its own; keep nothing of the
        content.
        """
        ...

    def run_row_locked(self, job: Callable[[Connection], R]) -> R:
        """Run a job that only touches rows it has locked: concurrently with other writers, if the engine can."""
        ...

    def lease(self, job: Callable[[Connection], R]) -> R:
        """Run a job that only touches rows it has locked, with a commit that a power cut may undo unless a later commit
        was durable.

        This is enough for claims: their holder does nothing outside the database before a later commit.
        """
        ...

    def wait(self, patience: timedelta) -> bool:
        """Return True after a commit since the last call, or False after `patience`."""
        ...

    def scrub(self) -> None:
        """Erase the remains of deleted rows, if the engine can do so at once."""
        ...

    def columns(self, connection: Connection, table: str) -> Mapping[str, str]:
        """Return the columns of a table and their types in the terms of `Dialect.types`."""
        ...

    def close(self) -> None:
        """Close the database; idempotent."""
        ...
