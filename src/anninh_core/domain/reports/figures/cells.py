"""Cells: the numbers of a report by indicator, unit and group, from which every figure is summed."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.domain.reports.views import CellView, ReportFiguresView
from anninh_core.kernel.dates import Period
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.plan import Indicator


@frozen
class Cell:
    """A number for an indicator, unit and group.

    Attributes:
        unit: unit id; "" for several units together.
        group: value of the dimension that the indicator is split by, "" for none.
        part: the amount.
        whole: the amount that `part` is a share of; 0 for an indicator that is no share.
    """

    indicator: str
    unit: str
    group: str
    part: int
    whole: int = 0

    def to_view(self) -> CellView:
        """Return the read-only view of the cell."""
        return make_view(CellView, self)


@frozen(kw_only=True)
class ReportFigures:
    """All numbers of a report.

    Attributes:
        cells: those that are not zero, sorted.
        previous: the cells of the period a year before; None without a basis for a comparison.
        unknown: ids of the indicators that need a query which isn't registered.
        taken_on: the day of their computation.
    """

    period: Period
    cells: tuple[Cell, ...]
    previous: tuple[Cell, ...] | None
    unknown: tuple[str, ...]
    taken_on: date

    def to_view(self) -> ReportFiguresView:
        """Return the read-only view of the figures."""
        return make_view(ReportFiguresView, self, start=self.period.start, end=self.period.end)

    def has_same_numbers(self, other: "ReportFigures") -> bool:
        """Return whether period and numbers are equal, regardless of the day of their computation."""
        return (self.period, self.cells, self.previous) == (other.period, other.cells, other.previous)

    @property
    def digest(self) -> str:
        """SHA-256 of period and numbers."""
        content = msgspec.json.encode([self.period, self.cells, self.previous, self.unknown], order="deterministic")
        return sha256(content).hexdigest()


def cells_by_indicator(cells: Iterable[Cell]) -> Mapping[str, tuple[Cell, ...]]:
    """Return the cells by indicator id."""
    grouped: dict[str, list[Cell]] = {}
    for cell in cells:
        grouped.setdefault(cell.indicator, []).append(cell)
    return {id: tuple(indicator_cells) for id, indicator_cells in grouped.items()}


def indicator_value(indicator: Indicator, cells: Iterable[Cell]) -> float | None:
    """Return an indicator's number over some cells; None for a share with a whole of 0."""
    matching = [cell for cell in cells if cell.indicator == indicator.id]
    part = sum(cell.part for cell in matching)
    if not indicator.is_share:
        return part
    whole = sum(cell.whole for cell in matching)
    return 100 * part / whole if whole else None


def values_by_unit(indicator: Indicator, cells: Iterable[Cell]) -> Mapping[str, float]:
    """Return the numbers by unit, without units that have no basis, and without cells for several units together."""
    grouped: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.indicator == indicator.id and cell.unit:
            grouped.setdefault(cell.unit, []).append(cell)
    values = {unit: indicator_value(indicator, unit_cells) for unit, unit_cells in grouped.items()}
    return {unit: number for unit, number in values.items() if number is not None}


def amounts_by_group(indicator: Indicator, cells: Iterable[Cell]) -> Mapping[str, int]:
    """Return the amounts of a split indicator by group."""
    sums: dict[str, int] = {}
    for cell in cells:
        if cell.indicator == indicator.id:
            sums[cell.group] = sums.get(cell.group, 0) + cell.part
    return sums


def merge_cells(parts: Iterable[tuple[Cell, ...] | None]) -> tuple[Cell, ...] | None:
    """Return the sums of several parts' cells; None if no part has cells."""
    existing = [cells for cells in parts if cells is not None]
    if not existing:
        return None
    sums: dict[tuple[str, str, str], tuple[int, int]] = {}
    for cell in (cell for cells in existing for cell in cells):
        key = (cell.indicator, cell.unit, cell.group)
        part, whole = sums.get(key, (0, 0))
        sums[key] = (part + cell.part, whole + cell.whole)
    return build_cells(sums)


def build_cells(sums: Mapping[tuple[str, str, str], tuple[int, int]]) -> tuple[Cell, ...]:
    """Return sums as cells, without zeros and in a fixed order.

    The keys of `sums` are (indicator, unit, group), the values are (part, whole).
    """
    return tuple(Cell(*key, part, whole) for key, (part, whole) in sorted(sums.items()) if part or whole)
