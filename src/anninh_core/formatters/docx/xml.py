"""Word markup that python-docx has no API for."""

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run


def make_element(tag: str, *children: BaseOxmlElement, **attributes: str) -> BaseOxmlElement:
    """Make an XML element of Word's `w:` namespace."""
    new_element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        new_element.set(qn(f"w:{name}"), value)
    new_element.extend(children)
    return new_element


def _border_line(tag: str, eighths: int) -> BaseOxmlElement:
    return make_element(tag, val="single", sz=str(eighths), space="0", color="000000")


def set_font(style: ParagraphStyle, family: str) -> None:
    """Set the same font for every script in a style, and Vietnamese as its language."""
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), family)
    properties.append(make_element("lang", val="vi-VN", eastAsia="vi-VN"))


def set_layout_version(page: Document) -> None:
    """Set the layout rules of Word 2013 and later, and remove python-docx's thumbnail of an empty page."""
    for mode in page.settings.element.xpath("w:compat/w:compatSetting[@w:name='compatibilityMode']"):
        mode.set(qn("w:val"), "15")
    relations = page.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]


def add_line_above(paragraph: Paragraph, eighths: int = 6) -> None:
    """Draw a line over the whole width of an empty paragraph, `eighths` of a point thick."""
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001  the library gives no other way to its element
        make_element("pBdr", _border_line("top", eighths)), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def add_box(run: Run) -> None:
    """Draw a frame around a word."""
    run.element.get_or_add_rPr().append(make_element("bdr", val="single", sz="6", space="4", color="000000"))


def add_page_number(run: Run) -> None:
    """Add the field that shows the page number."""
    run.element.append(make_element("fldChar", fldCharType="begin"))
    code = make_element("instrText")
    code.text = "PAGE"
    run.element.extend([code, make_element("fldChar", fldCharType="end")])


def frame_table(table: Table, widths: list[float], *, lines: bool, padding: float) -> None:
    """Set a table's column widths, its cell padding (both in millimetres) and whether its lines are visible."""
    properties = table._tbl.tblPr  # noqa: SLF001  the library gives no other way to its element
    properties.clear()
    sides = [make_element(side, w=str(Mm(padding).twips), type="dxa") for side in ("left", "right")]
    borders = [
        _border_line(side, 4) if lines else make_element(side, val="nil")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    properties.extend(
        [
            make_element("tblW", w=str(Mm(sum(widths)).twips), type="dxa"),
            make_element("tblInd", w="0", type="dxa"),
            make_element("tblBorders", *borders),
            make_element("tblLayout", type="fixed"),
            make_element("tblCellMar", *sides),
        ]
    )
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def keep_row_together(row: _Row, *, repeated: bool = False) -> None:
    """Keep a row on one page; a `repeated` row appears at the top of each page."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001  the library gives no other way to its element
    properties.append(make_element("cantSplit"))
    if repeated:
        properties.append(make_element("tblHeader"))
