"""The shared statements as PostgreSQL takes them best: lists of values become arrays.

`IN (?,?,…)` and `(VALUES (?,?),(?,?),…)` of texts would be another statement for each length, too long for
the driver to remember and for the server to plan once. With arrays each is one statement, whatever the length.
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
    """A statement, and how its values are to be gathered.

    Attributes:
        text: as the driver takes it; bytes, because it is no literal.
        shape: for each run of values how many rows of how many columns become arrays; (1, 0) for a value left alone.
    """

    text: bytes
    shape: tuple[tuple[int, int], ...]

    def bind_values(self, values: Sequence[Any]) -> list[Any]:
        """Return the values, lists of them as arrays."""
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
    """Return a statement whose values stand as `?`."""
    shape: list[tuple[int, int]] = []

    def part(found: re.Match[str]) -> str:
        items, rows = found.groups()
        if items:
            shape.append((items.count("?"), 1))
            return "= ANY(%s)"
        if rows:
            count = rows.count("(")
            shape.append((count, rows.count("?") // count))
            return f"(SELECT * FROM unnest({', '.join(['%s::text[]'] * shape[-1][1])}))"
        shape.append((1, 0))
        return "%s"

    return NativeStatement(_VALUES.sub(part, statement.replace("%", "%%")).encode(), tuple(shape))


def _unify_types(values: Sequence[Any]) -> list[Any]:
    """Return values as an array can hold them: of one type, so whole numbers among others become fractions."""
    if any(type(value) is float for value in values):
        return [float(value) for value in values]
    return list(values)
