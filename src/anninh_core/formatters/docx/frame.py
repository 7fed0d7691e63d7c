"""The frame of an administrative document in Word: everything above and below its running text."""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from anninh_core.formatters import layout
from anninh_core.formatters.docx import xml as docx_xml
from anninh_core.formatters.font_metrics import FontFace
from anninh_core.vocabulary.report_document import ReportDocument

STYLE = "Frame"
"""Paragraph style without indent and spacing, for everything but running text."""

_LEFT_SHARE = 64 / 165  # Share of the page's width that the agency's column gets; the national title needs the rest.
_SIGNATURE = Mm(24)  # Height that is left blank for signature and seal.


def set_frame_style(paragraph: Paragraph, align: ALIGN = ALIGN.LEFT) -> Paragraph:
    """Set the paragraph style of the document's frame, and return the paragraph."""
    paragraph.style = STYLE
    paragraph.alignment = align
    return paragraph


def _add_line(cell: _Cell, text: str, size: float, *, bold: bool = False, italic: bool = False) -> Paragraph:
    """Add a centred line to a cell, reusing the empty paragraph that every cell begins with."""
    first_paragraph = cell.paragraphs[0]
    unused = (
        len(cell.paragraphs) == 1
        and not first_paragraph.text
        and first_paragraph.style is not None
        and first_paragraph.style.name != STYLE
    )
    paragraph = set_frame_style(first_paragraph if unused else cell.add_paragraph(), ALIGN.CENTER)
    run = paragraph.add_run(text)
    run.bold = bold
    run.italic = italic
    run.font.size = Pt(size)
    return paragraph


def _add_centred_line(paragraph: Paragraph, room: float, width: float) -> None:
    """Draw a centred line of `width` millimetres in a column of `room` millimetres; the empty paragraph that carries it
    is 4 points high.
    """
    shape = set_frame_style(paragraph).paragraph_format
    shape.space_before = Pt(2)
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(4)
    shape.left_indent = shape.right_indent = Mm(max(0, (room - width) / 2))
    docx_xml.add_line_above(paragraph)


def add_letterhead(page: Document, bold: FontFace, document: ReportDocument) -> None:
    """Add the agency and the document's number on the left, and the national title, the motto, the place and the date
    on the right.
    """
    head = document.letterhead
    left = layout.text_width(document) * _LEFT_SHARE
    right = layout.text_width(document) - left
    table = page.add_table(2, 2)
    docx_xml.frame_table(table, [left, right], lines=False, padding=0)
    (agency, nation), (number, day) = (row.cells for row in table.rows)
    for line in filter(None, head.superior.split("\n")):
        _add_line(agency, line, 13)
    for line in head.agency.split("\n"):
        _add_line(agency, line, 13, bold=True)
    last_line = head.agency.split("\n")[-1]
    _add_centred_line(agency.add_paragraph(), left, min(left, bold.width(last_line, 13)) * 0.4)
    _add_line(nation, head.national_title, 13, bold=True)
    _add_line(nation, head.motto, 14, bold=True)
    _add_centred_line(nation.add_paragraph(), right, bold.width(head.motto, 14))
    _add_line(number, layout.number_line(document), 13)
    _add_line(day, layout.date_line(document), 14, italic=True)
    if head.draft:
        draft_mark = set_frame_style(number.add_paragraph(), ALIGN.CENTER)
        draft_mark.paragraph_format.space_before = Pt(8)
        run = draft_mark.add_run(layout.say(document.wording, "report.draft"))
        run.bold = True
        run.font.size = Pt(13)
        docx_xml.add_box(run)


def add_title(page: Document, bold: FontFace, document: ReportDocument) -> None:
    """Add the name of the document's type and its subject, with the line under them."""
    lines = document.letterhead.subject.split("\n")
    for n, line in enumerate([document.letterhead.title, *lines]):
        paragraph = set_frame_style(page.add_paragraph(), ALIGN.CENTER)
        paragraph.add_run(line).bold = True
        paragraph.paragraph_format.space_before = Pt(0 if n else 18)
    rule = page.add_paragraph()
    width = layout.text_width(document)
    _add_centred_line(rule, width, min(width, bold.width(lines[-1], 14)) * 0.4)
    rule.paragraph_format.space_after = Pt(6)


def add_addressees_and_grounds(page: Document, document: ReportDocument) -> None:
    """Add the addressees and the legal bases."""
    addressees = layout.addressees(document)
    if len(addressees) == 1:
        paragraph = set_frame_style(page.add_paragraph(), ALIGN.CENTER)
        paragraph.add_run(f"{layout.salutation(document)} {addressees[0]}")
        paragraph.paragraph_format.space_after = Pt(12)
    elif addressees:
        set_frame_style(page.add_paragraph(layout.salutation(document))).paragraph_format.left_indent = Mm(25)
        for n, line in enumerate(addressees, 1):
            shape = set_frame_style(page.add_paragraph(line)).paragraph_format
            shape.left_indent = Mm(50)
            shape.space_after = Pt(12 if n == len(addressees) else 0)
    for ground in layout.grounds(document):
        page.add_paragraph().add_run(ground).italic = True


def add_recipients_and_signer(page: Document, document: ReportDocument) -> None:
    """Add the recipients on the left and the signer on the right, all on the same page."""
    table = page.add_table(1, 2)
    docx_xml.frame_table(table, [75, layout.text_width(document) - 75], lines=False, padding=0)
    docx_xml.keep_row_together(table.rows[0])
    left, right = table.rows[0].cells
    _add_recipients(left, document)
    _add_signer(right, document)
    tail = set_frame_style(page.add_paragraph())
    tail.paragraph_format.space_before = Pt(10)
    tail.add_run(layout.snapshot_line(document)).font.size = Pt(8)


def _add_recipients(cell: _Cell, document: ReportDocument) -> None:
    lines = layout.recipients(document)
    if not lines:
        return
    heading = set_frame_style(cell.paragraphs[0])
    heading.paragraph_format.space_before = Pt(10)
    run = heading.add_run(layout.say(document.wording, "report.recipients"))
    run.bold = run.italic = True
    run.font.size = Pt(12)
    for line in lines:
        set_frame_style(cell.add_paragraph()).add_run(line).font.size = Pt(11)


def _add_signer(cell: _Cell, document: ReportDocument) -> None:
    head = document.letterhead
    above = [head.signer_capacity, *head.signer_titles[:1]]
    below = [*head.signer_titles[1:], head.signer_name]
    for n, line in enumerate(_split_lines(above)):
        _add_line(cell, line, 14, bold=True).paragraph_format.space_before = Pt(0 if n else 10)
    for n, line in enumerate(_split_lines(below)):
        _add_line(cell, line, 14, bold=True).paragraph_format.space_before = Pt(0) if n else _SIGNATURE


def _split_lines(lines: list[str]) -> list[str]:
    return [part for line in lines for part in line.split("\n") if part]
