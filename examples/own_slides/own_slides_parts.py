"""Functions that add parts to slides: text in a box, a table, a chart with its workbook. All lengths are in points."""
# python-pptx says that it is typed, and half of it is:
# pyright: basic, reportMissingImports=false

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from attrs import frozen
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.text.text import TextFrame, _Paragraph
from pptx.util import Pt

from anninh_core.formatters import layout
from anninh_core.vocabulary import Chart, Table

FONT = "Arial"
CELL = 14
DARK, GREY, PALE, WHITE = (RGBColor.from_string(code) for code in ("1F3A5F", "5B6770", "EEF2F6", "FFFFFF"))
_ALIGN = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
_EM = 0.54  # Average width of a letter in ems, a bit more than in running Vietnamese text.


@frozen
class Box:
    """Position and size of a part on a slide."""

    left: float
    top: float
    width: float
    height: float


@frozen
class Style:
    """Font size, weight, colour and alignment of text."""

    size: float
    bold: bool = False
    color: RGBColor = DARK
    align: str = "left"


def count_lines(text: str, size: float, width: float) -> int:
    """Return the approximate number of lines that a text takes at a font size and a width."""
    return sum(max(1, ceil(len(line) * size * _EM / width)) for line in text.split("\n"))


def add_words(slide: Slide, box: Box, lines: Sequence[str], style: Style) -> None:
    """Add a text box with lines, each a paragraph."""
    shape = slide.shapes.add_textbox(Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    fill_frame(shape.text_frame, lines, style)


def fill_frame(frame: TextFrame, lines: Sequence[str], style: Style) -> None:
    """Write lines into an existing text frame."""
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Pt(4)
    frame.margin_top = frame.margin_bottom = Pt(2)
    for number, line in enumerate(lines):
        _set_paragraph(frame.add_paragraph() if number else frame.paragraphs[0], line, style)


def _set_paragraph(paragraph: _Paragraph, text: str, style: Style) -> None:
    paragraph.alignment = _ALIGN[style.align]
    # A line break in the text stays a line break, and starts no new paragraph.
    paragraph.text = text.replace("\n", "\v")
    font = paragraph.font
    font.name = FONT
    font.size = Pt(style.size)
    font.bold = style.bold
    font.color.rgb = style.color


def compute_column_widths(table: Table, width: float) -> tuple[float, ...]:
    """Return the widths of a table's columns, by the longest cell of each column, within limits."""
    longest = (max(map(len, column)) for column in zip(table.columns, *table.rows, strict=True))
    wishes = [min(max(letters, 8), 48) for letters in longest]
    return tuple(width * wish / sum(wishes) for wish in wishes)


def compute_row_height(row: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height of a table row, by the widths of its cells."""
    lines = max(count_lines(cell, CELL, width - 10) for cell, width in zip(row, widths, strict=True))
    return lines * CELL * 1.25 + 8


def add_table(slide: Slide, box: Box, table: Table, rows: Sequence[Sequence[str]], *, ends: bool) -> None:
    """Add a table with a heading row and `rows`; `ends` is true if they include the table's last row."""
    widths = compute_column_widths(table, box.width)
    frame = slide.shapes.add_table(len(rows) + 1, len(widths), Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    grid = frame.table
    for number, width in enumerate(widths):
        grid.columns[number].width = Pt(width)
    for number, row in enumerate((table.columns, *rows)):
        total = table.total and ends and number == len(rows)
        grid.rows[number].height = Pt(compute_row_height(row, widths))
        for cell, text, align in zip(grid.rows[number].cells, row, layout.alignments(table), strict=True):
            head = number == 0
            cell.fill.solid()
            cell.fill.fore_color.rgb = DARK if head else PALE if number % 2 == 0 or total else WHITE
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            style = Style(CELL, head or total, WHITE if head else DARK, "center" if head else align)
            fill_frame(cell.text_frame, [text], style)


def add_chart(slide: Slide, box: Box, item: Chart, day: datetime) -> None:
    """Add a bar chart with one bar for each label, the first at the top; a double click shows the numbers."""
    data = CategoryChartData()
    data.categories = item.labels
    data.add_series(item.unit, item.values)
    place = (Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    frame: Any = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *place, data)  # pyright: ignore[reportArgumentType]
    chart = frame.chart
    # python-pptx's own workbook would contain its creation time, and interpret a label that begins with = as a formula.
    chart.part.chart_workbook.update_from_xlsx_blob(_build_workbook(item, day))
    size = Pt(min(14, max(6, box.height / len(item.labels) * 0.55)))
    chart.has_legend = False
    chart.has_title = bool(item.caption)
    if item.caption:
        fill_frame(chart.chart_title.text_frame, [item.caption], Style(16, bold=True))
    chart.font.size = size
    chart.font.name = FONT
    chart.font.color.rgb = DARK
    chart.category_axis.reverse_order = True
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = min(0, *item.values)
    bars = chart.plots[0]
    bars.gap_width = 40
    bars.has_data_labels = True
    bars.data_labels.show_value = True
    bars.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    bars.series[0].format.fill.solid()
    bars.series[0].format.fill.fore_color.rgb = DARK


def _build_workbook(item: Chart, day: datetime) -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": day})
        sheet = book.add_worksheet("Sheet1")
        sheet.write_string(0, 1, item.unit)
        for row, (label, value) in enumerate(zip(item.labels, item.values, strict=True), 1):
            sheet.write_string(row, 0, label)
            sheet.write_number(row, 1, value)
    return file.getvalue()
