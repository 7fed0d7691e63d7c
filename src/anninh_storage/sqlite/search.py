"""Full-text search by SQLite's extension FTS5.

A row's number is its place: the hour of its time, and a number within the hour. The index yields places from the last
to the first, so that the newest hits are found without reading the others; only hits of the same hour are sorted.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from typing import Any

from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.search.query import Phrase
from anninh_core.ports.storages.changes import SearchTerms
from anninh_core.ports.storages.searching import Hit
from anninh_storage.sql.records.search import SearchRequest, SqlSearch, build_index_line, select_last_terms
from anninh_storage.sql.times import to_microseconds, to_moment
from anninh_storage.sql.values import build_placeholders, build_tuple_placeholders, split_into_chunks
from anninh_storage.sqlite.database import SqliteDatabase

SECURE_DELETE_SINCE = (3, 42, 0)
"""The first SQLite version whose index overwrites deleted content. Older ones mark it, and drop it with the next merge
of its part of the index.
"""

_log = logging.getLogger(__name__)

_HOUR = 3_600_000_000
_BITS = 24
_CONFIGURE = "INSERT INTO search_index (search_index, rank) VALUES (?, ?)"
_SECURE_DELETE_IS_SET = "SELECT 1 FROM search_index_config WHERE k = 'secure-delete' AND v = 1"
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR)
"""Error codes of a damaged index: it can't be read, contains a row too early, or is of another version."""
_REBUILD = "INSERT INTO search_index (search_index) VALUES ('rebuild')"
_FIND_PLACES = """
    WITH v (kind, id) AS (VALUES {})
    SELECT DISTINCT s.place, s.kind, s.id FROM v JOIN search_rows s ON s.kind = v.kind AND s.id = v.id
"""
_LAST_PLACE = "SELECT max(place) FROM search_rows WHERE place BETWEEN ? AND ?"
_INSERT_ROW = "INSERT INTO search_rows (place, kind, id, unit, at, line) VALUES (?, ?, ?, ?, ?, ?)"
# A cross join keeps the order of its sides, so that the index is read first, in the order of its places.
_SEARCH = """
    SELECT s.at, s.id FROM search_index i CROSS JOIN search_rows s ON s.place = i.rowid
    WHERE i.search_index MATCH ? AND s.kind = ?{} ORDER BY i.rowid DESC
"""


class SqliteSearch(SqlSearch[sqlite3.Connection, SqliteDatabase]):
    """Full-text search with an FTS5 index over the lines of `search_rows`."""

    def open(self) -> None:
        """Make the search index overwrite deleted content, if this SQLite version can."""
        if sqlite3.sqlite_version_info < SECURE_DELETE_SINCE:
            return
        with self._database.reader() as connection:
            is_set = connection.execute(_SECURE_DELETE_IS_SET).fetchone()
        if not is_set:
            self._database.change(lambda writer: writer.execute(_CONFIGURE, ("secure-delete", 1)))

    def replace(self, connection: sqlite3.Connection, changed: Iterable[SearchTerms]) -> None:
        """Store search terms in place of earlier terms of the same records."""
        latest = select_last_terms(changed)
        if not latest:
            return
        try:
            with _roll_back_if_damaged(connection):
                _replace_lines(connection, latest)
        except _DamagedIndex:
            _log.exception("the search index is damaged: it is built anew from its lines")
            _rebuild_index(connection, latest)

    def _find_hits(self, request: SearchRequest) -> list[Hit]:
        statement, values = _build_search_statement(request)
        before_key = request.before and (to_microseconds(request.before.at), request.before.id)
        page: list[tuple[int, str]] = []
        with self._database.reader() as connection, closing(connection.execute(statement, values)) as rows:
            for _, hour in groupby(rows, key=_get_hour):
                page += sorted((row for row in hour if before_key is None or row < before_key), reverse=True)
                if len(page) >= request.limit:
                    break
        return [Hit(to_moment(at), id) for at, id in page[: request.limit]]


class _DamagedIndex(Exception):
    """Raised if the search index can't be read for a change."""


@contextmanager
def _roll_back_if_damaged(connection: sqlite3.Connection) -> Iterator[None]:
    """If the search index is damaged, undo the changes made inside a `with`, and raise `_DamagedIndex`."""
    connection.execute("SAVEPOINT search")
    try:
        yield
        # The savepoint makes SQLite write the index now: a failure later would break the whole commit.
        connection.execute("SAVEPOINT written")
        connection.execute("RELEASE search")
    except sqlite3.DatabaseError as error:
        connection.execute("ROLLBACK TO search")
        connection.execute("RELEASE search")
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGE:
            raise
        raise _DamagedIndex from error


