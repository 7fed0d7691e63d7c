"""Compile the shared statements for PostgreSQL: lists of values become arrays.

`IN (?,?,…)` and `(VALUES (?,?),(?,?),…)` of texts would be another statement for each length, too long for the driver
to cache and for the server to plan once. With arrays, the statement is the same for every length.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen

_VALUE_LIST = r"\?(?:,\?)*"
_VALUES = re.compile(rf"IN \(({_VALUE_LIST})\)|\(VALUES (\({_VALUE_LIST}\)(?:,\({_VALUE_LIST}\))*)\)|\?")


@frozen
class NativeStatement:
    """A statement in the driver's syntax, and the layout of its values.

    Attributes:
        text: text for the driver; bytes, because it isn't a literal string.
        shape: (rows, columns) of each run of values that becomes arrays; (1, 0) for a single value.
    """

    text: bytes
    shape: tuple[tuple[int, int], ...]

    def bind_values(self, values: Sequence[Any]) -> list[Any]:
        """Return the values of a statement for the driver, with lists of values as arrays."""
        arguments: list[Any] = []
        start = 0
        for rows, width in self.shape:
            end = start + rows * max(width, 1)
            arguments += [_unify_types(values[start + column : end : width]) for column in range(width)] or [
                values[start]
            ]
            start = end
        return arguments


@lru_cache(maxsize=1024)
def compile_statement(statement: str) -> NativeStatement:
    """Compile a statement with `?` placeholders for PostgreSQL's driver."""
    shape: list[tuple[int, int]] = []

    def replace_placeholders(match: re.Match[str]) -> str:
        items, rows = match.groups()
        if items:
            shape.append((items.count("?"), 1))
            return "= ANY(%s)"
        if rows:
            count = rows.count("(")
            shape.append((count, rows.count("?") // count))
            return f"(SELECT * FROM unnest({', '.join(['%s::text[]'] * shape[-1][1])}))"
        shape.append((1, 0))
        return "%s"

    return NativeStatement(_VALUES.sub(replace_placeholders, statement.replace("%", "%%")).encode(), tuple(shape))


def _unify_types(values: Sequence[Any]) -> list[Any]:
    """Return values of one type, as an array requires: if one is a float, whole numbers become floats."""
    if any(type(value) is float for value in values):
        return [float(value) for value in values]
    return list(values)
