"""Bars and columns: lengths of what is drawn, in parts of the whole."""

from collections.abc import Sequence

from attrs import frozen

_WHOLE = 100
# Of a column and of what is between two, in the drawing's own measure.
_WIDTH = 20
_GAP = 6


@frozen
class ChartBar:
    """A number as a bar.

    Attributes:
        percent: its length, the longest being 100.
    """

    name: str
    value: int
    percent: int


@frozen
class ChartColumn:
    """A number as a column.

    Attributes:
        x, y, width, height: of its rectangle in a drawing of a height of 100.
    """

    name: str
    value: int
    x: int
    y: int
    width: int
    height: int


def make_bars(amounts: Sequence[tuple[str, int]]) -> Sequence[ChartBar]:
    """Return amounts by name as bars."""
    most = max((amount for _, amount in amounts), default=0)
    return [ChartBar(name, amount, _share(amount, most)) for name, amount in amounts]


def make_columns(amounts: Sequence[tuple[str, int]]) -> Sequence[ChartColumn]:
    """Return amounts by name as columns side by side."""
    most = max((amount for _, amount in amounts), default=0)
    return [
        ChartColumn(name, amount, number * (_WIDTH + _GAP), _WHOLE - _share(amount, most), _WIDTH, _share(amount, most))
        for number, (name, amount) in enumerate(amounts)
    ]


def _share(amount: int, most: int) -> int:
    """Return how much of the longest one an amount is, in percent; what is there at all is seen."""
    if most <= 0 or amount <= 0:
        return 0
    return max(1, round(_WHOLE * amount / most))
