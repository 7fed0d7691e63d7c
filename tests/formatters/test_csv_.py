import csv
from io import StringIO

import pytest
from attrs import evolve

from anninh_core.formatters.csv_ import CsvFormatter
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Section, Table


def read_rows(document: ReportDocument) -> list[list[str]]:
    return [*csv.reader(StringIO(CsvFormatter().render(document).decode("utf-8-sig"), newline=""))]


def test_excel_knows_the_encoding(document: ReportDocument) -> None:
    """The file begins with the byte order mark of UTF-8, which Excel needs to recognise the encoding."""
    assert CsvFormatter().render(document).startswith(b"\xef\xbb\xbf")


def test_each_indicator_and_unit_has_its_line(document: ReportDocument) -> None:
    """Each indicator has a line for the total, then a line for each unit; a missing figure is an empty cell."""
    lines = read_rows(document)
    assert lines[1] == ["tips_received", "Tin tiếp nhận", "tin", "Toàn địa bàn", "350", "280"]
    assert lines[2] == ["tips_received", "Tin tiếp nhận", "tin", "Thị trấn Thiên Tôn", "41", ""]
    assert lines[-1] == ["tips_in_time", "Tỷ lệ giải quyết đúng hạn", "%", "Toàn địa bàn", "97.5", ""]
    assert len(lines) == 1 + 2 + 11


HIDDEN = "\u200b"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\uff1d", "\u200b="])
def test_text_is_no_formula(document: ReportDocument, sign: str) -> None:
    """A text that a spreadsheet would evaluate as a formula gets an apostrophe in front; negative numbers stay
    numbers.
    """
    figures = (evolve(document.figures[0], name=f"{sign}cmd|x", value=-3.0, by_unit={}),)
    lines = read_rows(evolve(document, figures=figures))
    assert lines[1][1] == f"'{sign.lstrip(HIDDEN)}cmd|x"
    assert lines[1][4] == "-3"


def test_document_without_figures_becomes_tables(document: ReportDocument) -> None:
    """A document without figures is written as its tables with heading rows, separated by empty rows, then as its
    sentences; no cell is a formula.
    """
    tables = (
        Table("", ("Số", "Nội dung"), (("1", "=1+2"), ("2", "Hai\ndòng"))),
        Table("", ("Tên",), (("A",),)),
    )
    blocks = (Paragraph("Tồn đầu kỳ: 1"), *tables)
    paper = evolve(document, figures=(), sections=(Section("", 1, blocks),))
    assert read_rows(paper) == [
        ["Số", "Nội dung"],
        ["1", "'=1+2"],
        ["2", "Hai\ndòng"],
        [],
        ["Tên"],
        ["A"],
        [],
        ["Tồn đầu kỳ: 1"],
    ]
