"""Everything stored, read page by page inside one snapshot."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from anninh_core.ports.changes import Counter, IndexSpec, NewKey
from anninh_core.ports.dumping import KeptInbox, KeptOutbox, KeptRequest, KeptState, Row, plain
from anninh_core.ports.queues import LEASED, PENDING
from anninh_storage.sql import gathered, inbox, outbox
from anninh_storage.sql.database import Connection, Database
from anninh_storage.sql.journal import line_from
from anninh_storage.sql.kinds import Kind
from anninh_storage.sql.times import moment

_PAGE = 1000
_TYPES: Mapping[str, type] = {kind.__name__: kind for kind in (str, int, float, bool)}


@frozen
class _Part:
    """A table of the dump.

    Attributes:
        keys: what its rows are ordered by; `columns` begin with them.
        row: makes a row of the dump from a row of the table.
        rule: which rows count.
    """

    table: str
    keys: tuple[str, ...]
    columns: str
    row: Callable[[tuple[Any, ...]], Row]
    rule: str = "1 = 1"

    def rows(self, connection: Connection) -> Iterator[Row]:
        """Yield them by key."""
        order = ", ".join(self.keys)
        behind = f"({order}) > ({', '.join('?' * len(self.keys))})"
        last: tuple[Any, ...] = ()
        while True:
            rule = f"{self.rule} AND {behind}" if last else self.rule
            statement = f"SELECT {self.columns} FROM {self.table} WHERE {rule} ORDER BY {order} LIMIT ?"
            found = connection.execute(statement, (*last, _PAGE)).fetchall()
            yield from map(self.row, found)
            if len(found) < _PAGE:
                return
            last = found[-1][: len(self.keys)]


def dump(connection: Connection, kinds: Mapping[str, Kind]) -> Iterator[Row]:
    """Yield everything that a connection sees, which should be a snapshot."""
    yield from (kind.spec for kind in kinds.values())
    for kind in kinds.values():
        yield from _records(kind).rows(connection)
    for part in _PARTS:
        yield from part.rows(connection)


def kinds_stored(connection: Connection, database: Database, prepared: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return every kind that there are tables of, by name: those that this version doesn't know any more, too."""
    stored = connection.execute("SELECT kind, spec FROM kinds ORDER BY kind").fetchall()
    return {name: prepared.get(name) or Kind(_spec(name, text), database) for name, text in stored}


def _spec(name: str, text: str) -> IndexSpec:
    columns, multi, orders, *more = json.loads(text)
    filters = more[0] if more else {}
    return IndexSpec(
        kind=name,
        columns={column: _TYPES[kind] for column, kind in columns.items()},
        multi=tuple(multi),
        orders={order: tuple(of) for order, of in orders.items()},
        filters={order: tuple(map(tuple, several)) for order, several in filters.items()},
    )


def _records(kind: Kind) -> _Part:
    return _Part(f"{kind.table} t", ("t.id",), kind.selected, lambda row: plain(kind.spec, kind.record(row)))


def _key(row: tuple[Any, ...]) -> NewKey:
    return NewKey(scope=row[0], epoch=row[1], wrapped=row[2])


def _request(row: tuple[Any, ...]) -> KeptRequest:
    request, entry, at = row
    return KeptRequest(request=request, entry=entry, at=None if at is None else moment(at))


def _inbox(row: tuple[Any, ...]) -> KeptInbox:
    *values, until = row
    found = inbox.row_from(values)
    return KeptInbox(row=found, until=moment(until) if until and found.state in PENDING else None)


def _outbox(row: tuple[Any, ...]) -> KeptOutbox:
    *values, until, opened = row
    found = outbox.row_from(values)
    return KeptOutbox(row=found, until=moment(until) if found.state in LEASED else None, open=bool(opened))


def _counter(row: tuple[Any, ...]) -> Counter:
    indicator, unit, day, dims, amount = row
    return Counter(indicator=indicator, unit=unit, day=date.fromordinal(day), dims=dims, amount=amount)


def _state(row: tuple[Any, ...]) -> KeptState:
    return KeptState(owner=row[0], name=row[1], version=row[2], body=row[3])


_PARTS = (
    _Part("journal", ("seq",), "seq, previous, hash, content", line_from),
    _Part("requests", ("request",), "request, entry, at", _request),
    _Part("keyring", ("scope",), "scope, epoch, wrapped", _key),
    _Part("inbox", ("id",), f"{inbox.COLUMNS}, until", _inbox),
    _Part("outbox", ("id",), f"{outbox.COLUMNS}, until, open", _outbox),
    _Part(
        "counters_day",
        ("indicator", "unit", "day", "dims"),
        "indicator, unit, day, dims, amount",
        _counter,
        f"amount <> 0 AND {gathered.OF_UNITS}",
    ),
    _Part("states", ("owner", "name"), "owner, name, version, body", _state),
)
