"""Figures as text, for formats that people read."""

from collections.abc import Iterator

from anninh_core.formatters.layout import say
from anninh_core.kernel.dates import number_vi
from anninh_core.vocabulary.report_document import Figure, ReportDocument

NOTHING = "–"

COLUMNS = ("report.name", "report.unit_of_measure", "report.value", "report.previous", "report.change")
"""Wording keys over the cells of `rows`."""

NUMERIC = frozenset({2, 3, 4})


def text(value: float | None) -> str:
    """Return a figure with up to two decimals, a dash for none."""
    if value is None:
        return NOTHING
    shown = number_vi(value, 2)
    return shown.rstrip("0").rstrip(",")


def change(figure: Figure) -> float | None:
    """Return the difference to the same period before, None without a basis."""
    if figure.value is None or figure.previous is None:
        return None
    return figure.value - figure.previous


def headings(document: ReportDocument) -> tuple[str, ...]:
    """Return the heading row over `rows`."""
    return tuple(say(document.wording, key) for key in COLUMNS)


def rows(document: ReportDocument) -> Iterator[tuple[str, ...]]:
    """Yield one row of text for each figure."""
    no_basis = say(document.wording, "report.no_basis")
    for figure in document.figures:
        difference = change(figure)
        sign = "+" if difference and difference > 0 else ""
        yield (
            figure.name,
            figure.unit_of_measure,
            text(figure.value),
            NOTHING if figure.previous is None else text(figure.previous),
            no_basis if difference is None else sign + text(difference),
        )


def unit_ids(document: ReportDocument) -> tuple[str, ...]:
    """Return the units that have figures of their own, those named by the document first and in its order."""
    counted = {unit for figure in document.figures for unit in figure.by_unit}
    return (*(unit for unit in document.unit_names if unit in counted), *sorted(counted - {*document.unit_names}))
