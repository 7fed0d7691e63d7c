"""SELECT statements for lists: each reads its rows in the order of an index, and no more than a page."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from anninh_core.ports.changes import Scalar
from anninh_core.ports.finding import OrderColumns, id_descends, order_of, read_cursor
from anninh_core.ports.storage import Find
from anninh_storage.sql.conditions import ALL, NONE, Condition, all_of, excluding, several, units, where
from anninh_storage.sql.kinds import Kind, column

_MOST_MERGED = 64
"""Lists that one statement merges; SQLite takes 500."""


def listing(of: Kind, query: Find) -> Iterator[tuple[str, list[Any]]]:
    """Yield statements, with all their values but the limit that comes last, whose rows make the list together."""
    guide = _guide(of, query)
    for behind in _behind(of, query, "m" if guide else "t"):
        yield _guided(of, query, guide, behind) if guide else _merged(of, query, behind)


def _guide(of: Kind, query: Find) -> str:
    """Return the multi column whose side-table rows, sorted in the query's order, drive the list; "" for none."""
    guides = of.guides.get(query.order, ())
    return next((name for name, value in query.where.items() if name in guides and len(several(value)) == 1), "")


def _guided(of: Kind, query: Find, guide: str, behind: Condition) -> tuple[str, list[Any]]:
    others = {name: value for name, value in query.where.items() if name != guide}
    rows = ("m.name = ? AND m.value = ? AND t.id = m.id", [guide, *several(query.where[guide])])
    asked = [rows, behind, units(query.units), where(of, others), excluding(of, query.excluding)]
    text, values = all_of(asked)
    # CROSS JOIN: SQLite keeps to the order of the two.
    tables, order = f"{of.multi_table} m CROSS JOIN {of.table} t {of.with_keys}", of.order_text(query.order, "m.")
    return f"SELECT {of.listed} FROM {tables} WHERE {text} ORDER BY {order} LIMIT ?", values


def _merged(of: Kind, query: Find, behind: Condition) -> tuple[str, list[Any]]:
    """Return one statement over a list for each combination of values: each is read in its order, and no further."""
    order, rest = of.order_text(query.order), all_of([behind, excluding(of, query.excluding)])
    parts = [all_of([*part, rest]) for part in _parts(of, query)]
    lists = [f"SELECT {of.listed} FROM {of.table} t {of.with_keys} WHERE {text}" for text, _ in parts]
    if len(lists) > 1 and not of.dialect.merges:
        lists = [f"({each} ORDER BY {order} LIMIT {query.limit + 1})" for each in lists]
    return f"{' UNION ALL '.join(lists)} ORDER BY {order} LIMIT ?", [value for _, part in parts for value in part]


def _parts(of: Kind, query: Find) -> Iterator[tuple[Condition, Condition]]:
    """Yield conditions of lists that have no record in common: those of units, and of values of listed columns."""
    asked = {name: several(value) for name, value in query.where.items() if of.is_listed(name, query.order)}
    split = {name: values for name, values in asked.items() if len(values) > 1}
    if prod(map(len, split.values())) > _MOST_MERGED:
        split = {}
    owners = tuple(dict.fromkeys(query.units or ()))
    apart = owners and len(owners) * prod(map(len, split.values())) <= _MOST_MERGED
    for owned in [units((owner,)) for owner in owners] if apart else [_within(query.units)]:
        for values in product(*split.values()):
            yield owned, where(of, {**query.where, **dict(zip(split, values, strict=True))})


def _within(wanted: Sequence[str] | None) -> Condition:
    """Return the condition of many units: so that no index of units is used, whose rows would have to be sorted."""
    text, values = units(wanted)
    return text.replace("t.unit", "t.unit || ''") if len(values) > 1 else text, values


def _behind(of: Kind, query: Find, table: str) -> Iterator[Condition]:
    """Yield conditions for the rows behind the query's cursor, in the order of their rows.

    Each begins with a plain bound on the first column, so that an index finds the place. Where that column descends,
    the rows without a value come in a second step: they are last, and the bound excludes them.
    """
    if not query.after:
        yield ALL
        return
    order = order_of(of.spec, query.order)
    values, id = read_cursor(of.spec, query.order, query.after)
    exact = _after(order, values, id, table)
    if not order or values[0] is None:
        yield exact
        return
    (name, descends), *_ = order
    first = f"{table}.{column(name)}"
    yield all_of([(f"{first} {'<=' if descends else '>='} ?", [values[0]]), exact])
    if descends:
        yield f"{first} IS NULL", []


def _after(order: OrderColumns, values: Sequence[Scalar], id: str, table: str) -> Condition:
    """Return the condition that a row lies behind these values: greater in one column, equal in all before it."""
    condition: Condition = (f"{table}.id {'<' if id_descends(order) else '>'} ?", [id])
    for (name, descends), value in zip(reversed(order), reversed(values), strict=True):
        text, bound = _further(f"{table}.{column(name)}", descends, value)
        same = f"{table}.{column(name)} IS NULL" if value is None else f"{table}.{column(name)} = ?"
        condition = (
            f"{text} OR ({same} AND ({condition[0]}))",
            [*bound, *([] if value is None else [value]), *condition[1]],
        )
    return condition


def _further(name: str, descends: bool, value: Scalar) -> Condition:
    if value is None:
        return NONE if descends else (f"{name} IS NOT NULL", [])
    return (f"({name} < ? OR {name} IS NULL)" if descends else f"{name} > ?"), [value]
