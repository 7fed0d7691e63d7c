"""The interface that the shared statements need from an engine."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from attrs import frozen

R = TypeVar("R")

Job = Callable[[Any, list[Any]], Sequence[Any]]
"""Does something for each item inside an open transaction (its first argument) and returns one result each."""


class Cursor(Protocol):
    """The result of a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows a statement changed."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection. Values stand as `?` in statements of every engine."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement."""
        ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement once a row, in batches of the driver's."""
        ...


@frozen(kw_only=True)
class Dialect:
    """Where the engines' SQL differs.

    Attributes:
        name: of the engine.
        types: Python type -> column type.
        ascending, descending: suffix of a column in `ORDER BY`, so that None comes first, or last.
        clustered_table: suffix of `CREATE TABLE` that stores the rows in the order of the key.
        for_update: suffix that locks the rows of a SELECT until the transaction ends.
        for_update_skip_locked: the same, without rows that others have locked.
        notify: statement that wakes waiting workers once the transaction is committed; "" where workers poll.
        merges_sorted_unions: whether the parts of an ordered UNION ALL are merged, each read no further than needed.
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
    """An open database as the ports use it, from many threads."""

    @property
    def dialect(self) -> Dialect:
        """How its SQL differs."""
        ...

    def require_open(self) -> None:
        """Raise `StorageError` unless it is open."""
        ...

    def reader(self) -> AbstractContextManager[Connection]:
        """Borrow a connection that sees the last commit."""
        ...

    def replica_reader(self) -> AbstractContextManager[Connection]:
        """Borrow a connection for a long read that may lag some seconds behind: of a replica, if there is one."""
        ...

    def write(self, job: Job, items: Sequence[Any]) -> Sequence[Any]:
        """Do a job for its items in a transaction shared with other threads, while nobody else writes."""
        ...

    def change(self, job: Callable[[Connection], R]) -> R:
        """Do one thing in a transaction shared with other threads, while nobody else writes."""
        ...

    def try_write(self) -> None:
        """Write durably, in a transaction of its own, and need as much room as an event does; keep nothing of it."""
        ...

    def row_locked(self, job: Callable[[Connection], R]) -> R:
        """Run a job that only touches rows it has locked: concurrently with other writers, if the engine can."""
        ...

    def lease(self, job: Callable[[Connection], R]) -> R:
        """Run a job as `row_locked` does, which a power cut may undo as long as nothing was committed behind it.

        Claims are such: whoever has one does nothing outside before a later commit says so.
        """
        ...

    def wait(self, patience: timedelta) -> bool:
        """Return True when something was committed since the last call, False when patience ends."""
        ...

    def scrub(self) -> None:
        """Erase the remains of deleted rows, as far as the engine can do that at once."""
        ...

    def columns(self, connection: Connection, table: str) -> Mapping[str, str]:
        """Return the columns of a table and their types as `Dialect.types` names them."""
        ...

    def close(self) -> None:
        """Close it; idempotent."""
        ...
