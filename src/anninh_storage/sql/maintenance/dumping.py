"""Dump everything stored, page by page inside one snapshot."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from anninh_core.ports.storages.changes import Counter, IndexSpec, NewKey
from anninh_core.ports.storages.dumping import KeptInbox, KeptOutbox, KeptRequest, KeptState, Row, normalize_record
from anninh_core.ports.storages.queues import LEASED, PENDING
from anninh_storage.sql.counters import unit_set_sums
from anninh_storage.sql.database import Connection, Database
from anninh_storage.sql.journal import build_line
from anninh_storage.sql.queues import inbox, outbox
from anninh_storage.sql.records.kind_table import KindTable
from anninh_storage.sql.times import to_moment

_PAGE = 1000
_TYPES: Mapping[str, type] = {kind.__name__: kind for kind in (str, int, float, bool)}


@frozen
class _TableDump:
    """Reads the rows of one table for the dump.

    Attributes:
        keys: columns that order the rows; `columns` begin with them.
        rule: condition for the rows to dump.
    """

    table: str
    keys: tuple[str, ...]
    columns: str
    row: Callable[[tuple[Any, ...]], Row]
    rule: str = "1 = 1"

    def rows(self, connection: Connection) -> Iterator[Row]:
        """Yield the table's rows, ordered by `keys`."""
        order = ", ".join(self.keys)
        after_last = f"({order}) > ({', '.join('?' * len(self.keys))})"
        last: tuple[Any, ...] = ()
        while True:
            rule = f"{self.rule} AND {after_last}" if last else self.rule
            statement = f"SELECT {self.columns} FROM {self.table} WHERE {rule} ORDER BY {order} LIMIT ?"
            page = connection.execute(statement, (*last, _PAGE)).fetchall()
            yield from map(self.row, page)
            if len(page) < _PAGE:
                return
            last = page[-1][: len(self.keys)]


def dump(connection: Connection, kinds: Mapping[str, KindTable]) -> Iterator[Row]:
    """Yield all stored rows that a connection sees; the connection should read one snapshot."""
    yield from (kind.spec for kind in kinds.values())
    for kind in kinds.values():
        yield from _build_record_dump(kind).rows(connection)
    for part in _TABLE_DUMPS:
        yield from part.rows(connection)


def read_kinds(connection: Connection, database: Database, prepared: Mapping[str, KindTable]) -> dict[str, KindTable]:
    """Return every kind with tables, by name, including kinds that this version no longer knows."""
    stored = connection.execute("SELECT kind, spec FROM kinds ORDER BY kind").fetchall()
    return {name: prepared.get(name) or KindTable(_parse_spec(name, text), database) for name, text in stored}


def _parse_spec(name: str, text: str) -> IndexSpec:
    columns, multi, orders, *more = json.loads(text)
    filters = more[0] if more else {}
    return IndexSpec(
        kind=name,
        columns={column: _TYPES[kind] for column, kind in columns.items()},
        multi=tuple(multi),
        orders={order: tuple(order_columns) for order, order_columns in orders.items()},
        filters={order: tuple(map(tuple, combinations)) for order, combinations in filters.items()},
    )


def _build_record_dump(kind: KindTable) -> _TableDump:
    return _TableDump(
        f"{kind.table} t", ("t.id",), kind.select_columns, lambda row: normalize_record(kind.spec, kind.record(row))
    )


def _parse_key(row: tuple[Any, ...]) -> NewKey:
    return NewKey(scope=row[0], epoch=row[1], wrapped=row[2], blind_index=row[3])


def _parse_request(row: tuple[Any, ...]) -> KeptRequest:
    request, entry, at = row
    return KeptRequest(request=request, entry=entry, at=None if at is None else to_moment(at))


def _parse_inbox_row(row: tuple[Any, ...]) -> KeptInbox:
    *values, until = row
    inbox_row = inbox.build_row(values)
    return KeptInbox(row=inbox_row, until=to_moment(until) if until and inbox_row.state in PENDING else None)


def _parse_outbox_row(row: tuple[Any, ...]) -> KeptOutbox:
    *values, until, is_open = row
    outbox_row = outbox.build_row(values)
    return KeptOutbox(
        row=outbox_row, until=to_moment(until) if outbox_row.state in LEASED else None, open=bool(is_open)
    )


def _parse_counter(row: tuple[Any, ...]) -> Counter:
    indicator, unit, day, dims, amount = row
    return Counter(indicator=indicator, unit=unit, day=date.fromordinal(day), dims=dims, amount=amount)


def _parse_state(row: tuple[Any, ...]) -> KeptState:
    return KeptState(owner=row[0], name=row[1], version=row[2], body=row[3])


_TABLE_DUMPS = (
    _TableDump("journal", ("seq",), "seq, previous, hash, content", build_line),
    _TableDump("requests", ("request",), "request, entry, at", _parse_request),
    _TableDump("keyring", ("scope",), "scope, epoch, wrapped, blind_index", _parse_key),
    _TableDump("inbox", ("id",), f"{inbox.COLUMNS}, until", _parse_inbox_row),
    _TableDump("outbox", ("id",), f"{outbox.COLUMNS}, until, open", _parse_outbox_row),
    _TableDump(
        "counters_day",
        ("indicator", "unit", "day", "dims"),
        "indicator, unit, day, dims, amount",
        _parse_counter,
        f"amount <> 0 AND {unit_set_sums.NOT_OF_SETS}",
    ),
    _TableDump("states", ("owner", "name"), "owner, name, version, body", _parse_state),
)
