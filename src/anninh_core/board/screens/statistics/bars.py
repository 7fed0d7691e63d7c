"""Bars and columns of charts, with lengths in percent of the longest."""

from collections.abc import Sequence

from attrs import frozen

_WHOLE = 100
# Width of a column and of the gap between two, in units of the drawing.
_WIDTH = 20
_GAP = 6


@frozen
class ChartBar:
    """An amount that a chart shows as a bar.

    Attributes:
        percent: its length; the longest bar has 100.
    """

    name: str
    value: int
    percent: int


@frozen
class ChartColumn:
    """An amount that a chart shows as a column.

    Attributes:
        x, y, width, height: its rectangle in a drawing with a height of 100.
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
    return [ChartBar(name, amount, _compute_percent(amount, most)) for name, amount in amounts]


def make_columns(amounts: Sequence[tuple[str, int]]) -> Sequence[ChartColumn]:
    """Return amounts by name as columns side by side."""
    most = max((amount for _, amount in amounts), default=0)
    return [
        ChartColumn(
            name,
            amount,
            number * (_WIDTH + _GAP),
            _WHOLE - _compute_percent(amount, most),
            _WIDTH,
            _compute_percent(amount, most),
        )
        for number, (name, amount) in enumerate(amounts)
    ]


def _compute_percent(amount: int, most: int) -> int:
    """Return an amount in percent of the largest one, at least 1 for any amount above 0, so that it is visible."""
    if most <= 0 or amount <= 0:
        return 0
    return max(1, round(_WHOLE * amount / most))
