"""SQL conditions, each with its values."""

from collections.abc import Mapping, Sequence
from typing import Any

from anninh_core.ports.storages.changes import Scalar
from anninh_storage.sql.records.kind_table import KindTable, column_name
from anninh_storage.sql.values import placeholders

Condition = tuple[str, list[Any]]
"""Text of a condition and its values."""

ALL: Condition = ("1 = 1", [])
NONE: Condition = ("1 = 0", [])


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Join conditions by AND."""
    real = [condition for condition in conditions if condition != ALL]
    if not real:
        return ALL
    return " AND ".join(f"({text})" for text, _ in real), [value for _, values in real for value in values]


def filter_condition(of: KindTable, filters: Mapping[str, Scalar | tuple[Scalar, ...]]) -> Condition:
    """Return the condition for filters that were checked before."""
    return all_of([_column_condition(of, name, filter_values(value)) for name, value in filters.items()])


def filter_values(value: Scalar | tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """Return the distinct values of a filter."""
    return tuple(dict.fromkeys(value)) if isinstance(value, tuple) else (value,)


def unit_condition(units: Sequence[str] | None) -> Condition:
    """Return the condition that a record belongs to one of these units; None allows any."""
    return ALL if units is None else in_condition("t.unit", units)


def in_condition(name: str, values: Sequence[Scalar]) -> Condition:
    """Return the condition that a column has one of these values."""
    if len(values) == 1:
        return f"{name} = ?", [*values]
    return (f"{name} IN ({placeholders(len(values))})", list(values)) if values else NONE


def exclusion_condition(of: KindTable, excluded: Mapping[str, str | tuple[str, ...]]) -> Condition:
    """Return the condition that multi columns don't hold these values."""
    return all_of([_lacks(of, name, barred) for name, barred in excluded.items()])


def _lacks(of: KindTable, name: str, barred: str | tuple[str, ...]) -> Condition:
    text, bound = in_condition("m.value", barred if isinstance(barred, tuple) else (barred,))
    lacks = f"NOT EXISTS (SELECT 1 FROM {of.multi_table} m WHERE m.name = ? AND {text} AND m.id = t.id)"
    return lacks, [name, *bound]


def _column_condition(of: KindTable, name: str, values: tuple[Scalar, ...]) -> Condition:
    if name in of.spec.multi:
        text, bound = in_condition("m.value", values)
        return f"t.id IN (SELECT m.id FROM {of.multi_table} m WHERE m.name = ? AND {text})", [name, *bound]
    text, bound = in_condition(f"t.{column_name(name)}", [value for value in values if value is not None])
    return (f"{text} OR t.{column_name(name)} IS NULL" if None in values else text), bound
