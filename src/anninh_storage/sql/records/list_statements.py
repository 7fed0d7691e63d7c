"""SELECT statements for lists: each reads its rows in the order of an index, and no more than a page."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from anninh_core.ports.storages.changes import Scalar
from anninh_core.ports.storages.query import ReadOrder, decode_cursor, read_order
from anninh_core.ports.storages.storage import Find
from anninh_storage.sql.records.conditions import (
    ALL,
    NONE,
    Condition,
    build_exclusion_condition,
    build_filter_condition,
    build_unit_condition,
    join_conditions,
    list_filter_values,
)
from anninh_storage.sql.records.kind_table import KindTable, quote_column_name

_MAX_MERGED = 64
"""Maximum number of lists that one statement merges; SQLite allows 500."""


def build_list_statements(of: KindTable, query: Find) -> Iterator[tuple[str, list[Any]]]:
    """Yield the SELECT statements for a list of records, in order, each with its values except the final limit."""
    driving_column = _find_driving_column(of, query)
    for after_cursor in _iter_cursor_conditions(of, query, "m" if driving_column else "t"):
        yield (
            _build_driven_statement(of, query, driving_column, after_cursor)
            if driving_column
            else _build_merged_statement(of, query, after_cursor)
        )


def _find_driving_column(of: KindTable, query: Find) -> str:
    """Return the multi column from which the list can be read in the query's order, by the rows of the side table, or
    "".
    """
    candidates = of.driving_columns.get(query.order, ())
    return next(
        (name for name, value in query.where.items() if name in candidates and len(list_filter_values(value)) == 1), ""
    )


def _build_driven_statement(
    of: KindTable, query: Find, driving_column: str, after_cursor: Condition
) -> tuple[str, list[Any]]:
    others = {name: value for name, value in query.where.items() if name != driving_column}
    rows = (
        "m.name = ? AND m.value = ? AND t.id = m.id",
        [driving_column, *list_filter_values(query.where[driving_column])],
    )
    conditions = [
        rows,
        after_cursor,
        build_unit_condition(query.units),
        build_filter_condition(of, others),
        build_exclusion_condition(of, query.excluding),
    ]
    text, values = join_conditions(conditions)
    # CROSS JOIN keeps SQLite from reordering the two tables.
    tables = f"{of.multi_table} m CROSS JOIN {of.table} t {of.join_keys}"
    order = of.read_text(read_order(of.spec, query), "m.")
    return f"SELECT {of.list_columns} FROM {tables} WHERE {text} ORDER BY {order} LIMIT ?", values


def _build_merged_statement(of: KindTable, query: Find, after_cursor: Condition) -> tuple[str, list[Any]]:
    """Return one statement that merges a list for each combination of values: each is read in order, only as far as
    needed.
    """
    order = of.read_text(read_order(of.spec, query))
    shared = join_conditions([after_cursor, build_exclusion_condition(of, query.excluding)])
    parts = [join_conditions([*part, shared]) for part in _iter_disjoint_conditions(of, query)]
    selects = [f"SELECT {of.list_columns} FROM {of.table} t {of.join_keys} WHERE {text}" for text, _ in parts]
    if len(selects) > 1 and not of.dialect.merges_sorted_unions:
        selects = [f"({select} ORDER BY {order} LIMIT {query.limit + 1})" for select in selects]
    return f"{' UNION ALL '.join(selects)} ORDER BY {order} LIMIT ?", [value for _, part in parts for value in part]


def _iter_disjoint_conditions(of: KindTable, query: Find) -> Iterator[tuple[Condition, Condition]]:
    """Yield the conditions of lists without common records: one list per unit and per value of filters with several
    values.
    """
    filters = {
        name: list_filter_values(value) for name, value in query.where.items() if of.is_indexed(name, query.order)
    }
    split_filters = {name: values for name, values in filters.items() if len(values) > 1}
    if prod(map(len, split_filters.values())) > _MAX_MERGED:
        split_filters = {}
    unit_ids = tuple(dict.fromkeys(query.units or ()))
    splits_units = unit_ids and len(unit_ids) * prod(map(len, split_filters.values())) <= _MAX_MERGED
    for of_units in (
        [build_unit_condition((unit_id,)) for unit_id in unit_ids]
        if splits_units
        else [_build_unindexed_unit_condition(query.units)]
    ):
        for values in product(*split_filters.values()):
            yield of_units, build_filter_condition(of, {**query.where, **dict(zip(split_filters, values, strict=True))})


def _build_unindexed_unit_condition(units: Sequence[str] | None) -> Condition:
    """Return a condition for many units that avoids the unit index, whose rows would have to be sorted."""
    text, values = build_unit_condition(units)
    return text.replace("t.unit", "t.unit || ''") if len(values) > 1 else text, values


def _iter_cursor_conditions(of: KindTable, query: Find, table: str) -> Iterator[Condition]:
    """Yield conditions for the rows after the query's cursor, in the order of the rows.

    Each begins with a plain bound on the first column, so that an index finds the position. If that column descends,
    the rows without a value need a second condition: they come last, and the bound excludes them.
    """
    order = read_order(of.spec, query)
    if not order.cursor:
        yield ALL
        return
    values, id = decode_cursor(of.spec, query.order, order.cursor)
    exact_condition = _build_after_condition(order, values, id, table)
    if not order.columns or values[0] is None:
        yield exact_condition
        return
    (name, descends), *_ = order.columns
    first_column = f"{table}.{quote_column_name(name)}"
    yield join_conditions([(f"{first_column} {'<=' if descends else '>='} ?", [values[0]]), exact_condition])
    if descends:
        yield f"{first_column} IS NULL", []


def _build_after_condition(order: ReadOrder, values: Sequence[Scalar], id: str, table: str) -> Condition:
    """Return the condition that a row comes after these values: greater in one column, equal in all before it."""
    condition: Condition = (f"{table}.id {'<' if order.id_descends else '>'} ?", [id])
    for (name, descends), value in zip(reversed(order.columns), reversed(values), strict=True):
        text, bound = _build_greater_condition(f"{table}.{quote_column_name(name)}", descends, value)
        equal = (
            f"{table}.{quote_column_name(name)} IS NULL" if value is None else f"{table}.{quote_column_name(name)} = ?"
        )
        condition = (
            f"{text} OR ({equal} AND ({condition[0]}))",
            [*bound, *([] if value is None else [value]), *condition[1]],
        )
    return condition


def _build_greater_condition(name: str, descends: bool, value: Scalar) -> Condition:
    if value is None:
        return NONE if descends else (f"{name} IS NOT NULL", [])
    return (f"({name} < ? OR {name} IS NULL)" if descends else f"{name} > ?"), [value]
