"""Search over opaque terms."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen

from anninh_core.ports.changes import SearchTerms
from anninh_storage.sqlite.database import Database
from anninh_storage.sqlite.times import micros
from anninh_storage.sqlite.values import marks

_ALIKE = "SELECT count(*) FROM (SELECT 1 FROM search_terms WHERE kind = ? AND term = ? LIMIT 1000)"
_TOO = " AND EXISTS (SELECT 1 FROM search_terms b WHERE b.kind = a.kind AND b.term = ? AND b.at = a.at AND b.id = a.id)"


def replace(connection: sqlite3.Connection, changed: Iterable[SearchTerms]) -> None:
    """Store terms; they replace earlier terms of the same records, and of two for one record the later counts."""
    last = {(terms.kind, terms.id): terms for terms in changed}
    connection.executemany("DELETE FROM search_terms WHERE kind = ? AND id = ?", sorted(last))
    connection.executemany(
        "INSERT INTO search_terms (kind, term, at, id, unit) VALUES (?, ?, ?, ?, ?)",
        [
            (kind, term, micros(terms.at), id, terms.unit)
            for (kind, id), terms in sorted(last.items(), key=lambda item: item[0])
            for term in sorted(set(terms.terms))
        ],
    )


@frozen
class SqliteSearch:
    """One row a term and record, newest first within a term."""

    _database: Database

    def find(
        self, kind: str, terms: Sequence[str], units: Sequence[str] | None, limit: int, before: datetime | None = None
    ) -> Sequence[str]:
        """Return ids of records that have all terms, newest first; none for no terms."""
        wanted = list(dict.fromkeys(terms))
        if not wanted:
            return []
        with self._database.reading() as connection:
            if len(wanted) > 1:  # walk along the rarest term and look the others up
                wanted.sort(key=lambda term: connection.execute(_ALIKE, (kind, term)).fetchone()[0])
            statement, values = _statement(kind, wanted, units, before)
            return [row[0] for row in connection.execute(statement, [*values, limit])]


def _statement(
    kind: str, terms: Sequence[str], units: Sequence[str] | None, before: datetime | None
) -> tuple[str, list[Any]]:
    statement, values = "SELECT a.id FROM search_terms a WHERE a.kind = ? AND a.term = ?", [kind, terms[0]]
    values += terms[1:]
    statement += _TOO * (len(terms) - 1)
    bounds: list[Any] = []
    if units is not None:
        statement += f" AND a.unit IN ({marks(len(units))})"
        bounds += units
    if before is not None:
        statement += " AND a.at < ?"
        bounds.append(micros(before))
    return f"{statement} ORDER BY a.at DESC, a.id DESC LIMIT ?", [*values, *bounds]
