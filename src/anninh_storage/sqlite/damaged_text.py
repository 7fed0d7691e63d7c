"""Read text that isn't UTF-8, as after a byte of the file was altered: one damaged cell must not break a list."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")

decode_text = partial(str, encoding="utf-8", errors="replace")
"""Decode SQLite's text. Altered text can't be restored, and content sealed under its original can't be opened any
more.
"""


class ReaderCursor(sqlite3.Cursor):
    """A cursor that runs its statement again if a text of the result isn't UTF-8.

    Decoding each text in Python would cost three times as much for intact texts.
    """

    _statement = ""
    _values: Any = ()

    def execute(self, statement: str, values: Any = (), /) -> "ReaderCursor":
        """Run a statement that changes nothing, and return this cursor."""
        self._statement = statement
        self._values = values
        self.connection.text_factory = str
        super().execute(statement, values)
        return self

    def fetchone(self) -> Any:
        """Return the next row of the result, or None."""
        return self._fetch_tolerantly(super().fetchone)

    def fetchall(self) -> list[Any]:
        """Return the remaining rows of the result."""
        return self._fetch_tolerantly(super().fetchall)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # the driver returns itself, which can't begin again
        """Yield the rows of the result one by one."""
        fetch = super().fetchone
        count = 0
        while True:
            try:
                row = fetch()
            except sqlite3.OperationalError as error:
                self._run_again(error)
                for _ in range(count):
                    fetch()
                continue
            if row is None:
                return
            count += 1
            yield row

    def _fetch_tolerantly(self, fetch: Callable[[], T]) -> T:
        try:
            return fetch()
        except sqlite3.OperationalError as error:
            self._run_again(error)
            return fetch()

    def _run_again(self, error: sqlite3.OperationalError) -> None:
        """Run the statement again with tolerant decoding; raise an error that isn't about decoding."""
        # An error of the driver, unlike one of the SQLite library, is about decoding a text.
        is_of_library = hasattr(error, "sqlite_errorcode")
        if is_of_library or self.connection.text_factory is decode_text:
            raise error
        self.connection.text_factory = decode_text
        super().execute(self._statement, self._values)


class ReaderConnection(sqlite3.Connection):
    """A read-only connection with cursors that tolerate damaged text; see `ReaderCursor`."""

    def execute(self, statement: str, values: Any = (), /) -> ReaderCursor:
        """Run a statement that changes nothing, and return its cursor."""
        return self.cursor(ReaderCursor).execute(statement, values)
