"""The bare driver: `sqlite3` with the durability that ours has, and nothing else."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

Rows = dict[str, Sequence[Sequence[Any]]]
"""Statement -> rows for `executemany`."""


def connect(path: Path) -> sqlite3.Connection:
    """Open a file as ours does where it matters: WAL, synchronous=FULL, the same cache; transactions begun by hand."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Begin and commit around a `with`."""
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("COMMIT")


class Twin:
    """A bare copy of a database of ours: same tables, same indexes, and soon the same rows.

    It takes over what ours has written since the last look, as rows ready for `executemany`: no judging, sealing,
    hashing or reading back is left to do. Deletions are not repeated.

    Args:
        ours: the file that the app writes.
        path: where the copy lies.
    """

    def __init__(self, ours: Path, path: Path) -> None:
        self._path = path
        with closing(sqlite3.connect(ours)) as source:
            source.execute("VACUUM INTO ?", (str(path),))
        self.connection = connect(path)
        self._look = sqlite3.connect(ours, isolation_level=None)
        self._look.execute("ATTACH ? AS twin", (str(path),))
        self._tables = _tables(self._look)

    def steps(self, steps: int = 1) -> list[Rows]:
        """Return what ours has and the copy has not, dealt out to as many commits.

        Rows that all steps changed together, such as sums, are written again in each of them, as ours did.
        """
        dealt: list[Rows] = [{} for _ in range(steps)]
        for table in self._tables:
            rows = self._new(table)
            together = len(rows) < steps
            statement = self._statement(table, overwriting=together or not self._all_new(table, len(rows)))
            for step, into in enumerate(dealt if rows else []):
                into[statement] = (
                    rows if together else rows[step * len(rows) // steps : (step + 1) * len(rows) // steps]
                )
        return dealt

    def _new(self, table: "Table") -> list[tuple[Any, ...]]:
        columns = ", ".join(table.columns)
        return self._look.execute(
            f"SELECT {columns} FROM main.{table.name} EXCEPT SELECT {columns} FROM twin.{table.name}"
        ).fetchall()

    def _all_new(self, table: "Table", rows: int) -> bool:
        ours, copied = (
            self._look.execute(f"SELECT count(*) FROM {place}.{table.name}").fetchone()[0] for place in ("main", "twin")
        )
        return bool(ours - copied == rows)

    def _statement(self, table: "Table", *, overwriting: bool) -> str:
        insert = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({', '.join('?' * len(table.columns))})"
        if table.is_index or not overwriting:
            return insert
        return f"{insert} ON CONFLICT DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in table.columns)}"

    def write(self, rows: Rows) -> None:
        """Insert rows in one durable commit."""
        with transaction(self.connection):
            for statement, values in rows.items():
                self.connection.executemany(statement, values)

    def close(self) -> None:
        """Release both files."""
        self.connection.close()
        self._look.close()


@frozen
class Table:
    """A table to be copied.

    Attributes:
        is_index: whether it is a full-text index: its rows are read through its content, and only added to.
    """

    name: str
    columns: tuple[str, ...]
    is_index: bool


def _tables(connection: sqlite3.Connection) -> tuple[Table, ...]:
    """Return the tables, without those in which SQLite keeps the inside of others."""
    rows = connection.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'table'").fetchall()
    indexes = tuple(name for name, sql in rows if sql.upper().startswith("CREATE VIRTUAL"))
    inside = ("sqlite_", *(f"{name}_" for name in indexes))
    return tuple(
        Table(f'"{name}"', _columns(connection, name, is_index=name in indexes), name in indexes)
        for name, _ in rows
        if not name.startswith(inside)
    )


def _columns(connection: sqlite3.Connection, table: str, *, is_index: bool) -> tuple[str, ...]:
    """Return quoted names; a generated column (`hidden` above 0) can't be written."""
    found = connection.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
    return (*(["rowid"] if is_index else []), *(f'"{name}"' for _, name, *_, hidden in found if not hidden))
