"""Reading text that isn't UTF-8, as it may be where a byte of the file was altered: one such cell stops no list."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")

decode_text = partial(str, encoding="utf-8", errors="replace")
"""Decodes what SQLite holds as text. What was altered can't be restored; nothing that it sealed opens any more."""


class ReaderCursor(sqlite3.Cursor):
    """A cursor that runs its statement again where a text of the result isn't UTF-8.

    To decode each text in Python would cost three times as much for all that is whole.
    """

    _statement = ""
    _values: Any = ()

    def execute(self, statement: str, values: Any = (), /) -> "ReaderCursor":
        """Run a statement that changes nothing."""
        self._statement = statement
        self._values = values
        super().execute(statement, values)
        return self

    def fetchone(self) -> Any:
        """Return the first row, or None."""
        return self._fetch(super().fetchone)

    def fetchall(self) -> list[Any]:
        """Return all rows."""
        return self._fetch(super().fetchall)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # the rows, where the driver returns itself
        """Iterate over all rows."""
        return iter(self.fetchall())

    def _fetch(self, fetch: Callable[[], T]) -> T:
        try:
            return fetch()
        except sqlite3.OperationalError as error:
            if hasattr(error, "sqlite_errorcode"):  # the library's; the driver's own means that a text can't be decoded
                raise
        self.connection.text_factory = decode_text
        try:
            super().execute(self._statement, self._values)
            return fetch()
        finally:
            self.connection.text_factory = str


class ReaderConnection(sqlite3.Connection):
    """A connection that reads, see `ReaderCursor`."""

    def execute(self, statement: str, values: Any = (), /) -> ReaderCursor:
        """Run a statement that changes nothing."""
        return self.cursor(ReaderCursor).execute(statement, values)
