"""The index of the journal, compared with the lines that it was made from."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import chain

from anninh_storage.sql.database import Connection
from anninh_storage.sql.journal import JournalRef, line_from, refs_of

_PAGE = 5000
_BITS = 128


def is_index_whole(connection: Connection) -> bool:
    """Tell whether the index has what the lines name, all of it and nothing else.

    The two have different orders, so that sums of hashes are compared: no row is held.
    """
    return _sum(_iter_stored(connection)) == _sum(_iter_expected(connection))


def _sum(refs: Iterable[JournalRef]) -> tuple[int, int]:
    count = total = 0
    for ref, is_look, seq in refs:
        digest = blake2b(f"{seq} {is_look} {ref}".encode(), digest_size=_BITS // 8).digest()
        count, total = count + 1, (total + int.from_bytes(digest, "big")) % (1 << _BITS)
    return count, total


def _iter_stored(connection: Connection) -> Iterator[JournalRef]:
    last: JournalRef = ("", 0, 0)
    columns = "ref, is_look, seq"
    statement = f"SELECT {columns} FROM journal_ref WHERE ({columns}) > (?, ?, ?) ORDER BY {columns} LIMIT ?"
    while rows := connection.execute(statement, (*last, _PAGE)).fetchall():
        yield from rows
        last = rows[-1]


def _iter_expected(connection: Connection) -> Iterator[JournalRef]:
    after = 0
    statement = "SELECT seq, previous, hash, content FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
    while rows := connection.execute(statement, (after, _PAGE)).fetchall():
        yield from chain.from_iterable(map(refs_of, map(line_from, rows)))
        after = rows[-1][0]
