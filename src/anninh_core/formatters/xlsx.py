"""Figures of a report as an Excel workbook, written by XlsxWriter, so that numbers stay numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from anninh_core.formatters import figures, layout
from anninh_core.formatters.extras import require_module
from anninh_core.kernel.text import clip
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Table

_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
_MAX_SHEET_NAME = 31  # Excel's limit for the name of a sheet, in characters.
_MAX_CELL = 32_767  # Excel's limit for the text of a cell, in characters.
_NAMELESS = "1"
_NUMBER_WIDTH = 14  # Width of a column of numbers in characters; a longer heading is wrapped.
_MAX_COLUMNS_ON_PAGE = 8  # Number of columns that stay readable across a sheet of A4.
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

Cell = str | float | None


class XlsxFormatter:
    """Writes a report's figures as a workbook, with which an office can calculate further."""

    name = "xlsx"
    suffix = ".xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    @property
    def capabilities(self) -> Capabilities:
        """The parts of a report that a workbook can contain: figures; the text of the report is left out."""
        no_text = Ability(Support.IMPOSSIBLE, "a workbook of figures; take DOCX or PDF for the text")
        abilities = dict.fromkeys(("layout", "tables", "charts"), no_text)
        return Capabilities("the XLSX format", {**abilities, "figures": Ability(Support.FULL)})

    def render(self, document: ReportDocument) -> bytes:
        """Return the report's figures as a workbook, dated on the day of issue.

        Raises:
            MissingExtra: XlsxWriter isn't installed.
        """
        xlsxwriter = require_module("xlsxwriter", "the XLSX format")
        document = layout.map_texts(_fit_cell, layout.printable(document))
        file = BytesIO()
        day = document.letterhead.date or document.period_end
        # Texts are written as text cells, so that nothing typed into a report becomes a formula or a link.
        with xlsxwriter.Workbook(
            file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            book.set_properties(
                {
                    "title": layout.full_title(document),
                    "author": document.letterhead.agency,
                    "comments": document.snapshot_hash,
                    "created": datetime.combine(day, time.min, UTC),
                }
            )
            if document.figures:
                _add_figures_sheet(book, document)
                _add_units_sheet(book, document)
                _add_definitions_sheet(book, document)
            else:
                _add_tables_sheet(book, document)
        return file.getvalue()


def _fit_cell(text: str) -> str:
    """Return a text that fits into a cell; XlsxWriter would leave out a longer text entirely."""
    return text if len(text) <= _MAX_CELL else f"{clip(text, _MAX_CELL - 1)}…"


def _make_sheet_name(title: str) -> str:
    """Return a title shortened and cleaned so that Excel accepts it as the name of a sheet."""
    return title.translate(_FORBIDDEN)[:_MAX_SHEET_NAME].strip(" '\n") or _NAMELESS


def _add_figures_sheet(book: Any, document: ReportDocument) -> None:
    rows: list[tuple[Cell, ...]] = [
        (f.indicator, f.name, f.unit_of_measure, f.value, f.previous, figures.difference_to_previous(f))
        for f in document.figures
    ]
    keys = ("report.indicator", *figures.COLUMNS)
    _add_table_sheet(book, document, "report.figures", [layout.say(document.wording, key) for key in keys], rows)


def _add_units_sheet(book: Any, document: ReportDocument) -> None:
    heads = [layout.say(document.wording, "report.unit"), *(figure.name for figure in document.figures)]
    rows: list[tuple[Cell, ...]] = [
        (document.unit_names.get(unit, unit), *(figure.by_unit.get(unit) for figure in document.figures))
        for unit in figures.unit_ids(document)
    ]
    rows.append((layout.say(document.wording, "report.whole"), *(figure.value for figure in document.figures)))
    _add_table_sheet(book, document, "report.figures_by_unit", heads, rows, total=True)


def _add_definitions_sheet(book: Any, document: ReportDocument) -> None:
    keys = ("report.indicator", "report.name", "report.definition", "report.unit_of_measure")
    rows = [(f.indicator, f.name, f.definition, f.unit_of_measure) for f in document.figures]
    _add_table_sheet(book, document, "report.definitions", [layout.say(document.wording, key) for key in keys], rows)


def _add_table_sheet(
    book: Any,
    document: ReportDocument,
    key: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    total: bool = False,
) -> None:
    """Add a sheet with its name, the report's period below it, and a heading row that doesn't scroll."""
    title = layout.say(document.wording, key)
    sheet = book.add_worksheet(_make_sheet_name(title))
    plain = book.add_format(_FONT)
    bold = book.add_format({**_FONT, "bold": True})
    boxed = {**_FONT, "border": 1, "text_wrap": True}
    head = book.add_format({**boxed, "bold": True, "align": "center", "bg_color": "#EEF1F4"})
    sheet.write(0, 0, title, bold)
    sheet.write(1, 0, layout.period_line(document), plain)
    sheet.write_row(3, 0, heads, head)
    for n, row in enumerate(rows, 4):
        style = {**boxed, "bold": total and n == len(rows) + 3}
        integer_format = book.add_format(style)
        fraction_format = book.add_format({**style, "num_format": "0.00"})
        for column, cell in enumerate(row):
            sheet.write(
                n,
                column,
                cell,
                fraction_format if isinstance(cell, float) and not cell.is_integer() else integer_format,
            )
    for column, name in enumerate(heads):
        sheet.set_column(column, column, _measure_column(name, [row[column] for row in rows]))
    sheet.freeze_panes(4, 1)
    sheet.set_paper(9)  # XlsxWriter's number for the paper size A4.
    sheet.set_landscape()
    sheet.repeat_rows(3)
    if len(heads) <= _MAX_COLUMNS_ON_PAGE:
        sheet.fit_to_pages(1, 0)
    else:  # A wide table fitted on one page would be too small to read.
        sheet.repeat_columns(0)


def _add_tables_sheet(book: Any, document: ReportDocument) -> None:
    """Add a sheet with the texts and tables of a document without figures, such as a register, one below another."""
    sheet = book.add_worksheet(_make_sheet_name(document.letterhead.title))
    plain = book.add_format(_FONT)
    bold = book.add_format({**_FONT, "bold": True})
    boxed = book.add_format({**_FONT, "border": 1, "text_wrap": True, "valign": "top"})
    head = book.add_format({**_FONT, "border": 1, "text_wrap": True, "bold": True, "align": "center"})
    draft = (layout.say(document.wording, "report.draft"),) if document.letterhead.draft else ()
    row = 0
    for text in (*draft, document.letterhead.title, document.letterhead.subject):
        sheet.write(row, 0, text, bold)
        row += 1
    for block in (block for section in document.sections for block in section.blocks):
        if isinstance(block, Paragraph):
            sheet.write(row, 0, block.text, plain)
            row += 1
        elif isinstance(block, Table):
            sheet.write_row(row, 0, block.columns, head)
            for number, cells in enumerate(block.rows, row + 1):
                sheet.write_row(number, 0, cells, boxed)
            for column, name in enumerate(block.columns):
                sheet.set_column(column, column, _measure_column(name, [cells[column] for cells in block.rows]))
            sheet.repeat_rows(row)
            row += len(block.rows) + 2
    sheet.set_paper(9)  # XlsxWriter's number for the paper size A4.
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _measure_column(heading: str, cells: Sequence[Cell]) -> int:
    texts = [len(cell) + 2 for cell in cells if isinstance(cell, str)]
    return min(50, max(11, len(heading) + 2, *texts)) if texts else _NUMBER_WIDTH
