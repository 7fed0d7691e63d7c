"""Search by FTS5.

A row's number is its place: the hour of its time, and a number within the hour. The index yields places from the last
to the first, so the newest hits are found without looking at the others; only those of one hour are sorted.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from typing import Any

from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.searching import Phrase
from anninh_core.ports.changes import SearchTerms
from anninh_core.ports.searching import Hit
from anninh_storage.sql.search import SqlSearch, Wanted, last_of, line
from anninh_storage.sql.times import micros, moment
from anninh_storage.sql.values import marks, portions, tuples
from anninh_storage.sqlite.database import SqliteDatabase

ERASES_AT_ONCE = (3, 42, 0)
"""The first SQLite whose index overwrites what is deleted. An older one marks it, and drops it when it next merges the
part of the index where it lies."""

_HOUR = 3_600_000_000
_BITS = 24
_SET = "INSERT INTO search_index (search_index, rank) VALUES (?, ?)"
_KEPT = "SELECT 1 FROM search_index_config WHERE k = 'secure-delete' AND v = 1"
_OLD = """
    WITH v (kind, id) AS (VALUES {})
    SELECT DISTINCT s.place, s.kind, s.id FROM v JOIN search_rows s ON s.kind = v.kind AND s.id = v.id
"""
_LAST = "SELECT max(place) FROM search_rows WHERE place BETWEEN ? AND ?"
_ROW = "INSERT INTO search_rows (place, kind, id, unit, at, line) VALUES (?, ?, ?, ?, ?, ?)"
# A cross join keeps the order of its sides: the index leads, in the order of its places.
_FOUND = """
    SELECT s.at, s.id FROM search_index i CROSS JOIN search_rows s ON s.place = i.rowid
    WHERE i.search_index MATCH ? AND s.kind = ?{} ORDER BY i.rowid DESC
"""


class SqliteSearch(SqlSearch[sqlite3.Connection, SqliteDatabase]):
    """An index over the lines of `search_rows`."""

    def open(self) -> None:
        """Have the index overwrite what is deleted, where this SQLite can."""
        if sqlite3.sqlite_version_info < ERASES_AT_ONCE:
            return
        with self._database.reading() as connection:
            kept = connection.execute(_KEPT).fetchone()
        if not kept:
            self._database.change(lambda writer: writer.execute(_SET, ("secure-delete", 1)))

    def replace(self, connection: sqlite3.Connection, changed: Iterable[SearchTerms]) -> None:
        """Store terms; they replace earlier terms of the same records."""
        last = last_of(changed)
        if not last:
            return
        before = _places(connection, last)
        rows = sorted(_rows(connection, [terms for terms in last if terms.terms], before))
        _remove(connection, sorted(before.values()))
        connection.executemany(_ROW, rows)
        connection.executemany(
            "INSERT INTO search_index (rowid, line) VALUES (?, ?)", [(row[0], row[-1]) for row in rows]
        )

    def _hits(self, wanted: Wanted) -> list[Hit]:
        statement, values = _question(wanted)
        behind = wanted.before and (micros(wanted.before.at), wanted.before.id)
        found: list[tuple[int, str]] = []
        with self._database.reading() as connection, closing(connection.execute(statement, values)) as rows:
            for _, hour in groupby(rows, key=_hour):
                found += sorted((row for row in hour if behind is None or row < behind), reverse=True)
                if len(found) >= wanted.limit:
                    break
        return [Hit(moment(at), id) for at, id in found[: wanted.limit]]


def _hour(row: tuple[int, str]) -> int:
    return row[0] // _HOUR


def _places(connection: sqlite3.Connection, changed: Sequence[SearchTerms]) -> dict[tuple[str, str], int]:
    """Return where the records stand that are indexed already."""
    found: dict[tuple[str, str], int] = {}
    for portion in portions([(terms.kind, terms.id) for terms in changed]):
        values = [value for record in portion for value in record]
        for place, kind, id in connection.execute(_OLD.format(tuples(len(portion), 2)), values):
            found[kind, id] = place
    return found


def _remove(connection: sqlite3.Connection, places: Sequence[int]) -> None:
    """Take lines out of the index, which must read them once more, and then away."""
    rows = [(place,) for place in places]
    connection.executemany("DELETE FROM search_index WHERE rowid = ?", rows)
    connection.executemany("DELETE FROM search_rows WHERE place = ?", rows)


def _rows(
    connection: sqlite3.Connection, changed: Sequence[SearchTerms], before: dict[tuple[str, str], int]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows; a record keeps its place as long as its hour is the same."""
    free: dict[int, int] = {}
    for terms in changed:
        at = micros(terms.at)
        hour = at // _HOUR
        place = before.get((terms.kind, terms.id))
        if place is None or place >> _BITS != hour:
            place = free[hour] if hour in free else _next(connection, hour)
            free[hour] = place + 1
        if place >> _BITS != hour:
            raise StorageError(
                f"{1 << _BITS:,} texts of one hour are all that the index takes; find out who sends so many"
            )
        yield place, terms.kind, terms.id, terms.unit, at, line(terms)


def _next(connection: sqlite3.Connection, hour: int) -> int:
    """Return the place behind the last one of an hour."""
    first = hour << _BITS
    last: int | None = connection.execute(_LAST, (first, first + (1 << _BITS) - 1)).fetchone()[0]
    return first if last is None else last + 1


def _question(wanted: Wanted) -> tuple[str, list[Any]]:
    rule = ""
    values: list[Any] = [_expression(wanted), wanted.kind]
    if wanted.sifted is not None:
        rule += f" AND s.unit IN ({marks(len(wanted.sifted))})"
        values += wanted.sifted
    if wanted.before is not None:
        rule += " AND i.rowid < ?"
        values.append((micros(wanted.before.at) // _HOUR + 1) << _BITS)
    return _FOUND.format(rule), values


def _expression(wanted: Wanted) -> str:
    """Return what FTS5 looks for. Terms and marks are letters, digits and _; quoted, so that none is an operator."""
    clauses = [_any(clause) for clause in wanted.query.clauses]
    if wanted.marks:
        clauses.append(_any([(one,) for one in wanted.marks]))
    text = " AND ".join(clauses)
    return f"({text}) NOT {_any(wanted.query.excluded)}" if wanted.query.excluded else text


def _any(phrases: Sequence[Phrase]) -> str:
    quoted = [f'"{" ".join(phrase)}"' for phrase in phrases]
    return f"({' OR '.join(quoted)})"
