"""Reads of single records, and of lists with cursors."""

from collections.abc import Collection, Mapping
from typing import Any

from attrs import frozen

from anninh_core.ports.storages.changes import Record, Scalar
from anninh_core.ports.storages.query import check_find, cut_page
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.ports.validation import require_kind
from anninh_storage.sql.database import Connection, Database, Dialect
from anninh_storage.sql.records.conditions import (
    build_exclusion_condition,
    build_filter_condition,
    build_unit_condition,
    join_conditions,
)
from anninh_storage.sql.records.kind_table import KindTable
from anninh_storage.sql.records.list_statements import build_list_statements
from anninh_storage.sql.values import build_placeholders, split_into_chunks


class KindTables(dict[str, KindTable]):
    """The kinds passed to `prepare`, by name."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect

    def require(self, kind: str) -> KindTable:
        """Return the table of a kind; raise `BadInput` for a kind that wasn't passed to `prepare`."""
        return require_kind(self, kind)


@frozen
class SqlRecords:
    """Reads records, which are stored in one table per kind."""

    _database: Database
    _kinds: KindTables

    def get(self, kind: str, id: str) -> Record | None:
        """Return the newest version of a record, or None."""
        kind_table = self._kinds.require(kind)
        with self._database.reader() as connection:
            row = connection.execute(
                f"SELECT {kind_table.select_columns} FROM {kind_table.table} t WHERE t.id = ?", (id,)
            ).fetchone()
        return kind_table.record(row) if row else None

    def get_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the newest versions of records by id; missing ones are left out."""
        kind_table = self._kinds.require(kind)
        records: list[Record] = []
        with self._database.reader() as connection:
            for chunk in split_into_chunks(list(ids)):
                ids_wanted = build_placeholders(len(chunk))
                statement = f"SELECT {kind_table.select_columns} FROM {kind_table.table} t WHERE t.id IN ({ids_wanted})"
                records += map(kind_table.record, connection.execute(statement, chunk))
        return {record.id: record for record in records}

    def find(self, query: Find) -> RecordPage:
        """Return a page of the records that match a query, in the query's order."""
        kind_table = self._kinds.require(query.kind)
        check_find(kind_table.spec, query)
        rows: list[tuple[Any, ...]] = []
        with self._database.reader() as connection:
            for statement, values in build_list_statements(kind_table, query):
                rows += connection.execute(statement, [*values, query.limit + 1 - len(rows)]).fetchall()
        page_keys = {key.scope: key for row in rows[: query.limit] if (key := kind_table.key(row))}
        return cut_page(kind_table.spec, query, list(map(kind_table.record, rows)), page_keys)

    def count(self, query: Find, cap: int = 1000) -> int:
        """Count the records that match a query, up to `cap`."""
        kind_table = self._kinds.require(query.kind)
        check_find(kind_table.spec, query)
        text, values = join_conditions(
            [
                build_unit_condition(query.units),
                build_filter_condition(kind_table, query.where),
                build_exclusion_condition(kind_table, query.excluding),
            ]
        )
        statement = f"SELECT count(*) FROM (SELECT 1 FROM {kind_table.table} t WHERE {text} LIMIT ?) found"
        with self._database.reader() as connection:
            total: int = connection.execute(statement, [*values, cap]).fetchone()[0]
        return total


def find_ids(connection: Connection, of: KindTable, filters: Mapping[str, Scalar], limit: int) -> list[str]:
    """Return the ids of up to `limit` records that match the filters."""
    text, values = build_filter_condition(of, filters)
    rows = connection.execute(f"SELECT t.id FROM {of.table} t WHERE {text} LIMIT ?", [*values, limit])
    return [row[0] for row in rows]
