"""Lists of values in statements."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_MOST = 512


def portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Split values into portions that a statement takes.

    Each is filled up to a power of two with its last value, so that few different statements are compiled.
    """
    for start in range(0, len(values), _MOST):
        portion = values[start : start + _MOST]
        size = 1 << (len(portion) - 1).bit_length()
        yield [*portion, *[portion[-1]] * (size - len(portion))]


def marks(count: int) -> str:
    """Return `?,?,…`."""
    return ",".join("?" * count)


def quoted(names: Iterable[str]) -> str:
    """Return names of ours, such as states, as a statement has them between parentheses."""
    return ", ".join(f"'{name}'" for name in names)


def tuples(count: int, width: int) -> str:
    """Return `(?,?),(?,?),…`."""
    return ",".join([f"({marks(width)})"] * count)
