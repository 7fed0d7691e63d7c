"""Figures of a report as text, for formats that people read."""

from collections.abc import Iterator

from anninh_core.formatters.layout import say
from anninh_core.kernel.dates import number_vi
from anninh_core.vocabulary.report_document import Figure, ReportDocument, Table

NOTHING = "–"

COLUMNS = ("report.name", "report.unit_of_measure", "report.value", "report.previous", "report.change")
"""Keys of the profile's wording for the column headings of `figure_rows`."""

NUMERIC = frozenset({2, 3, 4})


def format_value(value: float | None) -> str:
    """Return a figure with up to two decimals, a dash for None."""
    if value is None:
        return NOTHING
    formatted = number_vi(value, 2)
    return formatted.rstrip("0").rstrip(",")


def difference_to_previous(figure: Figure) -> float | None:
    """Return the difference between a figure and its value in the preceding period, None if either is missing."""
    if figure.value is None or figure.previous is None:
        return None
    return figure.value - figure.previous


def column_headings(document: ReportDocument) -> tuple[str, ...]:
    """Return the column headings for the rows of `figure_rows`."""
    return tuple(say(document.wording, key) for key in COLUMNS)


def figure_rows(document: ReportDocument) -> Iterator[tuple[str, ...]]:
    """Yield the cells of one table row, as text, for each figure of a report."""
    no_basis = say(document.wording, "report.no_basis")
    for figure in document.figures:
        difference = difference_to_previous(figure)
        sign = "+" if difference and difference > 0 else ""
        yield (
            figure.name,
            figure.unit_of_measure,
            format_value(figure.value),
            NOTHING if figure.previous is None else format_value(figure.previous),
            no_basis if difference is None else sign + format_value(difference),
        )


def figure_table(document: ReportDocument, caption: str = "") -> Table:
    """Return all figures of a report as a table."""
    return Table(caption, column_headings(document), tuple(figure_rows(document)), NUMERIC)


def unit_ids(document: ReportDocument) -> tuple[str, ...]:
    """Return the ids of the units that have figures of their own; those named by the document come first, in its
    order.
    """
    counted = {unit for figure in document.figures for unit in figure.by_unit}
    return (*(unit for unit in document.unit_names if unit in counted), *sorted(counted - {*document.unit_names}))
