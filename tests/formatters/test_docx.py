from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from attrs import evolve
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.table import Table as WordTable

from anninh_core.formatters.docx.formatter import DocxFormatter
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Section, Table


def render_and_open(document: ReportDocument) -> Document:
    return docx.Document(BytesIO(DocxFormatter().render(document)))


def table_rows(page: Document, table: int) -> list[CT_Row]:
    rows: list[CT_Row] = page.element.body.xpath("w:tbl")[table].xpath("w:tr")
    return rows


def cell_texts(table: WordTable, row: int, column: int) -> list[str]:
    return [paragraph.text for paragraph in table.rows[row].cells[column].paragraphs if paragraph.text]


def make_draft(document: ReportDocument) -> ReportDocument:
    return evolve(document, letterhead=evolve(document.letterhead, draft=True, date=None, number=""))


def test_page_and_margins(document: ReportDocument) -> None:
    """The page is A4 with margins of 20, 20, 30 and 15 mm."""
    page = render_and_open(document).sections[0]
    assert page.page_width is not None
    assert page.page_height is not None
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    sides = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [side and round(side.mm) for side in sides] == [20, 20, 30, 15]


def test_page_number_in_the_top_margin_from_page_two(document: ReportDocument) -> None:
    """The first page has no number; the other pages have their number centred in the header, in size 13."""
    page = render_and_open(document).sections[0]
    assert page.different_first_page_header_footer
    assert not page.first_page_header.paragraphs[0].runs
    header = page.header.paragraphs[0]
    assert header.alignment == ALIGN.CENTER
    assert header.runs[0].font.size is not None
    assert header.runs[0].font.size.pt == 13
    assert page.header.part.element.xpath(".//w:instrText")[0].text == "PAGE"


def test_docx_body_follows_decree_30(document: ReportDocument) -> None:
    """The body text is in Vietnamese, in Times New Roman 14, justified, indented 1.27 cm, with 6 pt after paragraphs
    and a line spacing of 1.15.
    """
    style = render_and_open(document).styles["Normal"]
    fonts = style.element.rPr.find(qn("w:rFonts"))
    assert {*fonts.attrib.values()} == {"Times New Roman"}
    shape = style.paragraph_format
    assert style.font.size.pt == 14
    assert shape.alignment == ALIGN.JUSTIFY
    assert round(shape.first_line_indent.mm, 1) == 12.7
    assert (shape.space_after.pt, shape.line_spacing) == (6, 1.15)
    assert style.element.rPr.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"


def test_docx_frame_follows_decree_30(document: ReportDocument) -> None:
    """Agency and number are on the left, nation, motto and date on the right; recipients are on the left, the signer on
    the right.
    """
    tables = render_and_open(document).tables
    assert cell_texts(tables[0], 0, 0) == ["UBND HUYỆN HOA LƯ", "BAN CHỈ ĐẠO 138"]
    assert cell_texts(tables[0], 0, 1) == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert cell_texts(tables[0], 1, 0) == ["Số: 05/BC-BCĐ138"]
    assert cell_texts(tables[0], 1, 1) == ["Hoa Lư, ngày 14 tháng 6 năm 2022"]
    assert cell_texts(tables[-1], 0, 0)[0] == "Nơi nhận:"
    assert cell_texts(tables[-1], 0, 0)[-1] == "- Lưu: VT, CA."
    signer = ["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN", "PHÓ CHỦ TỊCH UBND HUYỆN", "Nguyễn Văn Mẫu"]
    assert cell_texts(tables[-1], 0, 1) == signer


def test_draft_is_marked_and_leaves_dots(document: ReportDocument) -> None:
    """A draft has a draft mark, and dots for number and date; a finished report has no mark."""
    tables = render_and_open(make_draft(document)).tables
    assert cell_texts(tables[0], 1, 0) == ["Số: …/…", "DỰ THẢO"]
    assert cell_texts(tables[0], 1, 1) == ["Hoa Lư, ngày … tháng … năm 2022"]
    assert "DỰ THẢO" not in cell_texts(render_and_open(document).tables[0], 1, 0)


