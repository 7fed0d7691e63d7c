"""Compare the side tables, which hold columns with several values, with the records that they were made from."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from anninh_storage.sql.database import Connection
from anninh_storage.sql.records.kind_table import KindTable

_PAGE = 1000
_BY_ID = itemgetter(2)


def find_wrong_side_rows(connection: Connection, kind: KindTable) -> Iterator[str]:
    """Yield `kind id` for every record with side-table rows that differ from those made of the record."""
    if not kind.spec.multi:
        return
    last = ""
    while True:
        statement = f"SELECT {kind.select_columns} FROM {kind.table} t WHERE t.id > ? ORDER BY t.id LIMIT ?"
        rows = connection.execute(statement, (last, _PAGE)).fetchall()
        expected = {row for record in map(kind.record, rows) for row in kind.multi_rows(record)}
        until = rows[-1][0] if len(rows) == _PAGE else None
        stored = set(_iter_side_rows(connection, kind, last, until))
        yield from (f"{kind.spec.kind} {id}" for id, _ in groupby(sorted(map(_BY_ID, expected ^ stored))))
        if until is None:
            return
        last = until


def _iter_side_rows(
    connection: Connection, kind: KindTable, after: str, until: str | None
) -> Iterator[tuple[Any, ...]]:
    """Yield the side-table rows of records after an id, up to and including `until`, or to the end."""
    bound, values = ("", (after,)) if until is None else (" AND id <= ?", (after, until))
    statement = f"SELECT {kind.side_names} FROM {kind.multi_table} WHERE id > ?{bound}"
    yield from (tuple(row) for row in connection.execute(statement, values))
