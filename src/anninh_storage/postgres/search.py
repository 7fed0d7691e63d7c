"""Full-text search by term vectors with a GIN index. Phrases are matched in the lines of the rows that the vectors
find.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.search.query import Phrase, TermQuery
from anninh_core.ports.storages.changes import SearchTerms
from anninh_core.ports.storages.searching import Hit
from anninh_storage.postgres.connection import PostgresConnection
from anninh_storage.postgres.database import PostgresDatabase
from anninh_storage.sql.records.conditions import Condition, join_conditions
from anninh_storage.sql.records.search import SearchRequest, SqlSearch, build_index_line, select_last_terms
from anninh_storage.sql.times import to_microseconds, to_moment

_MAX_VECTOR = 1_000_000
_NEWEST_ROWS = 200
_NEWEST_FIRST = "ORDER BY at DESC, id DESC"
_STORE = """
    INSERT INTO search_rows (kind, id, unit, at, line)
    SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[])
    ON CONFLICT (kind, id) DO UPDATE SET unit = excluded.unit, at = excluded.at, line = excluded.line
"""
_REMOVE = "DELETE FROM search_rows WHERE (kind, id) IN (SELECT * FROM unnest(?::text[], ?::text[]))"


class PostgresSearch(SqlSearch[PostgresConnection, PostgresDatabase]):
    """Full-text search in a table of lines with term vectors."""

    def replace(self, connection: PostgresConnection, changed: Iterable[SearchTerms]) -> None:
        """Store search terms in place of earlier terms of the same records.

        Raises:
            BadInput: more different terms than a vector takes.
        """
        latest = select_last_terms(changed)
        removed = [(terms.kind, terms.id) for terms in latest if not terms.terms]
        if removed:
            connection.execute(_REMOVE, _transpose_rows(removed))
        rows = [
            (terms.kind, terms.id, terms.unit, to_microseconds(terms.at), _build_line(terms))
            for terms in latest
            if terms.terms
        ]
        if rows:
            connection.execute(_STORE, _transpose_rows(rows))

    def _find_hits(self, request: SearchRequest) -> list[Hit]:
        rows: list[tuple[int, str]] = []
        with self._database.reader() as connection:
            if request.units is not None and len(request.units) == 1:
                rows = _run_unprepared(connection, *_build_newest_rows_statement(request, request.units[0]))
            if len(rows) < request.limit:
                rows = _run_unprepared(connection, *_build_search_statement(request))
        return [Hit(to_moment(at), id) for at, id in rows]


def _run_unprepared(connection: PostgresConnection, statement: str, values: Sequence[Any]) -> list[tuple[int, str]]:
    """Run a statement planned for its values: their rarity decides whether the GIN index or the time index is
    faster.
    """
    native = statement.replace("?", "%s").encode()
    return connection.raw.execute(native, values, prepare=False, binary=True).fetchall()


def _build_search_statement(request: SearchRequest) -> Condition:
    scope = _build_scope_condition(request)
    match_rule = _build_match_condition(request, request.unit_terms)
    rule, values = join_conditions([scope, match_rule])
    return f"SELECT at, id FROM search_rows WHERE {rule} {_NEWEST_FIRST} LIMIT ?", [*values, request.limit]


def _build_newest_rows_statement(request: SearchRequest, unit: str) -> Condition:
    """Return the statement that reads only the newest rows of one unit, which suffices for words in common use."""
    scope, bounds = join_conditions([_build_scope_condition(request), ("unit = ?", [unit])])
    rule, values = _build_match_condition(request, [])
    newest = f"SELECT at, id, line, terms FROM search_rows WHERE {scope} {_NEWEST_FIRST} LIMIT {_NEWEST_ROWS}"
    return f"SELECT at, id FROM ({newest}) newest WHERE {rule} {_NEWEST_FIRST} LIMIT ?", [
        *bounds,
        *values,
        request.limit,
    ]


def _build_scope_condition(request: SearchRequest) -> Condition:
    rules: list[Condition] = [("kind = ?", [request.kind])]
    if request.unit_filter is not None:
        rules.append(("unit = ANY(?)", [list(request.unit_filter)]))
    if request.before is not None:
        rules.append(("(at, id) < (?, ?)", [to_microseconds(request.before.at), request.before.id]))
    return join_conditions(rules)


def _build_match_condition(request: SearchRequest, marks: Sequence[str]) -> Condition:
    """Return the SQL condition that hits must meet: the vector matches the words, and the line matches whole
    phrases.
    """
    query = request.query
    rules: list[Condition] = [("terms @@ ?::tsquery", [_build_vector_query(query, marks)])]
    rules += [_build_phrase_condition(clause) for clause in query.clauses if any(len(phrase) > 1 for phrase in clause)]
    if phrases := [phrase for phrase in query.excluded if len(phrase) > 1]:
        text, values = _build_phrase_condition(phrases)
        rules.append((f"NOT ({text})", values))
    return join_conditions(rules)


def _build_phrase_condition(phrases: Sequence[Phrase]) -> Condition:
    condition = "strpos(' ' || line || ' ', ?) > 0"
    return " OR ".join([condition] * len(phrases)), [f" {' '.join(phrase)} " for phrase in phrases]


def _build_vector_query(query: TermQuery, marks: Sequence[str]) -> str:
    """Return a query in the syntax of `tsquery`. Terms and marks consist of letters, digits and _, but are quoted all
    the same.
    """
    parts = [_build_phrase_alternatives(clause) for clause in query.clauses]
    parts += [f"!'{phrase[0]}'" for phrase in query.excluded if len(phrase) == 1]
    if marks:
        parts.append(_build_phrase_alternatives([(mark,) for mark in marks]))
    return " & ".join(parts)


def _build_phrase_alternatives(phrases: Sequence[Phrase]) -> str:
    quoted_phrases = [" & ".join(f"'{term}'" for term in phrase) for phrase in phrases]
    return f"({' | '.join(quoted_phrases)})"


def _transpose_rows(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _build_line(terms: SearchTerms) -> str:
    """Return a record's search line. Its size is checked here, because PostgreSQL doesn't always report that a vector
    is too long.
    """
    text = build_index_line(terms)
    if len(text) > _MAX_VECTOR and sum(map(len, set(terms.terms))) > _MAX_VECTOR:
        raise BadInput(
            "The text of {kind:record} {id} has too many different words to be indexed: split it.",
            kind=terms.kind,
            id=terms.id,
        )
    return text
