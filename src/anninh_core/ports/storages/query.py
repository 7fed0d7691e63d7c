"""Semantics of filters, orders and cursors, the same for every storage backend.

In an order None comes before every value (after every value if the order descends), and the id breaks ties in the
direction of the order's last column.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from json import dumps, loads

from attrs import evolve, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote_text
from anninh_core.ports.storages.changes import IndexSpec, NewKey, Record, Scalar
from anninh_core.ports.storages.storage import Find, RecordPage, Records

OrderColumns = tuple[tuple[str, bool], ...]
"""Columns of an order, each with whether it descends."""

_INT64 = 1 << 63


def check_find(spec: IndexSpec, query: Find) -> None:
    """Raise `BadInput` if a query has an order or a filter that isn't in the spec, two cursors, or a limit below 1."""
    order_columns(spec, query.order)
    check_where(spec, query.where)
    if unknown := query.excluding.keys() - set(spec.multi):
        raise BadInput(
            "{kind} can't exclude by {columns}: choose from the multi columns {allowed}.",
            kind=spec.kind,
            columns=names(unknown),
            allowed=names(spec.multi),
        )
    if query.after and query.before:
        raise BadInput("A page can't have both `after` and `before`: give only one of them.")
    if query.limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=query.limit)


def check_where(spec: IndexSpec, where: Mapping[str, Scalar | tuple[Scalar, ...]]) -> None:
    """Raise `BadInput` for a filter that isn't in the spec, or has a value of another type."""
    for name, condition in where.items():
        values = condition if isinstance(condition, tuple) else (condition,)
        if name in spec.multi:
            if not all(isinstance(value, str) for value in values):
                raise BadInput(
                    "Column {kind}.{column} holds texts, not {content!r}: filter by texts.",
                    kind=spec.kind,
                    column=name,
                    content=condition,
                )
        elif name in spec.columns:
            for value in values:
                check_value(spec, name, value, spec.columns[name])
        else:
            _refuse_column(spec, name)


def check_value(spec: IndexSpec, name: str, value: Scalar, kind: type | None) -> None:
    """Raise `BadInput` unless a value has a column's type (None: no such column). The value None fits every column."""
    if kind is None:
        _refuse_column(spec, name)
    elif value is None or type(value) is kind or (kind is float and type(value) is int):
        if isinstance(value, int | float) and not -_INT64 <= value < _INT64:  # This comparison also fails for NaN.
            raise BadInput(
                "Column {kind}.{column} can't hold {number}: use finite numbers of 64 bits.",
                kind=spec.kind,
                column=name,
                number=value,
            )
    else:
        raise BadInput(
            "Column {kind}.{column} can't hold {content!r}: use a value of type {type}.",
            kind=spec.kind,
            column=name,
            type=kind.__name__,
            content=value,
        )


def _refuse_column(spec: IndexSpec, name: str) -> None:
    raise BadInput(
        "{kind} has no column {column!r}: choose from {allowed}.",
        kind=spec.kind,
        column=name,
        allowed=names([*spec.columns, *spec.multi]),
    )


def iter_records(records: Records, query: Find) -> Iterator[Record]:
    """Yield all records that match a query; each page read has the query's limit."""
    while True:
        page = records.find(query)
        yield from page.records
        if not page.cursor:
            return
        query = evolve(query, after=page.cursor)


def order_columns(spec: IndexSpec, name: str) -> OrderColumns:
    """Return the columns of a named order.

    Raises:
        BadInput: the spec has no such order.
    """
    if name not in spec.orders:
        raise BadInput(
            "{kind} has no order {order!r}: choose from {allowed}.",
            kind=spec.kind,
            order=name,
            allowed=names(spec.orders),
        )
    return tuple((column.removeprefix("-"), column.startswith("-")) for column in spec.orders[name])


def id_descends(order: OrderColumns) -> bool:
    """Return whether ids break ties in descending order."""
    return bool(order) and order[-1][1]


@frozen
class ReadOrder:
    """Columns, direction and start for reading the records of a query: forward from a page's first record, or backward
    from its last.

    Attributes:
        columns: columns of the order, reversed for reading backward.
        id_descends: whether ids break ties in descending order.
        cursor: position to read from, exclusive; "" for the very first record.
    """

    columns: OrderColumns
    id_descends: bool
    cursor: str


def read_order(spec: IndexSpec, query: Find) -> ReadOrder:
    """Return the columns, the direction and the start for reading the records of a query."""
    columns = order_columns(spec, query.order)
    if not query.before:
        return ReadOrder(columns, id_descends(columns), query.after)
    turned = tuple((name, not descends) for name, descends in columns)
    return ReadOrder(turned, not id_descends(columns), query.before)


def cut_page(
    spec: IndexSpec, query: Find, records: Sequence[Record], keys: Mapping[str, NewKey] | None = None
) -> RecordPage:
    """Return the page of a query from the records that were read.

    Args:
        records: records in the order of reading, with one more than the limit if there are more.
    """
    page = tuple(records[: query.limit])
    has_more = len(records) > query.limit
    if query.before:
        page = page[::-1]
    has_next, has_previous = (bool(page), has_more) if query.before else (has_more, bool(page and query.after))

    def cursor_at(record: Record) -> str:
        values = [record.columns.get(name) for name, _ in order_columns(spec, query.order)]
        return encode_cursor(query.order, values, record.id)

    return RecordPage(page, cursor_at(page[-1]) if has_next else "", keys, cursor_at(page[0]) if has_previous else "")


def record_matches(
    record: Record,
    where: Mapping[str, Scalar | tuple[Scalar, ...]],
    excluding: Mapping[str, str | tuple[str, ...]] | None = None,
) -> bool:
    """Return whether a record passes filters that were checked before."""
    if any(
        _column_matches(record, name, excluded) for name, excluded in (excluding or {}).items() if name in record.multi
    ):
        return False
    return all(_column_matches(record, name, condition) for name, condition in where.items())


def _column_matches(record: Record, name: str, condition: Scalar | tuple[Scalar, ...]) -> bool:
    values = condition if isinstance(condition, tuple) else (condition,)
    if name in record.multi:
        return any(value in record.multi[name] for value in values)
    return record.columns.get(name) in values


def encode_cursor(order: str, values: Sequence[Scalar], id: str) -> str:
    """Return an opaque cursor after the record with these values in the order's columns."""
    return urlsafe_b64encode(dumps([order, *values, id], separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(spec: IndexSpec, order: str, cursor: str) -> tuple[tuple[Scalar, ...], str]:
    """Return the values and the id inside a cursor.

    Raises:
        BadInput: the cursor is damaged, or belongs to another order.
    """
    columns = order_columns(spec, order)
    try:
        decoded = loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        name, *values, id = decoded
        if name != order or len(values) != len(columns) or not isinstance(id, str):
            raise BadInput("The cursor belongs to another order.")
        for (column, _), value in zip(columns, values, strict=True):
            check_value(spec, column, value, spec.columns[column])
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInput(
            "{cursor} isn't a cursor of this list: use the one from the page before, or leave it out.",
            cursor=quote_text(cursor),
        ) from error
    return tuple(values), id


def names(names: Iterable[str]) -> str:
    """Return sorted names as a text separated by commas, for an error message."""
    return ", ".join(sorted(names)) or "none"
