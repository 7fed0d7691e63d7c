"""Figures by unit as CSV that Excel opens directly: UTF-8 with BOM, commas, a line for each indicator and unit.

A document without figures, such as a register, is written as its tables.
"""

import csv
from collections.abc import Iterator
from io import StringIO

from anninh_core.formatters import layout
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Table

_KEYS = (
    "report.indicator",
    "report.name",
    "report.unit_of_measure",
    "report.unit",
    "report.value",
    "report.previous",
)
# Full-width signs are included: some spreadsheets read them like the ASCII signs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class CsvFormatter:
    """Writes a report's figures as one long table in CSV, or the tables of a report without figures."""

    name = "csv"
    suffix = ".csv"
    media_type = "text/csv"

    @property
    def capabilities(self) -> Capabilities:
        """The parts of a report that CSV can contain: figures, or else tables and sentences."""
        only_figures = Ability(Support.IMPOSSIBLE, "figures, or else the tables; take another format for the text")
        abilities = dict.fromkeys(("layout", "tables", "charts"), only_figures)
        return Capabilities("the CSV format", {**abilities, "figures": Ability(Support.FULL)})

    def render(self, document: ReportDocument) -> bytes:
        """Return the report as CSV: for each indicator the total and then its units, or the tables if the report has no
        figures.
        """
        document = layout.printable(document)
        text = StringIO(newline="")
        writer = csv.writer(text)
        if document.figures or not any(section.blocks for section in document.sections):
            writer.writerow(escape_formula(layout.say(document.wording, key)) for key in _KEYS)
            writer.writerows(_figure_rows(document))
        else:
            writer.writerows(_table_rows(document))
        return text.getvalue().encode("utf-8-sig")


def escape_formula(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: text that begins like a formula gets an apostrophe in
    front.
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _figure_rows(document: ReportDocument) -> Iterator[tuple[str | float | None, ...]]:
    whole_label = escape_formula(
        layout.say(document.wording, "report.whole")
    )  # The unit at the top may have a row of its own below the total.
    for figure in document.figures:
        labels = tuple(escape_formula(text) for text in (figure.indicator, figure.name, figure.unit_of_measure))
        yield (*labels, whole_label, _drop_zero_decimals(figure.value), _drop_zero_decimals(figure.previous))
        for unit, value in figure.by_unit.items():
            yield (*labels, escape_formula(document.unit_names.get(unit, unit)), _drop_zero_decimals(value), None)


def _table_rows(document: ReportDocument) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the tables, and then those of the sentences, such as the balance of a month; an empty row
    separates two parts.

    The heading row comes first, so that programs find it.
    """
    blocks = [block for section in document.sections for block in section.blocks]
    tables = [(block.columns, *block.rows) for block in blocks if isinstance(block, Table)]
    sentences = [(block.text,) for block in blocks if isinstance(block, Paragraph)]
    parts = [*tables, *([tuple(sentences)] if sentences else [])]
    for number, part in enumerate(parts):
        if number:
            yield ()
        for row in part:
            yield tuple(escape_formula(cell) for cell in row)


def _drop_zero_decimals(value: float | None) -> float | None:
    return int(value) if value is not None and value == int(value) else value
