from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from attrs import evolve

from anninh_core.formatters.xlsx import XlsxFormatter
from anninh_core.vocabulary.report_document import ReportDocument, Section, Table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Workbook:
    def __init__(self, data: bytes) -> None:
        self.file = ZipFile(BytesIO(data))
        names = self.read("xl/workbook.xml").iter(f"{MAIN}sheet")
        self.names = [sheet.get("name") for sheet in names]
        shared = self.read("xl/sharedStrings.xml").iter(f"{MAIN}si")
        self.strings = ["".join(entry.itertext()) for entry in shared]

    def read(self, name: str) -> ET.Element:
        return ET.fromstring(self.file.read(name))

    def sheet(self, n: int) -> ET.Element:
        return self.read(f"xl/worksheets/sheet{n}.xml")

    def rows(self, n: int) -> list[list[str | float | None]]:
        return [[self._cell_value(cell) for cell in row] for row in self.sheet(n).iter(f"{MAIN}row")]

    def _cell_value(self, cell: ET.Element) -> str | float | None:
        value = cell.findtext(f"{MAIN}v")
        if value is None:
            return None
        return self.strings[int(value)] if cell.get("t") == "s" else float(value)


def render_workbook(document: ReportDocument) -> Workbook:
    return Workbook(XlsxFormatter().render(document))


def test_workbook_has_three_sheets(document: ReportDocument) -> None:
    """The workbook has sheets for figures, figures by unit and definitions."""
    assert render_workbook(document).names == ["Số liệu theo chỉ tiêu", "Số liệu theo đơn vị", "Giải thích chỉ tiêu"]


def test_numbers_are_numbers(document: ReportDocument) -> None:
    """Values, previous values and changes are numeric cells; without a previous value the cells for it and the change
    are empty.
    """
    rows = render_workbook(document).rows(1)
    assert rows[-2] == ["tips_received", "Tin tiếp nhận", "tin", 350.0, 280.0, 70.0]
    assert rows[-1] == ["tips_in_time", "Tỷ lệ giải quyết đúng hạn", "%", 97.5, None, None]


def test_units_are_rows(document: ReportDocument) -> None:
    """Each unit has a row in the document's order, and the total is the last row."""
    rows = render_workbook(document).rows(2)
    assert rows[-12] == ["Thị trấn Thiên Tôn", 41.0, None]
    assert rows[-1] == ["Toàn địa bàn", 350.0, 97.5]


def test_the_heading_row_stays_in_sight(document: ReportDocument) -> None:
    """The heading row is frozen, and columns have widths."""
    sheet = render_workbook(document).sheet(1)
    pane = sheet.find(f".//{MAIN}pane")
    assert pane is not None
    assert pane.get("state") == "frozen"
    assert sheet.find(f".//{MAIN}col") is not None


def test_no_text_becomes_a_formula(document: ReportDocument) -> None:
    """Text that begins like a formula or a link stays text."""
    evil = (evolve(document.figures[0], name='=HYPERLINK("http://x")', definition="https://x.example"),)
    workbook = render_workbook(evolve(document, figures=evil))
    assert '=HYPERLINK("http://x")' in workbook.strings
    assert all(workbook.sheet(n).find(f".//{MAIN}f") is None for n in (1, 2, 3))
    assert all(workbook.sheet(n).find(f".//{MAIN}hyperlink") is None for n in (1, 2, 3))


def test_the_same_document_gives_the_same_bytes(document: ReportDocument) -> None:
    """The bytes of a workbook don't depend on the clock."""
    assert XlsxFormatter().render(document) == XlsxFormatter().render(document)


def test_a_wide_sheet_stays_readable_on_paper(document: ReportDocument) -> None:
    """A sheet with few columns is fitted to the width of a page; a sheet with many columns is split over pages that
    repeat the unit names.
    """
    figure = document.figures[0]
    wide = evolve(document, figures=tuple(evolve(figure, indicator=f"i{n}") for n in range(40)))
    workbook = render_workbook(wide)
    assert workbook.sheet(1).find(f".//{MAIN}pageSetUpPr") is not None
    assert workbook.sheet(2).find(f".//{MAIN}pageSetUpPr") is None
    assert any("$A:$A" in (name.text or "") for name in workbook.read("xl/workbook.xml").iter(f"{MAIN}definedName"))


def test_a_share_is_shown_with_two_decimals(document: ReportDocument) -> None:
    """The cell of a percentage keeps every decimal and shows two; whole numbers are shown without decimals."""
    share = evolve(document, figures=(evolve(document.figures[0], value=97.125, previous=90.0),))
    (cell,) = (c for c in render_workbook(share).sheet(1).iter(f"{MAIN}c") if c.findtext(f"{MAIN}v") == "97.125")
    styles = render_workbook(share).read("xl/styles.xml")
    codes = {code.get("numFmtId"): code.get("formatCode") for code in styles.iter(f"{MAIN}numFmt")}
    formats = styles.find(f"{MAIN}cellXfs")
    assert formats is not None
    assert codes[formats[int(cell.get("s", "0"))].get("numFmtId")] == "0.00"


def test_a_text_longer_than_a_cell_is_cut(document: ReportDocument) -> None:
    """A text that is too long for a cell is cut and marked as cut, because the library would leave the cell empty."""
    table = Table("", ("a",), (("x" * 40_000,),))
    paper = evolve(document, figures=(), sections=(Section("", 1, (table,)),))
    with ZipFile(BytesIO(XlsxFormatter().render(paper))) as file:
        strings = file.read("xl/sharedStrings.xml").decode()
    assert f">{'x' * 32_766}…<" in strings


@pytest.mark.parametrize("title", ["'Sổ'", "[]", "'", "Sổ" * 40])
def test_invalid_sheet_name_is_adapted(document: ReportDocument, title: str) -> None:
    """A title that isn't a valid sheet name is adapted to the nearest valid one."""
    paper = evolve(document, figures=(), letterhead=evolve(document.letterhead, title=title))
    assert XlsxFormatter().render(paper).startswith(b"PK")
