"""What the journal last said of every record, in a temporary database on the disk."""

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import msgspec
from attrs import frozen

from anninh_core.ports.changes import JournalLine, Touched, entry_from
from anninh_core.ports.storage import Journal
from anninh_core.usecase.journal import read_lines

_BATCH = 5000
_MEMORY = 16_000  # KiB of pages that are held
_TABLES = f"""
    PRAGMA temp_store = FILE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{_MEMORY};
    CREATE TABLE said (kind TEXT, id TEXT, version INTEGER, hash TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
    CREATE TABLE later (kind TEXT, id TEXT, version INTEGER, hash TEXT);
    CREATE TABLE doubts (kind TEXT, id TEXT, version INTEGER, hash TEXT, said INTEGER, said_hash TEXT);
"""
_SAY = """
    INSERT INTO said VALUES (?, ?, ?, ?)
    ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, hash = excluded.hash
"""
_OPEN_DOUBTS = """
    SELECT d.kind, d.id, d.version, d.hash, d.said, d.said_hash FROM doubts d
    WHERE NOT EXISTS (
        SELECT 1 FROM later l
        WHERE l.kind = d.kind AND l.id = d.id AND l.version = d.version AND l.hash IN ('', d.hash)
    )
    ORDER BY d.kind, d.id
"""


@frozen
class RecordWord:
    """A version of a record, and the SHA-256 of its body; "" where the journal doesn't tell."""

    kind: str
    id: str
    version: int
    hash: str

    def confirms(self, held: "RecordWord") -> bool:
        """Tell whether what is held is what this says."""
        return self.version == held.version and self.hash in ("", held.hash)


class RecordLedger:
    """The last word about each record, sorted; a context manager.

    The first `read` gathers what was said; the second what has been said since, which settles the doubts.

    Attributes:
        is_empty: whether the first reading found no record named.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # "": a file without a name, gone when it is closed
        self._database.executescript(_TABLES)
        self._seq: int | None = None
        self.is_empty = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._database.close()

    def read(self, journal: Journal) -> None:
        """Read on in the journal, up to its end."""
        statement = _SAY if self._seq is None else "INSERT INTO later VALUES (?, ?, ?, ?)"
        words: list[tuple[str, str, int, str]] = []
        self._seq = self._seq or 0
        for line in read_lines(journal, self._seq):
            self._seq = line.seq
            words += [(one.kind, one.id, one.version, one.body_hash) for one in _touched(line)]
            if len(words) >= _BATCH:
                self._write(statement, words)
                words = []
        self._write(statement, words)
        if statement is not _SAY:
            self._database.execute("CREATE INDEX later_record ON later (kind, id)")

    def kinds(self) -> set[str]:
        """Return the kinds that the journal named."""
        return {kind for (kind,) in self._database.execute("SELECT DISTINCT kind FROM said")}

    def words(self, kind: str) -> Iterator[RecordWord]:
        """Yield the last word about each record of a kind, by id in the order of code points."""
        statement = "SELECT kind, id, version, hash FROM said WHERE kind = ? ORDER BY id"
        yield from (RecordWord(*row) for row in self._database.execute(statement, (kind,)))

    def doubt(self, held: RecordWord, said: RecordWord | None) -> None:
        """Remember a record that isn't what was said: it may have been written meanwhile."""
        word = (said.version, said.hash) if said else (None, None)
        row = (held.kind, held.id, held.version, held.hash, *word)
        self._database.execute("INSERT INTO doubts VALUES (?, ?, ?, ?, ?, ?)", row)

    def doubts(self) -> Iterator[tuple[RecordWord, RecordWord | None]]:
        """Yield what is held and what was said, of all that nothing said since explains."""
        for kind, id, version, hash, said, said_hash in self._database.execute(_OPEN_DOUBTS):
            held = RecordWord(kind, id, version, hash)
            yield held, None if said is None else RecordWord(kind, id, said, said_hash)

    def _write(self, statement: str, words: list[tuple[str, str, int, str]]) -> None:
        if words:
            self.is_empty = self.is_empty and statement is not _SAY
            self._database.execute("BEGIN")
            self._database.executemany(statement, words)
            self._database.execute("COMMIT")


def _touched(line: JournalLine) -> tuple[Touched, ...]:
    """Return what a line names; nothing where it was made unreadable, which the chain tells."""
    try:
        return entry_from(line.content).touched
    except msgspec.DecodeError:
        return ()
