"""Documents with the metadata that programs write about their author, and with pictures of a phone."""
# ruff: noqa: E501  markup is easier to read in whole lines

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

from tests.cleaning.markers import AUTHOR, COMMENT, DELETED, PATH, PLACE, SERIAL, THUMBNAIL, XMP
from tests.cleaning.pictures import XMP_PACKET, jpeg, png

WORDS = "Đơn trình báo mất xe"
"""The text of a document, which must remain after cleaning."""
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument."
_CORE = f'<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{AUTHOR}</dc:creator><d>{COMMENT}</d></p>'


_WRITTEN = (2021, 9, 18, 2, 0, 0)  # The time is fixed, so that each process of a run makes the same bytes.


def build_zip(parts: Mapping[str, bytes | str], note: str = "") -> bytes:
    """Return a ZIP of `parts`, with `note` as its comment."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.comment = note.encode()
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, _WRITTEN)
            part.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(part, content)
    return file.getvalue()


def _build_relations_xml(*entries: tuple[str, str, str]) -> str:
    lines = (
        f'<Relationship Id="r{number}" Type="{_RELS}/{kind}" Target="{target}"{mode}/>'
        for number, (kind, target, mode) in enumerate(entries, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'


def _build_content_types_xml(main: str, kind: str, *more: str) -> str:
    overrides = "".join(f'<Override PartName="/{name}" ContentType="application/xml"/>' for name in more)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{_TYPES}{kind}.main+xml"/>{overrides}</Types>'
    )


_EXTERNAL = ' TargetMode="External"'


def docx_parts() -> dict[str, bytes | str]:
    """Return the parts of a DOCX with tracked changes, comments and metadata."""
    tracked = f'w:id="1" w:author="{AUTHOR}" w:date="2021-09-01T08:30:00Z"'
    body = (
        f'<w:document {_W} {_R} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>'
        f'<!-- {COMMENT} --><w:p w:rsidR="00AB12CD"><w:commentRangeStart w:id="0"/><w:r><w:t>{WORDS}</w:t></w:r>'
        f"<w:ins {tracked}><w:r><w:t> ở xóm 3</w:t></w:r></w:ins><w:del {tracked}><w:r><w:delText>{DELETED}</w:delText>"
        f'</w:r></w:del><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>'
        f"<w:p><w:pPr><w:rPr><w:rPrChange {tracked}><w:rPr/></w:rPrChange></w:rPr></w:pPr><w:r><w:instrText>"
        f'INCLUDEPICTURE "{PATH}"</w:instrText></w:r><w:r><w:drawing><pic:cNvPr id="1" name="{SERIAL}.jpg" '
        f'descr="{PATH}"/><a:blip r:embed="r3"/></w:drawing></w:r></w:p></w:body></w:document>'
    )
    return {
        "[Content_Types].xml": _build_content_types_xml(
            "word/document.xml", "wordprocessingml.document", "docProps/core.xml"
        ),
        "_rels/.rels": _build_relations_xml(
            ("officeDocument", "word/document.xml", ""), ("metadata", "docProps/core.xml", "")
        ),
        "docProps/core.xml": _CORE,
        "docProps/app.xml": f"<p><Company>{AUTHOR}</Company><Template>{PATH}</Template></p>",
        "docProps/custom.xml": f"<p>{XMP}</p>",
        "docProps/thumbnail.jpeg": jpeg() + THUMBNAIL.encode(),
        "word/document.xml": body,
        "word/comments.xml": f'<w:comments {_W}><w:comment w:author="{AUTHOR}"><w:t>{COMMENT}</w:t></w:comment></w:comments>',
        "word/people.xml": f"<p>{AUTHOR}</p>",
        "word/settings.xml": f'<w:settings {_W} {_R}><w:attachedTemplate r:id="r1"/><w:rsids><w:rsid w:val="00AB12CD"/>'
        f'</w:rsids><w:docVars><w:docVar w:name="x" w:val="{SERIAL}"/></w:docVars></w:settings>',
        "word/_rels/settings.xml.rels": _build_relations_xml(("attachedTemplate", f"file:///{PATH}", _EXTERNAL)),
        "word/_rels/document.xml.rels": _build_relations_xml(
            ("comments", "comments.xml", ""),
            ("settings", "settings.xml", ""),
            ("image", "media/image1.jpeg", ""),
            ("image", f"http://theo-doi.invalid/{SERIAL}.png", _EXTERNAL),
            ("hyperlink", "https://ninhbinh.invalid/", _EXTERNAL),
            ("customXml", "../customXml/item1.xml", ""),
        ),
        "word/media/image1.jpeg": jpeg(),
        "word/media/image2.png": png(),
        "customXml/item1.xml": f"<p>{PLACE}</p>",
    }


def xlsx_parts() -> dict[str, bytes | str]:
    """Return the parts of a spreadsheet with notes, a path and printer settings."""
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return {
        "[Content_Types].xml": _build_content_types_xml("xl/workbook.xml", "spreadsheetml.sheet"),
        "_rels/.rels": _build_relations_xml(
            ("officeDocument", "xl/workbook.xml", ""), ("metadata", "docProps/core.xml", "")
        ),
        "docProps/core.xml": _CORE,
        "xl/workbook.xml": f'<workbook xmlns="{sheet}" {_R} xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/'
        f'2010/11/ac"><fileSharing userName="{AUTHOR}"/><x15ac:absPath url="{PATH}"/><sheets><sheet name="Biểu" '
        'sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _build_relations_xml(("worksheet", "worksheets/sheet1.xml", "")),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet}" {_R}><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
        f'<t>{WORDS}</t></is></c></row></sheetData><pageSetup r:id="r2"/><legacyDrawing r:id="r3"/></worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": _build_relations_xml(
            ("comments", "../comments1.xml", ""),
            ("printerSettings", "../printerSettings/printerSettings1.bin", ""),
            ("vmlDrawing", "../drawings/vmlDrawing1.vml", ""),
        ),
        "xl/comments1.xml": f'<comments xmlns="{sheet}"><authors><author>{AUTHOR}</author></authors><t>{COMMENT}</t></comments>',
        "xl/drawings/vmlDrawing1.vml": f"<xml>{COMMENT}</xml>",
        "xl/printerSettings/printerSettings1.bin": SERIAL.encode("utf-16-le"),
        "xl/persons/person.xml": f"<p>{AUTHOR}</p>",
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{sheet}" {_R}><externalBook r:id="r1"/></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": _build_relations_xml(
            ("externalLinkPath", f"file:///{PATH}", _EXTERNAL)
        ),
        "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{sheet}" refreshedBy="{AUTHOR}"/>',
    }


def pptx_parts() -> dict[str, bytes | str]:
    """Return the parts of a presentation with comments and tags."""
    show = "http://schemas.openxmlformats.org/presentationml/2006/main"
    return {
        "[Content_Types].xml": _build_content_types_xml("ppt/presentation.xml", "presentationml.presentation"),
        "_rels/.rels": _build_relations_xml(
            ("officeDocument", "ppt/presentation.xml", ""), ("thumbnail", "docProps/t.jpeg", "")
        ),
        "docProps/t.jpeg": jpeg(),
        "docProps/app.xml": f"<p>{PATH}</p>",
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{show}" {_R}><p:custDataLst><p:tags r:id="r2"/></p:custDataLst>'
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": _build_relations_xml(
            ("slide", "slides/slide1.xml", ""),
            ("tags", "tags/tag1.xml", ""),
            ("commentAuthors", "commentAuthors.xml", ""),
            ("package", "embeddings/book.xlsx", ""),
        ),
        "ppt/slides/slide1.xml": f'<p:sld xmlns:p="{show}"><p:cNvPr id="2" name="{SERIAL}" descr="{PATH}"/><t>{WORDS}</t></p:sld>',
        "ppt/slides/_rels/slide1.xml.rels": _build_relations_xml(("comments", "../comments/comment1.xml", "")),
        "ppt/comments/comment1.xml": f"<c>{COMMENT}</c>",
        "ppt/commentAuthors.xml": f"<c>{AUTHOR}</c>",
        "ppt/tags/tag1.xml": f"<t>{XMP}</t>",
        "ppt/embeddings/book.xlsx": build_zip(xlsx_parts()),
    }


def odt_parts() -> dict[str, bytes | str]:
    """Return the parts of an ODT with comments and tracked changes."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    spaces = (
        f'xmlns:office="{office}" xmlns:text="{text}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    )
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    names = ("content.xml", "meta.xml", "Pictures/a.jpg")
    entries = "".join(f'<m:file-entry m:full-path="{name}" m:media-type="x"/>' for name in names)
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {spaces}><office:body><text:tracked-changes><dc:creator>{AUTHOR}"
        f"</dc:creator>{DELETED}</text:tracked-changes><text:p>{WORDS}<office:annotation><dc:creator>{AUTHOR}</dc:creator>"
        f'{COMMENT}</office:annotation></text:p><draw:frame draw:name="{SERIAL}"><draw:image xlink:href="Pictures/a.jpg"/>'
        f'<draw:image xlink:href="http://theo-doi.invalid/{SERIAL}"/></draw:frame></office:body></office:document-content>',
        "meta.xml": f"<office:document-meta {spaces}><dc:creator>{AUTHOR}</dc:creator></office:document-meta>",
        "settings.xml": f"<office:document-settings {spaces}>{PATH}</office:document-settings>",
        "Thumbnails/thumbnail.png": png() + THUMBNAIL.encode(),
        "Pictures/a.jpg": jpeg(),
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{manifest}">{entries}</m:manifest>',
    }


