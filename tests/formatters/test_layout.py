from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.formatters import layout
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.vocabulary.report_document import Chart, Letterhead, Paragraph, ReportDocument, Section, Table


def heading_and_paragraph_texts(document: ReportDocument) -> list[str]:
    return [item.text for item in layout.flow(document) if isinstance(item, layout.Heading | Paragraph)]


def heading_texts(document: ReportDocument) -> list[str]:
    return [item.text for item in layout.flow(document) if isinstance(item, layout.Heading)]


def change_letterhead(document: ReportDocument, **changes: Any) -> ReportDocument:
    letterhead: Letterhead = evolve(document.letterhead, **changes)
    return evolve(document, letterhead=letterhead)


def test_headings_are_numbered_by_level(document: ReportDocument) -> None:
    """Headings with Roman numerals, Arabic numerals and letters are counted separately, and begin again under each
    higher heading.
    """
    assert [text.split(" ")[0] for text in heading_texts(document)] == [
        "I.",
        "II.",
        "1.",
        "2.",
        "a)",
        "b)",
        "III.",
        "1.",
        "2.",
        "IV.",
    ]


def test_a_section_without_heading_is_not_numbered(document: ReportDocument) -> None:
    """A section without a heading has no number, like the opening text before part I."""
    assert heading_and_paragraph_texts(document)[0].startswith("Ban Chỉ đạo 138 huyện Hoa Lư báo cáo")


@pytest.mark.parametrize("level", [0, 4])
def test_unknown_levels_are_refused(document: ReportDocument, level: int) -> None:
    """A heading level other than the three levels of the decree is refused."""
    with pytest.raises(BadInput, match=r"use 1 for I\., 2 for 1\., or 3 for a"):
        layout.flow(evolve(document, sections=(Section("Sai cấp", level),)))


def test_letters_are_the_vietnamese_ones() -> None:
    """Points under a heading are lettered a b c d đ e g h i k l m n o p q r s t u v x y, then aa."""
    assert " ".join(map(layout.letter, range(1, 25))) == "a b c d đ e g h i k l m n o p q r s t u v x y aa"


@given(st.integers(1, 500))
def test_every_point_has_a_letter_of_its_own(n: int) -> None:
    """No two points under a heading have the same letter."""
    assert layout.letter(n) not in {layout.letter(m) for m in range(1, n)}


@pytest.mark.parametrize(("n", "roman"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (40, "XL"), (89, "LXXXIX")])
def test_parts_count_in_roman_figures(n: int, roman: str) -> None:
    """Parts of a document are numbered with Roman numerals: I, IV, IX."""
    assert layout.roman(n) == roman


@pytest.mark.parametrize(
    "closing", ["Trân trọng báo cáo", "Trân trọng báo cáo.", "Trân trọng báo cáo;", "Trân trọng báo cáo./."]
)
def test_end_mark_follows_the_last_sentence(document: ReportDocument, closing: str) -> None:
    """The last sentence of a document, however it is typed, ends with `./.`, and no other text does."""
    lines = heading_and_paragraph_texts(evolve(document, closing=closing))
    assert lines[-1] == "Trân trọng báo cáo./."
    assert sum("./." in text for text in lines) == 1


def test_the_end_mark_follows_the_last_paragraph_without_closing(document: ReportDocument) -> None:
    """Without a closing sentence, the last paragraph of a document has the end mark."""
    assert heading_and_paragraph_texts(evolve(document, closing=""))[-1].endswith("giám sát./.")


def test_end_mark_has_its_own_line_after_a_table(document: ReportDocument) -> None:
    """If a document ends with a table, the end mark has a line of its own."""
    table = Table("", ("A",), (("1",),))
    ending = evolve(document, closing="", sections=(Section("Bảng", 1, (table,)),))
    assert layout.flow(ending)[-1] == Paragraph("./.")


def test_captions_are_counted_by_kind(document: ReportDocument) -> None:
    """Tables and charts are numbered separately; a block without a caption isn't counted."""
    blocks = (
        Table("x", ("A",), ()),
        Chart("y", (), ()),
        Table("", ("A",), ()),
        Table("z", ("A",), ()),
    )
    items = layout.flow(evolve(document, sections=(Section("S", 1, blocks),)))
    captions = [item.caption for item in items if isinstance(item, Table | Chart)]
    assert captions == ["Bảng 1. x", "Biểu đồ 1. y", "", "Bảng 2. z"]


