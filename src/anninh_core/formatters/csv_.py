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
# Full-width signs too: some spreadsheets read them like the ASCII signs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class CsvFormatter:
    """The figures as one long table, or the tables of a document without figures."""

    name = "csv"
    suffix = ".csv"
    media_type = "text/csv"

    @property
    def capabilities(self) -> Capabilities:
        """What the file contains: figures, or else tables and sentences."""
        only_figures = Ability(Support.IMPOSSIBLE, "figures, or else the tables; take another format for the text")
        abilities = dict.fromkeys(("layout", "tables", "charts"), only_figures)
        return Capabilities("the CSV format", {**abilities, "figures": Ability(Support.FULL)})

    def render(self, document: ReportDocument) -> bytes:
        """Return the figures: first the total of each indicator, then its units. Without figures, return the tables."""
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
    )  # the unit may have a row of its own below
    for figure in document.figures:
        labels = tuple(escape_formula(text) for text in (figure.indicator, figure.name, figure.unit_of_measure))
        yield (*labels, whole_label, _number(figure.value), _number(figure.previous))
        for unit, value in figure.by_unit.items():
            yield (*labels, escape_formula(document.unit_names.get(unit, unit)), _number(value), None)


def _table_rows(document: ReportDocument) -> Iterator[tuple[str, ...]]:
    """Yield the tables, an empty row between two, and after another the sentences, such as the balance of a month.

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


def _number(value: float | None) -> float | None:
    return int(value) if value is not None and value == int(value) else value
