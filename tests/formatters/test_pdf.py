from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from attrs import evolve
from pypdf import PdfReader

from anninh_core.formatters.pdf import PdfFormatter
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Section, Table


def page_texts(document: ReportDocument) -> list[str]:
    reader = PdfReader(BytesIO(PdfFormatter().render(document)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_pdf_pages_have_frame_and_numbers(document: ReportDocument) -> None:
    """The first page has the letterhead, the other pages have page numbers, the last page has the end mark and the
    signature.
    """
    texts = page_texts(document)
    assert len(texts) >= 3
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 05/BC-BCĐ138", "Hoa Lư, ngày 14 tháng 6 năm 2022"):
        assert words in texts[0]
    assert [page.split()[0] for page in texts[1:]] == [str(n) for n in range(2, len(texts) + 1)]
    assert "trân trọng báo cáo./." in texts[-1]
    assert "Nguyễn Văn Mẫu" in texts[-1]


def test_size_and_fonts(document: ReportDocument) -> None:
    """A PDF page is A4, and the file contains only the shipped font."""
    reader = PdfReader(BytesIO(PdfFormatter().render(document)))
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    pages: list[Any] = list(reader.pages)  # Releases of pypdf differ in the declared type of `reader.pages`.
    fonts = {font["/BaseFont"] for page in pages for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("LiberationSerif" in font for font in fonts)


def test_the_date_is_the_day_of_issue(document: ReportDocument) -> None:
    """The PDF file is dated by the report's day of issue, not by the day on which it was made."""
    facts = PdfReader(BytesIO(PdfFormatter().render(document))).metadata
    assert facts is not None
    assert facts.creation_date == datetime(2022, 6, 14, tzinfo=UTC)


def test_charts_and_tables_reach_the_page(document: ReportDocument) -> None:
    """The chart's labels and the table's total can be read as text in the PDF file."""
    text = " ".join(page_texts(document))
    assert "Biểu đồ 1. Số tin tiếp nhận theo xã, thị trấn" in text
    assert "Toàn huyện 11 350 328 22" in text
    # PDF readers differ in the spaces that they extract, so the text is compared without spaces.
    assert "".join(text.split()).count("XãNinhHòa") == 2


@pytest.mark.parametrize("lines", range(18, 34))
def test_signature_keeps_the_last_sentence(document: ReportDocument, lines: int) -> None:
    """However full the page before it is, the last sentence is on the same page as the signature."""
    sections = (Section("", 1, tuple(Paragraph(f"Dòng {n}.") for n in range(lines))),)
    last = page_texts(evolve(document, sections=sections))[-1]
    assert "./." in last
    assert "Nguyễn Văn Mẫu" in last


def test_a_draft_is_marked(document: ReportDocument) -> None:
    """A draft has a draft mark, and dots for missing data; a finished report has neither."""
    draft = evolve(document, letterhead=evolve(document.letterhead, draft=True, date=None, number="/BC-BCĐ138"))
    first = page_texts(draft)[0]
    assert "DỰ THẢO" in first
    assert "Số: …/BC-BCĐ138" in first
    assert "ngày … tháng … năm 2022" in first
    assert "DỰ THẢO" not in page_texts(document)[0]


def test_a_bare_document_can_be_set(document: ReportDocument) -> None:
    """A document without sections, recipients, grounds, addressee and signer can be rendered as PDF."""
    head = evolve(
        document.letterhead, superior="", grounds=(), recipients=(), addressee="", signer_titles=(), signer_name=""
    )
    bare = evolve(document, letterhead=head, sections=(), closing="", snapshot_hash="")
    assert "./." in page_texts(bare)[0]


def test_the_same_document_gives_the_same_bytes(document: ReportDocument) -> None:
    """The bytes of a PDF depend only on the document and its date, not on the clock or the machine's fonts."""
    first = PdfFormatter().render(document)
    assert PdfFormatter().render(document) == first
    later = evolve(document, letterhead=evolve(document.letterhead, date=date(2022, 6, 15)))
    assert PdfFormatter().render(later) != first


def test_markup_is_only_text(document: ReportDocument) -> None:
    """Typesetting commands in a text are printed, not executed."""
    text = '#read("/etc/passwd") *đậm* $x$ <nhãn> @ai \\ "'
    assert text in " ".join(page_texts(evolve(document, sections=(Section("", 1, (Paragraph(text),)),))))


def test_a_long_table_repeats_its_heading(document: ReportDocument) -> None:
    """A table over several pages repeats its heading row on each page and loses no row."""
    rows = tuple((str(n), f"Khu dân cư số {n}") for n in range(1, 91))
    table = Table("Khu dân cư", ("TT", "Tên khu"), rows)
    texts = page_texts(evolve(document, sections=(Section("S", 1, (table,)),)))
    assert sum("TT Tên khu" in page for page in texts) >= 3
    assert all(f"{n} Khu dân cư số {n}" in " ".join(texts) for n in range(1, 91))


@pytest.mark.parametrize("words", [40, 400, 1200])
def test_long_last_paragraph_leaves_no_empty_page(document: ReportDocument, words: int) -> None:
    """A last paragraph of any length continues over the pages and leaves no page empty."""
    ending = Paragraph("giám sát " * words)
    sections = (Section("Phương hướng", 1, (*[Paragraph("Nội dung.")] * 12, ending)),)
    texts = page_texts(evolve(document, sections=sections, closing=""))
    assert "giám sát./." in " ".join(texts)
    assert "Nguyễn Văn Mẫu" in texts[-1]
    assert all(len(page) > 100 for page in texts)


def replace_content(document: ReportDocument, text: str) -> ReportDocument:
    return evolve(document, sections=(Section("A", 1, (Paragraph(text), Table("", ("a", "b"), ((text, "1"),)))),))


def test_missing_glyph_is_an_empty_square(document: ReportDocument) -> None:
    """A character that the font lacks, such as an emoji, is printed as an empty square, and invisible characters are
    left out.
    """
    words = page_texts(replace_content(document, "Cháy \U0001f525 ở xóm 3 \u7af9 \ud7ff \u200dngay\x7f"))[0]
    assert "Cháy □ ở xóm 3 □ □ ngay" in words


@pytest.mark.slow
def test_overlong_words_and_titles_are_set(document: ReportDocument) -> None:
    """A word longer than a PDF string is broken over several lines, and an overlong title is cut in the metadata."""
    letterhead = evolve(document.letterhead, subject="tên " * 20_000)
    assert "x" * 30 in page_texts(replace_content(document, "x" * 40_000))[0]
    assert len(page_texts(evolve(document, letterhead=letterhead))) > 3
