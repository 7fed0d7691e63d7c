"""Search by a vector of terms and GIN. Phrases are looked up in the lines of what the vectors find."""

from collections.abc import Iterable, Sequence
from typing import Any

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.searching import Phrase, TermQuery
from anninh_core.ports.changes import SearchTerms
from anninh_core.ports.searching import Hit
from anninh_storage.postgres.connection import PostgresConnection
from anninh_storage.postgres.database import PostgresDatabase
from anninh_storage.sql.conditions import Condition, all_of
from anninh_storage.sql.search import SqlSearch, Wanted, last_of, line
from anninh_storage.sql.times import micros, moment

_MOST = 1_000_000
_LOOKED_AT = 200
_NEWEST = "ORDER BY at DESC, id DESC"
_STORE = """
    INSERT INTO search_rows (kind, id, unit, at, line)
    SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[])
    ON CONFLICT (kind, id) DO UPDATE SET unit = excluded.unit, at = excluded.at, line = excluded.line
"""
_REMOVE = "DELETE FROM search_rows WHERE (kind, id) IN (SELECT * FROM unnest(?::text[], ?::text[]))"


class PostgresSearch(SqlSearch[PostgresConnection, PostgresDatabase]):
    """A table of lines."""

    def replace(self, connection: PostgresConnection, changed: Iterable[SearchTerms]) -> None:
        """Store terms; they replace earlier terms of the same records.

        Raises:
            BadInput: more different terms than a vector takes.
        """
        last = last_of(changed)
        gone = [(terms.kind, terms.id) for terms in last if not terms.terms]
        if gone:
            connection.execute(_REMOVE, _columns(gone))
        rows = [(terms.kind, terms.id, terms.unit, micros(terms.at), _checked(terms)) for terms in last if terms.terms]
        if rows:
            connection.execute(_STORE, _columns(rows))

    def _hits(self, wanted: Wanted) -> list[Hit]:
        found: list[tuple[int, str]] = []
        with self._database.reading() as connection:
            if wanted.units is not None and len(wanted.units) == 1:
                found = _ask(connection, *_near(wanted, wanted.units[0]))
            if len(found) < wanted.limit:
                found = _ask(connection, *_anywhere(wanted))
        return [Hit(moment(at), id) for at, id in found]


def _ask(connection: PostgresConnection, statement: str, values: Sequence[Any]) -> list[tuple[int, str]]:
    """Run a statement planned for its values: whether the index or the time drives it depends on how rare they are."""
    theirs = statement.replace("?", "%s").encode()
    return connection.raw.execute(theirs, values, prepare=False, binary=True).fetchall()


def _anywhere(wanted: Wanted) -> Condition:
    """Return the statement that finds all hits."""
    place, words = _place(wanted), _words(wanted, wanted.marks)
    rule, values = all_of([place, words])
    return f"SELECT at, id FROM search_rows WHERE {rule} {_NEWEST} LIMIT ?", [*values, wanted.limit]


def _near(wanted: Wanted, unit: str) -> Condition:
    """Return the statement that only looks at the newest rows of one unit, where words in common use are found."""
    place, bounds = all_of([_place(wanted), ("unit = ?", [unit])])
    rule, values = _words(wanted, [])
    newest = f"SELECT at, id, line, terms FROM search_rows WHERE {place} {_NEWEST} LIMIT {_LOOKED_AT}"
    return f"SELECT at, id FROM ({newest}) newest WHERE {rule} {_NEWEST} LIMIT ?", [*bounds, *values, wanted.limit]


def _place(wanted: Wanted) -> Condition:
    """Return where hits may stand."""
    rules: list[Condition] = [("kind = ?", [wanted.kind])]
    if wanted.sifted is not None:
        rules.append(("unit = ANY(?)", [list(wanted.sifted)]))
    if wanted.before is not None:
        rules.append(("(at, id) < (?, ?)", [micros(wanted.before.at), wanted.before.id]))
    return all_of(rules)


def _words(wanted: Wanted, marks: Sequence[str]) -> Condition:
    """Return what hits must hold: a vector knows which words, and the line whether they stand side by side."""
    query = wanted.query
    rules: list[Condition] = [("terms @@ ?::tsquery", [_vector_query(query, marks)])]
    rules += [_side_by_side(clause) for clause in query.clauses if any(len(phrase) > 1 for phrase in clause)]
    if phrases := [phrase for phrase in query.excluded if len(phrase) > 1]:
        text, values = _side_by_side(phrases)
        rules.append((f"NOT ({text})", values))
    return all_of(rules)


def _side_by_side(phrases: Sequence[Phrase]) -> Condition:
    each = "strpos(' ' || line || ' ', ?) > 0"
    return " OR ".join([each] * len(phrases)), [f" {' '.join(phrase)} " for phrase in phrases]


def _vector_query(query: TermQuery, marks: Sequence[str]) -> str:
    """Return a query as the vector takes it. Terms and marks are letters, digits and _; quoted all the same."""
    parts = [_any(clause) for clause in query.clauses]
    parts += [f"!'{phrase[0]}'" for phrase in query.excluded if len(phrase) == 1]
    if marks:
        parts.append(_any([(mark,) for mark in marks]))
    return " & ".join(parts)


def _any(phrases: Sequence[Phrase]) -> str:
    quoted = [" & ".join(f"'{term}'" for term in phrase) for phrase in phrases]
    return f"({' | '.join(quoted)})"


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _checked(terms: SearchTerms) -> str:
    """Return a record's line. PostgreSQL itself doesn't always say when a vector is too long."""
    text = line(terms)
    if len(text) > _MOST and sum(map(len, set(terms.terms))) > _MOST:
        raise BadInput(f"{terms.kind} {terms.id} has too many different words to be indexed; split the text")
    return text
