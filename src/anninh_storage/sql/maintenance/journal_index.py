"""Compare the index of the journal with the journal's lines, in both directions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b
from itertools import chain

from anninh_storage.sql.database import Connection
from anninh_storage.sql.journal import JournalRef, build_line, parse_refs

_PAGE = 5000
_BITS = 128
_SPAN = 10_000
"""Number of lines in a span; the index rows of a span are compared together."""

_Sums = dict[int, tuple[int, int]]
"""Span of lines -> number of its index rows, and the sum of their hashes."""


def find_wrong_refs(connection: Connection) -> Iterator[str]:
    """Yield `ref in line n` for every row that the journal's index lacks, or that belongs to no line.

    Index and lines are sorted differently, so that sums of hashes are compared for each span of lines: rows are kept in
    memory only for spans with different sums.
    """
    stored_sums = _sum_hashes(_iter_stored_refs(connection))
    expected_sums = _sum_hashes(_iter_expected_refs(connection))
    spans = {span for span in stored_sums | expected_sums if stored_sums.get(span) != expected_sums.get(span)}
    if not spans:
        return
    stored = _collect_refs(_iter_stored_refs(connection), spans)
    expected = _collect_refs(_iter_expected_refs(connection), spans)
    yield from (f"{ref} in line {seq:,}" for ref, _, seq in sorted(stored ^ expected, key=lambda row: (row[2], row[0])))


def _sum_hashes(refs: Iterable[JournalRef]) -> _Sums:
    sums: _Sums = defaultdict(lambda: (0, 0))
    for ref, is_look, seq in refs:
        digest = blake2b(f"{seq} {is_look} {ref}".encode(), digest_size=_BITS // 8).digest()
        count, total = sums[seq // _SPAN]
        sums[seq // _SPAN] = count + 1, (total + int.from_bytes(digest, "big")) % (1 << _BITS)
    return sums


def _collect_refs(refs: Iterable[JournalRef], spans: Collection[int]) -> set[JournalRef]:
    return {(ref, is_look, seq) for ref, is_look, seq in refs if seq // _SPAN in spans}


def _iter_stored_refs(connection: Connection) -> Iterator[JournalRef]:
    last: JournalRef = ("", 0, 0)
    columns = "ref, is_look, seq"
    statement = f"SELECT {columns} FROM journal_ref WHERE ({columns}) > (?, ?, ?) ORDER BY {columns} LIMIT ?"
    while rows := connection.execute(statement, (*last, _PAGE)).fetchall():
        yield from rows
        last = rows[-1]


def _iter_expected_refs(connection: Connection) -> Iterator[JournalRef]:
    after = 0
    statement = "SELECT seq, previous, hash, content FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
    while rows := connection.execute(statement, (after, _PAGE)).fetchall():
        yield from chain.from_iterable(map(parse_refs, map(build_line, rows)))
        after = rows[-1][0]
