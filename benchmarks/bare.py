"""The floor's database access: bare `sqlite3` with the same durability as the library's."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

Rows = dict[str, Sequence[Sequence[Any]]]
"""SQL statement -> rows for `executemany`."""


def connect(path: Path) -> sqlite3.Connection:
    """Open a database with the library's settings: WAL, synchronous=FULL, the same cache size; transactions begin
    explicitly.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Begin a transaction, and commit it at the end of the `with` block."""
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("COMMIT")


class DatabaseCopy:
    """A bare copy of a database written by the library: same tables, same indexes, same rows after `write`.

    It copies the rows written since the last copy, ready for `executemany`: nothing is left to check, encrypt, hash or
    read back. Deletions are not copied.

    Args:
        ours: the file that the app writes.
        path: the copy's file.
    """

    def __init__(self, ours: Path, path: Path) -> None:
        self._path = path
        with closing(sqlite3.connect(ours)) as source:
            source.execute("VACUUM INTO ?", (str(path),))
        self.connection = connect(path)
        self._look = sqlite3.connect(ours, isolation_level=None)
        self._look.execute("ATTACH ? AS twin", (str(path),))
        self._tables = _list_tables(self._look)

    def split_new_rows(self, steps: int = 1) -> list[Rows]:
        """Return the rows that the copy doesn't have yet, divided into `steps` commits.

        Rows that all steps changed together, such as sums, are written again in each commit, as the library did.
        """
        commits: list[Rows] = [{} for _ in range(steps)]
        for table in self._tables:
            rows = self._list_new_rows(table)
            together = len(rows) < steps
            statement = self._build_statement(
                table, overwriting=together or not self._are_all_rows_new(table, len(rows))
            )
            for step, rows_by_statement in enumerate(commits if rows else []):
                rows_by_statement[statement] = (
                    rows if together else rows[step * len(rows) // steps : (step + 1) * len(rows) // steps]
                )
        return commits

    def _list_new_rows(self, table: "Table") -> list[tuple[Any, ...]]:
        columns = ", ".join(table.columns)
        return self._look.execute(
            f"SELECT {columns} FROM main.{table.name} EXCEPT SELECT {columns} FROM twin.{table.name}"
        ).fetchall()

    def _are_all_rows_new(self, table: "Table", rows: int) -> bool:
        source_count, copy_count = (
            self._look.execute(f"SELECT count(*) FROM {schema}.{table.name}").fetchone()[0]
            for schema in ("main", "twin")
        )
        return bool(source_count - copy_count == rows)

    def _build_statement(self, table: "Table", *, overwriting: bool) -> str:
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
        """Close the connections to both files."""
        self.connection.close()
        self._look.close()


@frozen
class Table:
    """A table that is copied from the library's database.

    Attributes:
        is_index: whether it is a full-text index: it is read through its content table, and rows are only added.
    """

    name: str
    columns: tuple[str, ...]
    is_index: bool


def _list_tables(connection: sqlite3.Connection) -> tuple[Table, ...]:
    """Return the tables of a database, without the internal tables of SQLite and of its full-text indexes."""
    rows = connection.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'table'").fetchall()
    indexes = tuple(name for name, sql in rows if sql.upper().startswith("CREATE VIRTUAL"))
    internal_prefixes = ("sqlite_", *(f"{name}_" for name in indexes))
    return tuple(
        Table(f'"{name}"', _list_columns(connection, name, is_index=name in indexes), name in indexes)
        for name, _ in rows
        if not name.startswith(internal_prefixes)
    )


def _list_columns(connection: sqlite3.Connection, table: str, *, is_index: bool) -> tuple[str, ...]:
    """Return the quoted names of a table's columns; a generated column (`hidden` above 0) can't be written and is left
    out.
    """
    columns = connection.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
    return (*(["rowid"] if is_index else []), *(f'"{name}"' for _, name, *_, hidden in columns if not hidden))
