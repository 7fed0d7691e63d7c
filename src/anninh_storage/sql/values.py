"""Functions for lists of values in SQL statements."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_MAX_VALUES = 512


def split_into_chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Split values into chunks that a statement can take.

    Each chunk is filled up to a power of two with its last value, so that few different statements are compiled.
    """
    for start in range(0, len(values), _MAX_VALUES):
        chunk = values[start : start + _MAX_VALUES]
        size = 1 << (len(chunk) - 1).bit_length()
        yield [*chunk, *[chunk[-1]] * (size - len(chunk))]


def build_placeholders(count: int) -> str:
    """Return `count` placeholders for a statement: `?,?,…`."""
    return ",".join("?" * count)


def quote_list(names: Iterable[str]) -> str:
    """Return names from our code (such as states, never input) as a quoted SQL list."""
    return ", ".join(f"'{name}'" for name in names)


def build_tuple_placeholders(count: int, width: int) -> str:
    """Return `count` tuples of `width` placeholders for a statement: `(?,?),(?,?),…`."""
    return ",".join([f"({build_placeholders(width)})"] * count)
