"""Reading of a rendered file: its words, and whether it contains more than words; for text, HTML, CSV, office files and
PDF.
"""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile, is_zipfile

import pytest

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FORMULA = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"
"""Tag of a formula in a spreadsheet; in charts an `f` of another namespace is the reference to the numbers."""
_OFFICE = (".xlsx", ".docx", ".pptx")


class _PageReader(HTMLParser):
    """Collects the words and the elements of a web page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.words += [value for name, value in attrs if value and name in ("alt", "title", "aria-label")]


def read_words(data: bytes, media_type: str) -> str:
    """Return the words of a rendered file.

    Skips the rule if the file is a PDF and no PDF reader is installed.
    """
    if data.startswith(b"%PDF"):
        reader = pytest.importorskip("pypdf", reason="reading a PDF takes pypdf: pip install 'anninh[files]'")
        return "\n".join(page.extract_text() for page in reader.PdfReader(BytesIO(data)).pages)
    if is_zipfile(BytesIO(data)):
        return "\n".join(" ".join(root.itertext()) for root in _parse_xml_parts(data))
    text = data.decode("utf-8-sig")
    return " ".join(_parse_page(text).words) if "html" in media_type else text


def find_more_than_words(data: bytes, media_type: str) -> list[str]:
    """Return the hostile words in a rendered file that a program would take for markup, and "formula" or the cells that
    it would take for a formula.
    """
    if is_zipfile(BytesIO(data)):
        tags = {str(element.tag) for root in _parse_xml_parts(data, embedded=True) for element in root.iter()}
        markup = {tag.rpartition("}")[2] for tag in tags} & {"kitelement"}
        return [*sorted(markup), *(["formula"] if _FORMULA in tags else [])]
    if "html" in media_type:
        return sorted(_parse_page(data.decode("utf-8-sig")).elements & {"kitelement"})
    if "csv" in media_type:
        cells = [cell for row in csv.reader(StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
        return [cell for cell in cells if cell.startswith(_FORMULA_STARTS) and not _is_number(cell)]
    return []


def find_making_time(data: bytes, now: datetime) -> list[str]:
    """Return the names of packed files that contain the time of rendering; the dates of the kit's documents are long
    past.
    """
    days = [now + timedelta(days=change) for change in (-1, 0, 1)]
    spelt = [f"{day:{form}}".encode() for day in days for form in ("%Y-%m-%d", "D:%Y%m%d")]
    dates = {(day.year, day.month, day.day) for day in days}
    names = []
    for name, packed, content in _iter_files("", data):
        if packed in dates or any(day in content for day in spelt):
            names.append(name or "the file")
    return sorted(names)


def _iter_files(within: str, data: bytes) -> Iterator[tuple[str, tuple[int, ...], bytes]]:
    """Yield a file and the files packed into it, each with its name, day of packing and content."""
    yield within, (), data
    if is_zipfile(BytesIO(data)):
        with ZipFile(BytesIO(data)) as archive:
            for entry in archive.infolist():
                name = f"{within}/{entry.filename}".lstrip("/")
                content = archive.read(entry)
                yield name, entry.date_time[:3], content
                if entry.filename.endswith(_OFFICE):
                    yield from _iter_files(name, content)


def _parse_page(text: str) -> _PageReader:
    page = _PageReader()
    page.feed(text)
    return page


def _parse_xml_parts(data: bytes, *, embedded: bool = False) -> list[ET.Element]:
    """Return the XML parts of an office file; with `embedded` also those of files in it, such as a chart's workbook."""
    with ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        files = [archive.read(name) for name in names if name.endswith((".xml", ".rels"))]
        roots = [ET.fromstring(file) for file in files]  # noqa: S314  written by the formatter under test
        inner = [archive.read(name) for name in names if embedded and name.endswith(_OFFICE)]
    return [*roots, *(root for file in inner for root in _parse_xml_parts(file, embedded=True))]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