def write_pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of `objects`; the first object is the root."""
    file = bytearray(b"%PDF-1.7\n")
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(file))
        file += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1)
    file += b"".join(b"%010d 00000 n \n" % start for start in starts)
    file += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(starts) + 1, trailer, table)
    return bytes(file)


def pdf_stream(content: bytes, head: bytes = b"") -> bytes:
    """Return a stream object of a PDF."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), head, content)


def _pdf_string(words: str) -> bytes:
    return b"<" + ("\ufeff" + words).encode("utf-16-be").hex().encode() + b">"


def pdf() -> bytes:
    """Return a PDF with information, XMP, annotations, scripts, an attachment, pictures, and an unreferenced object."""
    content = zlib.compress(b"q 96 0 0 64 10 100 cm /Im0 Do Q BT /F1 12 Tf 10 50 Td (Don trinh bao) Tj ET")
    picture = b"/Type /XObject /Subtype /Image /Width 96 /Height 64 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    note = _pdf_string(AUTHOR)
    field = _pdf_string(COMMENT)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R /OpenAction << /S /JavaScript /JS %s >> "
        b"/Names << /EmbeddedFiles << /Names [%s 9 0 R] >> >> >>" % (_pdf_string(SERIAL), _pdf_string(PATH)),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 200] >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Metadata 6 0 R /LastModified %s /PieceInfo << /Thu %s >> "
        b"/Resources << /XObject << /Im0 5 0 R /Im1 12 0 R >> /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont "
        b"/Helvetica >> >> /Properties << /M0 << /Title %s >> >> >> /Annots [7 0 R 13 0 R] >>"
        % (_pdf_string(XMP), _pdf_string(PLACE), _pdf_string(SERIAL)),
        pdf_stream(content, b"/Filter /FlateDecode"),
        pdf_stream(jpeg(), picture + b" /Filter /DCTDecode /Metadata 6 0 R"),
        pdf_stream(XMP_PACKET, b"/Type /Metadata /Subtype /XML"),
        b"<< /Type /Annot /Subtype /Text /Rect [0 0 10 10] /T %s /Contents %s >>" % (note, field),
        b"<< /Author %s /Keywords %s /Creator %s >>" % (note, field, _pdf_string(PATH)),
        b"<< /Type /Filespec /F %s /EF << /F 10 0 R >> >>" % _pdf_string(PATH),
        pdf_stream(zlib.compress(COMMENT.encode()), b"/Type /EmbeddedFile /Filter /FlateDecode"),
        pdf_stream(DELETED.encode()),
        pdf_stream(zlib.compress(jpeg()), picture + b" /Filter [/FlateDecode /DCTDecode]"),
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [9 9 99 29] /T %s /AP << /N 14 0 R >> >>" % note,
        pdf_stream(b"BT (Nguyen Van Thu) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 90 20]"),
    )
    return write_pdf(objects, b"/Info 8 0 R /ID [%s %s]" % (_pdf_string(XMP), _pdf_string(XMP)))


DOCUMENTS: Mapping[str, bytes] = {
    "pdf": pdf(),
    "docx": build_zip(docx_parts(), note=AUTHOR),
    "xlsx": build_zip(xlsx_parts()),
    "pptx": build_zip(pptx_parts()),
    "odt": build_zip(odt_parts()),
}