def test_several_addressees_are_listed_below(document: ReportDocument) -> None:
    """A single addressee is in the same line as the salutation; several addressees are in a list below it."""
    head = evolve(document.letterhead, addressee="Ban Chỉ đạo 138 tỉnh\nCông an tỉnh")
    texts = [p.text for p in render_and_open(evolve(document, letterhead=head)).paragraphs]
    at = texts.index("Kính gửi:")
    assert texts[at + 1 : at + 3] == ["- Ban Chỉ đạo 138 tỉnh;", "- Công an tỉnh."]
    assert "Kính gửi: Ban Chỉ đạo 138 tỉnh Ninh Bình." in [p.text for p in render_and_open(document).paragraphs]


def test_a_bare_document_can_be_written(document: ReportDocument) -> None:
    """A document without sections, recipients, grounds, addressee and signer can be written."""
    head = evolve(
        document.letterhead, superior="", grounds=(), recipients=(), addressee="", signer_titles=(), signer_name=""
    )
    bare = evolve(document, letterhead=head, sections=(Section("", 1, (Table("", ("A",), ()),)),), closing="")
    page = render_and_open(bare)
    assert cell_texts(page.tables[0], 0, 0) == ["BAN CHỈ ĐẠO 138"]
    assert cell_texts(page.tables[-1], 0, 0) == []


def test_headings_are_word_headings(document: ReportDocument) -> None:
    """Numbered headings have Word's heading styles, so that its navigation pane shows them."""
    headings = [
        (p.style.name, p.text)
        for p in render_and_open(document).paragraphs
        if p.style and "Heading" in (p.style.name or "")
    ]
    assert ("Heading 1", "II. Kết quả thực hiện") in headings
    assert ("Heading 2", "1. Xây dựng, củng cố nhóm") in headings
    assert ("Heading 3", "a) Tin về an ninh, trật tự") in headings


def test_signature_keeps_the_last_sentence(document: ReportDocument) -> None:
    """The report's last sentence ends with the end mark and is on the same page as the signature, which isn't split
    over pages.
    """
    page = render_and_open(document)
    last = next(p for p in page.paragraphs if p.text.endswith("./."))
    assert last.paragraph_format.keep_with_next
    assert table_rows(page, -1)[0].xpath("w:trPr/w:cantSplit")


def test_tables_repeat_their_heading_and_break_no_row(document: ReportDocument) -> None:
    """A table repeats its heading row on each page, aligns numbers right, has a bold total and fixed widths, and splits
    no row over two pages.
    """
    page = render_and_open(document)
    table = page.tables[1]
    rows = table_rows(page, 1)
    assert rows[0].xpath("w:trPr/w:tblHeader")
    assert all(row.xpath("w:trPr/w:cantSplit") for row in rows)
    total = [cell.paragraphs[0] for cell in table.rows[-1].cells]
    assert [p.text for p in total] == ["", "Toàn huyện", "11", "350", "328", "22"]
    assert all(run.bold for p in total for run in p.runs)
    assert [p.alignment for p in total][1:3] == [ALIGN.LEFT, ALIGN.RIGHT]
    assert sum(cell.width.mm for cell in table.rows[0].cells if cell.width) == pytest.approx(165, abs=1)


def test_charts_are_word_charts(document: ReportDocument) -> None:
    """A chart is an editable Word chart with labels and values."""
    with ZipFile(BytesIO(DocxFormatter().render(document))) as file:
        chart = file.read("word/charts/chart1.xml").decode()
    assert "<c:v>Xã Ninh Hòa</c:v>" in chart
    assert "<c:v>52</c:v>" in chart


def test_the_same_document_gives_the_same_bytes(document: ReportDocument) -> None:
    """Rendering a document twice gives the same bytes, independent of the clock and of iteration order."""
    assert DocxFormatter().render(document) == DocxFormatter().render(document)


def test_hostile_text_is_only_text(document: ReportDocument) -> None:
    """Markup and characters that XML forbids don't break the file."""
    text = "</w:t><w:br/> & \x00\x0b ]]>"
    page = render_and_open(evolve(document, sections=(Section("<I>", 1, (Paragraph(text),)),)))
    assert "</w:t><w:br/> & ]]>" in [" ".join(p.text.split()) for p in page.paragraphs]
