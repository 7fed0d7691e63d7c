"""The append-only, hash-chained journal in SQL tables."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.ports.storages.changes import (
    GENESIS,
    Entry,
    JournalLine,
    chain_hash,
    entry_bytes,
    entry_from,
    entry_refs,
)
from anninh_storage.sql.database import Connection, Database

_HEAD = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
_SOME_ABOUT = "SELECT seq FROM journal_ref WHERE ref = ? AND is_look = {is_look} AND seq > ? ORDER BY seq LIMIT ?"
_ACTS_ABOUT = f"SELECT seq FROM ({_SOME_ABOUT.format(is_look=0)}) acts"
_ALL_ABOUT = f"{_ACTS_ABOUT} UNION ALL SELECT seq FROM ({_SOME_ABOUT.format(is_look=1)}) looks"
"""Subquery for all entries about a record. Acts and other entries are indexed separately, so that acts are found among
thousands of reads.
"""

JournalRef = tuple[str, int, int]
"""A row of the journal's index: `kind:id`, 1 for an entry that isn't an act, else 0, and the number of its line."""


@frozen
class NewLine:
    """An entry that isn't chained yet.

    Attributes:
        content: canonical JSON of the entry.
        refs: references under which the index finds the entry.
        is_look: whether the entry isn't an act.
    """

    content: bytes
    refs: tuple[str, ...]
    is_look: bool

    @classmethod
    def of(cls, entry: Entry) -> "NewLine":
        """Return the unchained line of an entry."""
        return cls(entry_bytes(entry), entry_refs(entry), entry.outcome != "done")


def append_lines(connection: Connection, lines: Sequence[NewLine]) -> None:
    """Append entries to the journal's hash chain, and index their references."""
    seq, previous = read_head(connection)
    rows = []
    refs = []
    for line in lines:
        seq, line_hash = seq + 1, chain_hash(previous, line.content)
        rows.append((seq, previous, line_hash, line.content))
        refs += [(ref, int(line.is_look), seq) for ref in line.refs]
        previous = line_hash
    connection.executemany("INSERT INTO journal (seq, previous, hash, content) VALUES (?, ?, ?, ?)", rows)
    store_refs(connection, refs)


def store_refs(connection: Connection, refs: Sequence[JournalRef]) -> None:
    """Store rows of the journal's index."""
    if refs:
        connection.executemany("INSERT INTO journal_ref (ref, is_look, seq) VALUES (?, ?, ?)", refs)


def parse_refs(line: JournalLine) -> list[JournalRef]:
    """Return the index rows of a stored line, or none if the line is unreadable: verifying the hash chain reports
    that.
    """
    try:
        entry = entry_from(line.content)
    except DECODE_ERRORS:
        return []
    return [(ref, int(entry.outcome != "done"), line.seq) for ref in entry_refs(entry)]


def read_head(connection: Connection) -> tuple[int, str]:
    """Return the sequence number and hash of the journal's last line."""
    return connection.execute(_HEAD).fetchone() or (0, GENESIS)


@frozen
class SqlJournal:
    """Reads the journal's lines from one table."""

    _database: Database

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        """Return the journal's lines with `seq > after`, in order."""
        statement = "SELECT seq, previous, hash, content FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
        with self._database.reader() as connection:
            rows = connection.execute(statement, (after, limit)).fetchall()
        return [build_line(row) for row in rows]

    def about(self, ref: str, after: int = 0, limit: int = 500, *, acts_only: bool = False) -> Sequence[JournalLine]:
        """Return the journal's lines with `seq > after` that are indexed under a reference; with `acts_only`, only
        those of acts.
        """
        subquery, parts = (_ACTS_ABOUT, 1) if acts_only else (_ALL_ABOUT, 2)
        statement = (
            f"SELECT j.seq, j.previous, j.hash, j.content FROM ({subquery}) r JOIN journal j ON j.seq = r.seq"
            " ORDER BY j.seq LIMIT ?"
        )
        with self._database.reader() as connection:
            rows = connection.execute(statement, (*(ref, after, limit) * parts, limit)).fetchall()
        return [build_line(row) for row in rows]

    def head(self) -> tuple[int, str]:
        """Return the sequence number and hash of the journal's last line."""
        with self._database.reader() as connection:
            return read_head(connection)


def build_line(row: Sequence[Any]) -> JournalLine:
    """Return the journal line of a row. Content that was overwritten as text is encoded: verifying the chain reports
    the change.
    """
    seq, previous, line_hash, content = row
    content = content if isinstance(content, bytes) else content.encode()
    return JournalLine(seq=seq, previous=previous, hash=line_hash, content=content)
