"""The append-only, hash-chained trail."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from anninh_core.ports.changes import GENESIS, JournalLine, chain_hash
from anninh_storage.sql.database import Connection, Database

_HEAD = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"


def append(connection: Connection, contents: Sequence[bytes]) -> None:
    """Chain entries behind the last line."""
    seq, previous = head(connection)
    rows = []
    for content in contents:
        seq, line_hash = seq + 1, chain_hash(previous, content)
        rows.append((seq, previous, line_hash, content))
        previous = line_hash
    connection.executemany("INSERT INTO journal (seq, previous, hash, content) VALUES (?, ?, ?, ?)", rows)


def head(connection: Connection) -> tuple[int, str]:
    """Return the last sequence number and hash."""
    return connection.execute(_HEAD).fetchone() or (0, GENESIS)


@frozen
class SqlJournal:
    """Lines in one table."""

    _database: Database

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        """Return lines with `seq > after`, in order."""
        statement = "SELECT seq, previous, hash, content FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
        with self._database.reader() as connection:
            rows = connection.execute(statement, (after, limit)).fetchall()
        return [line_from(row) for row in rows]

    def head(self) -> tuple[int, str]:
        """Return the last sequence number and hash."""
        with self._database.reader() as connection:
            return head(connection)


def line_from(row: Sequence[Any]) -> JournalLine:
    """Return the line of a row, even where somebody stored its content as text: the chain will tell."""
    seq, previous, line_hash, content = row
    content = content if isinstance(content, bytes) else content.encode()
    return JournalLine(seq=seq, previous=previous, hash=line_hash, content=content)
