"""A report as a Word file in the administrative layout of Nghị định 30/2020/NĐ-CP, Appendix I."""

from copy import deepcopy
from datetime import UTC, datetime, time
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.text.paragraph import CT_P
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from anninh_core.formatters import layout
from anninh_core.formatters.docx import chart as docx_chart
from anninh_core.formatters.docx import frame as docx_frame
from anninh_core.formatters.docx import xml as docx_xml
from anninh_core.formatters.font_metrics import FontFace, share_column_widths
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Table

FONT_FAMILY = "Times New Roman"
_CELL_PADDING = 1.5
_ALIGN = {"left": ALIGN.LEFT, "center": ALIGN.CENTER, "right": ALIGN.RIGHT}


def write(document: ReportDocument) -> bytes:
    """Return a report as a Word file, as python-docx packs it."""
    page = docx.Document()
    _set_document_styles(page)
    _set_page_size(page, document)
    _set_file_properties(page, document)
    docx_xml.set_layout_version(page)
    bold = FontFace("Bold")
    docx_frame.add_letterhead(page, bold, document)
    docx_frame.add_title(page, bold, document)
    docx_frame.add_addressees_and_grounds(page, document)
    charts = 0
    for item in layout.flow(document):
        if isinstance(item, layout.Heading):
            page.add_paragraph(item.text, style=f"Heading {item.level}")
        elif isinstance(item, Paragraph):
            page.add_paragraph(item.text)
        elif isinstance(item, Table):
            _add_table(page, bold, item, layout.text_width(document))
        else:
            charts += 1
            _add_caption(page, item.caption)
            paragraph = docx_frame.set_frame_style(page.add_paragraph(), ALIGN.CENTER)
            paragraph.paragraph_format.space_after = Pt(12)
            docx_chart.add_chart(page, paragraph.add_run(), item, charts)
    # The last paragraph stays with the signature, so that the signature is never alone on a page.
    page.paragraphs[-1].paragraph_format.keep_with_next = True
    docx_frame.add_recipients_and_signer(page, document)
    file = BytesIO()
    page.save(file)
    return file.getvalue()


def _set_page_size(page: Document, document: ReportDocument) -> None:
    section = page.sections[0]
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width = Mm(297)
        section.page_height = Mm(210)
    else:
        section.page_width = Mm(210)
        section.page_height = Mm(297)
    section.top_margin = Mm(20)
    section.bottom_margin = Mm(20)
    section.left_margin = Mm(30)
    section.right_margin = Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    header = docx_frame.set_frame_style(section.header.paragraphs[0], ALIGN.CENTER)
    number = header.add_run()
    number.font.size = Pt(13)
    docx_xml.add_page_number(number)


def _set_document_styles(page: Document) -> None:
    normal = _get_paragraph_style(page, "Normal")
    docx_xml.set_font(normal, FONT_FAMILY)
    normal.font.size = Pt(14)
    text = normal.paragraph_format
    text.alignment = ALIGN.JUSTIFY
    text.first_line_indent = Mm(12.7)
    text.space_before = Pt(0)
    text.space_after = Pt(6)
    text.line_spacing = 1.15
    text.widow_control = True
    for level in (1, 2, 3):
        heading = _get_paragraph_style(page, f"Heading {level}")
        docx_xml.set_font(heading, FONT_FAMILY)
        heading.font.size = Pt(14)
        heading.font.color.rgb = RGBColor(0, 0, 0)
        heading.font.bold = level < 3
        heading.font.all_caps = level == 1
        heading.paragraph_format.space_before = Pt(0)
        heading.paragraph_format.space_after = Pt(6)
    frame = page.styles.add_style(docx_frame.STYLE, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(frame, ParagraphStyle)
    frame.base_style = normal
    frame.paragraph_format.first_line_indent = Mm(0)
    frame.paragraph_format.space_after = Pt(0)
    frame.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    frame.paragraph_format.alignment = ALIGN.LEFT


def _get_paragraph_style(page: Document, name: str) -> ParagraphStyle:
    style = page.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _set_file_properties(page: Document, document: ReportDocument) -> None:
    day = datetime.combine(document.letterhead.date or document.period_end, time.min, UTC)
    facts = page.core_properties
    facts.title = layout.full_title(document)[:255]
    facts.author = document.letterhead.agency.replace("\n", " ")[:255]
    facts.last_modified_by = ""
    facts.comments = document.snapshot_hash
    facts.language = "vi-VN"
    facts.created = facts.modified = day
    facts.revision = 1


def _add_caption(page: Document, caption: str) -> None:
    if not caption:
        return
    paragraph = docx_frame.set_frame_style(page.add_paragraph(), ALIGN.CENTER)
    paragraph.add_run(caption).italic = True
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(6)
    paragraph.paragraph_format.keep_with_next = True


def _add_table(page: Document, bold: FontFace, table: Table, width: float) -> None:
    _add_caption(page, table.caption)
    rows = [table.columns, *table.rows]
    size = layout.type_size(table)
    filler = _CellFiller(size)
    widths = share_column_widths(bold, rows, width, size, 2 * _CELL_PADDING)
    grid = page.add_table(len(rows), len(table.columns))
    docx_xml.frame_table(grid, widths, lines=True, padding=_CELL_PADDING)
    aligns = [_ALIGN[side] for side in layout.alignments(table)]
    for n, (row, texts) in enumerate(zip(grid.rows, rows, strict=True)):
        docx_xml.keep_row_together(row, repeated=n == 0)
        is_bold = n == 0 or (table.total and n == len(rows) - 1)
        for cell, text, align in zip(row.cells, texts, aligns, strict=True):
            filler.fill_cell(cell, text, strong=is_bold, align=align if n else ALIGN.CENTER)
    spacer = docx_frame.set_frame_style(page.add_paragraph())
    spacer.paragraph_format.line_spacing = Pt(8)


class _CellFiller:
    """Fills the cells of a table. A cell is formatted once for each style and then copied, because python-docx is slow
    with styles.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._patterns: dict[tuple[bool, ALIGN], CT_P] = {}

    def fill_cell(self, cell: _Cell, text: str, *, strong: bool, align: ALIGN) -> None:
        """Set the text of an empty cell."""
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]._p  # noqa: SLF001  the library gives no other way to its element
        if (strong, align) not in self._patterns:
            self._patterns[strong, align] = self._format_paragraph(
                DocxParagraph(deepcopy(paragraph), cell), strong, align
            )
        copy_of_pattern = deepcopy(self._patterns[strong, align])
        paragraph.getparent().replace(paragraph, copy_of_pattern)
        DocxParagraph(copy_of_pattern, cell).runs[0].text = text

    def _format_paragraph(self, paragraph: DocxParagraph, strong: bool, align: ALIGN) -> CT_P:
        docx_frame.set_frame_style(paragraph, align)
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run()
        run.bold = strong
        run.font.size = Pt(self._size)
        return paragraph._p  # noqa: SLF001  the library gives no other way to its element
