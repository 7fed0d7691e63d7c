"""Records: point reads and keyset lists."""

from collections.abc import Collection, Mapping
from typing import Any

from attrs import frozen

from anninh_core.ports.changes import Record, Scalar
from anninh_core.ports.checking import known_kind
from anninh_core.ports.finding import check_find, order_of, write_cursor
from anninh_core.ports.storage import Find, Page
from anninh_storage.sql.conditions import all_of, excluding, units, where
from anninh_storage.sql.database import Connection, Database, Dialect
from anninh_storage.sql.kinds import Kind
from anninh_storage.sql.listing import listing
from anninh_storage.sql.values import marks, portions


class Kinds(dict[str, Kind]):
    """The kinds that `prepare` was given.

    Args:
        dialect: of the engine.
    """

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect

    def of(self, kind: str) -> Kind:
        """Return a kind; `BadInput` for one that `prepare` wasn't given."""
        return known_kind(self, kind)


@frozen
class SqlRecords:
    """Records in one table a kind."""

    _database: Database
    _kinds: Kinds

    def get(self, kind: str, id: str) -> Record | None:
        """Return the newest version of a record, or None."""
        of = self._kinds.of(kind)
        with self._database.reading() as connection:
            row = connection.execute(f"SELECT {of.selected} FROM {of.table} t WHERE t.id = ?", (id,)).fetchone()
        return of.record(row) if row else None

    def get_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the newest versions of records by id, without those that aren't there."""
        of = self._kinds.of(kind)
        found: list[Record] = []
        with self._database.reading() as connection:
            for some in portions(list(ids)):
                statement = f"SELECT {of.selected} FROM {of.table} t WHERE t.id IN ({marks(len(some))})"
                found += map(of.record, connection.execute(statement, some))
        return {record.id: record for record in found}

    def find(self, query: Find) -> Page:
        """Return a page in the query's order."""
        of = self._kinds.of(query.kind)
        check_find(of.spec, query)
        rows: list[tuple[Any, ...]] = []
        with self._database.reading() as connection:
            for statement, values in listing(of, query):
                rows += connection.execute(statement, [*values, query.limit + 1 - len(rows)]).fetchall()
        shown = rows[: query.limit]
        records, held = tuple(map(of.record, shown)), {key.scope: key for row in shown if (key := of.key(row))}
        if len(rows) <= query.limit:
            return Page(records, "", held)
        last = records[-1]
        values = [last.columns[name] for name, _ in order_of(of.spec, query.order)]
        return Page(records, write_cursor(query.order, values, last.id), held)

    def count(self, query: Find, cap: int = 1000) -> int:
        """Count matches, at most `cap`."""
        of = self._kinds.of(query.kind)
        check_find(of.spec, query)
        text, values = all_of([units(query.units), where(of, query.where), excluding(of, query.excluding)])
        statement = f"SELECT count(*) FROM (SELECT 1 FROM {of.table} t WHERE {text} LIMIT ?) found"
        with self._database.reading() as connection:
            found: int = connection.execute(statement, [*values, cap]).fetchone()[0]
        return found


def ids(connection: Connection, of: Kind, wanted: Mapping[str, Scalar], limit: int) -> list[str]:
    """Return ids of up to `limit` records that match."""
    text, values = where(of, wanted)
    found = connection.execute(f"SELECT t.id FROM {of.table} t WHERE {text} LIMIT ?", [*values, limit])
    return [row[0] for row in found]
