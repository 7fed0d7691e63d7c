"""Functions that build SQL conditions, each with its values."""

from collections.abc import Mapping, Sequence
from typing import Any

from anninh_core.ports.storages.changes import Scalar
from anninh_storage.sql.records.kind_table import KindTable, quote_column_name
from anninh_storage.sql.values import build_placeholders

Condition = tuple[str, list[Any]]
"""Text of a SQL condition and its values."""

ALL: Condition = ("1 = 1", [])
NONE: Condition = ("1 = 0", [])


def join_conditions(conditions: Sequence[Condition]) -> Condition:
    """Join SQL conditions by AND."""
    real = [condition for condition in conditions if condition != ALL]
    if not real:
        return ALL
    return " AND ".join(f"({text})" for text, _ in real), [value for _, values in real for value in values]


def build_filter_condition(of: KindTable, filters: Mapping[str, Scalar | tuple[Scalar, ...]]) -> Condition:
    """Return the SQL condition for filters of records; the filters were checked before."""
    return join_conditions(
        [_build_column_condition(of, name, list_filter_values(value)) for name, value in filters.items()]
    )


def list_filter_values(value: Scalar | tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """Return the distinct values of a filter."""
    return tuple(dict.fromkeys(value)) if isinstance(value, tuple) else (value,)


def build_unit_condition(units: Sequence[str] | None) -> Condition:
    """Return the condition that a record belongs to one of these units; None allows any."""
    return ALL if units is None else build_in_condition("t.unit", units)


def build_in_condition(name: str, values: Sequence[Scalar]) -> Condition:
    """Return the SQL condition that a column has one of these values."""
    if len(values) == 1:
        return f"{name} = ?", [*values]
    return (f"{name} IN ({build_placeholders(len(values))})", list(values)) if values else NONE


def build_exclusion_condition(of: KindTable, excluded: Mapping[str, str | tuple[str, ...]]) -> Condition:
    """Return the SQL condition that a record's multi columns don't contain these values."""
    return join_conditions([_build_absence_condition(of, name, barred) for name, barred in excluded.items()])


def _build_absence_condition(of: KindTable, name: str, barred: str | tuple[str, ...]) -> Condition:
    text, bound = build_in_condition("m.value", barred if isinstance(barred, tuple) else (barred,))
    lacks = f"NOT EXISTS (SELECT 1 FROM {of.multi_table} m WHERE m.name = ? AND {text} AND m.id = t.id)"
    return lacks, [name, *bound]


def _build_column_condition(of: KindTable, name: str, values: tuple[Scalar, ...]) -> Condition:
    if name in of.spec.multi:
        text, bound = build_in_condition("m.value", values)
        return f"t.id IN (SELECT m.id FROM {of.multi_table} m WHERE m.name = ? AND {text})", [name, *bound]
    text, bound = build_in_condition(f"t.{quote_column_name(name)}", [value for value in values if value is not None])
    return (f"{text} OR t.{quote_column_name(name)} IS NULL" if None in values else text), bound