def _rebuild_index(connection: sqlite3.Connection, latest: Sequence[SearchTerms]) -> None:
    """Rebuild the search index, and store terms. If that fails too, the records stay without index terms."""
    try:
        with _roll_back_if_damaged(connection):
            connection.execute(_REBUILD)
            _replace_lines(connection, latest)
    except _DamagedIndex:
        _log.exception("%d records aren't found by their words: run `anninh storage reindex`", len(latest))


def _replace_lines(connection: sqlite3.Connection, latest: Sequence[SearchTerms]) -> None:
    old_places = _find_places(connection, latest)
    rows = sorted(_iter_new_rows(connection, [terms for terms in latest if terms.terms], old_places))
    _remove_lines(connection, sorted(old_places.values()))
    connection.executemany(_INSERT_ROW, rows)
    connection.executemany("INSERT INTO search_index (rowid, line) VALUES (?, ?)", [(row[0], row[-1]) for row in rows])


def _get_hour(row: tuple[int, str]) -> int:
    return row[0] // _HOUR


def _find_places(connection: sqlite3.Connection, changed: Sequence[SearchTerms]) -> dict[tuple[str, str], int]:
    """Return the places of the records that are indexed already."""
    places: dict[tuple[str, str], int] = {}
    for chunk in split_into_chunks([(terms.kind, terms.id) for terms in changed]):
        values = [value for record in chunk for value in record]
        for place, kind, id in connection.execute(_FIND_PLACES.format(build_tuple_placeholders(len(chunk), 2)), values):
            places[kind, id] = place
    return places


def _remove_lines(connection: sqlite3.Connection, places: Sequence[int]) -> None:
    """Delete search lines first from the index, which reads them for that, and then from the table."""
    rows = [(place,) for place in places]
    connection.executemany("DELETE FROM search_index WHERE rowid = ?", rows)
    connection.executemany("DELETE FROM search_rows WHERE place = ?", rows)


def _iter_new_rows(
    connection: sqlite3.Connection, changed: Sequence[SearchTerms], old_places: dict[tuple[str, str], int]
) -> Iterator[tuple[Any, ...]]:
    """Yield the new rows of records; a record keeps its place if its hour is unchanged."""
    next_places: dict[int, int] = {}
    for terms in changed:
        at = to_microseconds(terms.at)
        hour = at // _HOUR
        place = old_places.get((terms.kind, terms.id))
        if place is None or place >> _BITS != hour:
            place = next_places[hour] if hour in next_places else _find_free_place(connection, hour)
            next_places[hour] = place + 1
        if place >> _BITS != hour:
            raise StorageError(
                "The search index holds at most {most:,} texts of one hour: find out who sends so many.",
                most=1 << _BITS,
            )
        yield place, terms.kind, terms.id, terms.unit, at, build_index_line(terms)


def _find_free_place(connection: sqlite3.Connection, hour: int) -> int:
    """Return the first free place of an hour in the search index."""
    first = hour << _BITS
    last: int | None = connection.execute(_LAST_PLACE, (first, first + (1 << _BITS) - 1)).fetchone()[0]
    return first if last is None else last + 1


def _build_search_statement(request: SearchRequest) -> tuple[str, list[Any]]:
    condition = ""
    values: list[Any] = [_build_match_expression(request), request.kind]
    if request.unit_filter is not None:
        condition += f" AND s.unit IN ({build_placeholders(len(request.unit_filter))})"
        values += request.unit_filter
    if request.before is not None:
        condition += " AND i.rowid < ?"
        values.append((to_microseconds(request.before.at) // _HOUR + 1) << _BITS)
    return _SEARCH.format(condition), values


def _build_match_expression(request: SearchRequest) -> str:
    """Return the FTS5 expression of a search. Terms and marks consist of letters, digits and _; they are quoted, so
    that none is an operator.
    """
    clauses = [_build_phrase_alternatives(clause) for clause in request.query.clauses]
    if request.unit_terms:
        clauses.append(_build_phrase_alternatives([(unit_term,) for unit_term in request.unit_terms]))
    text = " AND ".join(clauses)
    return f"({text}) NOT {_build_phrase_alternatives(request.query.excluded)}" if request.query.excluded else text


def _build_phrase_alternatives(phrases: Sequence[Phrase]) -> str:
    quoted_phrases = [f'"{" ".join(phrase)}"' for phrase in phrases]
    return f"({' OR '.join(quoted_phrases)})"