def test_lines_of_a_text_are_paragraphs(document: ReportDocument) -> None:
    """Each line of a text becomes a paragraph; empty lines are dropped."""
    sections = (Section("", 1, (Paragraph("một\n\nhai"),)),)
    assert heading_and_paragraph_texts(evolve(document, sections=sections, closing="ba")) == ["một", "hai", "ba./."]


@pytest.mark.parametrize(
    "block", [Table("Bảng hỏng", ("A", "B"), (("1",),)), Chart("Biểu đồ hỏng", ("a", "b"), (1.0,))]
)
def test_missing_cells_and_values_are_refused(document: ReportDocument, block: Table | Chart) -> None:
    """A table row with a missing cell, or a chart with a missing value, is refused with an error that has its
    caption.
    """
    with pytest.raises(BadInput, match="hỏng"):
        layout.flow(evolve(document, sections=(Section("S", 1, (block,)),)))


def test_list_items_end_with_semicolons(document: ReportDocument) -> None:
    """Each ground and recipient ends with `;`, the last of each list with a full stop, however they are typed."""
    assert [line[-1] for line in layout.grounds(document)] == [";", "."]
    lines = layout.recipients(change_letterhead(document, recipients=("Như trên;", "Lưu: VT, CA.")))
    assert lines == ("- Như trên;", "- Lưu: VT, CA.")


def test_several_addressees_are_a_list(document: ReportDocument) -> None:
    """A single addressee has no dash in front; several addressees are a list."""
    assert layout.addressees(document) == ("Ban Chỉ đạo 138 tỉnh Ninh Bình.",)
    assert layout.addressees(change_letterhead(document, addressee="A\nB")) == ("- A;", "- B.")
    assert layout.addressees(change_letterhead(document, addressee="")) == ()


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2021, 2, 3), "Hoa Lư, ngày 03 tháng 02 năm 2021"),
        (date(2020, 3, 5), "Hoa Lư, ngày 05 tháng 3 năm 2020"),
        (date(2021, 12, 15), "Hoa Lư, ngày 15 tháng 12 năm 2021"),
        (None, "Hoa Lư, ngày … tháng … năm 2022"),
    ],
)
def test_date_line_pads_day_and_month(document: ReportDocument, day: date | None, line: str) -> None:
    """Days below 10 and months 1 and 2 have a leading zero; without a day of issue the date line has dots."""
    assert layout.date_line(change_letterhead(document, date=day)) == line


@pytest.mark.parametrize(
    ("number", "line"), [("05/BC-BCĐ138", "Số: 05/BC-BCĐ138"), ("/BC-BCĐ138", "Số: …/BC-BCĐ138"), ("", "Số: …/…")]
)
def test_number_line_has_dots_for_missing_parts(document: ReportDocument, number: str, line: str) -> None:
    """Missing parts of a document number are replaced by dots."""
    assert layout.number_line(change_letterhead(document, number=number)) == line


def test_a_missing_caption_is_named(document: ReportDocument) -> None:
    """A caption that is missing in the profile's wording is named in the error."""
    with pytest.raises(NotFound, match=r"report\.number"):
        layout.number_line(evolve(document, wording={}))


def test_unprintable_signs_are_left_out(document: ReportDocument) -> None:
    """Control characters and direction overrides are removed, and the text is normalised to NFC."""
    dirty = evolve(document, closing="Ho\u0000a\u202e Lu\u031b\u000b\u200b\U000e0041", sections=())
    assert layout.printable(dirty).closing == "Hoa Lư"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_non_finite_figures_are_refused(document: ReportDocument, value: float) -> None:
    """A figure that isn't a finite number is refused before a file is written."""
    figures = (evolve(document.figures[0], value=value),)
    with pytest.raises(BadInput, match="can't be shown in a report: use None where there is nothing to"):
        layout.printable(evolve(document, figures=figures))


def test_units_of_measure_are_aligned_left() -> None:
    """Units of measure are aligned left, however short; a column is centred only if it is the first and has short
    marks.
    """
    table = Table("", ("TT", "Tên", "Đơn vị tính", "Kỳ này"), (("1", "Số tin", "tin", "2"),), frozenset({3}))
    assert layout.alignments(table) == ("center", "left", "left", "right")
