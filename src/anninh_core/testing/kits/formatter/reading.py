"""What a formatter's file says, and whether it says more than words: for text, HTML, CSV, office files and PDF."""

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
"""A formula in a sheet; in charts an `f` of another namespace says where the numbers stand."""
_OFFICE = (".xlsx", ".docx", ".pptx")


class _Page(HTMLParser):
    """Collects the words and the elements of a page."""

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
    """Return the words of a file.

    Skips the rule where the file is a PDF and nothing is installed that reads one.
    """
    if data.startswith(b"%PDF"):
        reader = pytest.importorskip("pypdf", reason="reading a PDF takes pypdf: pip install 'anninh[files]'")
        return "\n".join(page.extract_text() for page in reader.PdfReader(BytesIO(data)).pages)
    if is_zipfile(BytesIO(data)):
        return "\n".join(" ".join(root.itertext()) for root in _xml_parts(data))
    text = data.decode("utf-8-sig")
    return " ".join(_read_page(text).words) if "html" in media_type else text


def find_more_than_words(data: bytes, media_type: str) -> list[str]:
    """Return what of the hostile words a program would take for markup or for a formula."""
    if is_zipfile(BytesIO(data)):
        tags = {str(element.tag) for root in _xml_parts(data, embedded=True) for element in root.iter()}
        markup = {tag.rpartition("}")[2] for tag in tags} & {"kitelement"}
        return [*sorted(markup), *(["formula"] if _FORMULA in tags else [])]
    if "html" in media_type:
        return sorted(_read_page(data.decode("utf-8-sig")).elements & {"kitelement"})
    if "csv" in media_type:
        cells = [cell for row in csv.reader(StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
        return [cell for cell in cells if cell.startswith(_FORMULA_STARTS) and not _is_number(cell)]
    return []


def find_making_time(data: bytes, now: datetime) -> list[str]:
    """Return what of a file bears the time of its making, in a calendar in which the documents' dates are long gone."""
    days = [now + timedelta(days=change) for change in (-1, 0, 1)]
    spelt = [f"{day:{form}}".encode() for day in days for form in ("%Y-%m-%d", "D:%Y%m%d")]
    dates = {(day.year, day.month, day.day) for day in days}
    found = []
    for name, packed, content in _iter_files("", data):
        if packed in dates or any(day in content for day in spelt):
            found.append(name or "the file")
    return sorted(found)


def _iter_files(within: str, data: bytes) -> Iterator[tuple[str, tuple[int, ...], bytes]]:
    """Yield a file, and those packed into it, with their names and the day of packing."""
    yield within, (), data
    if is_zipfile(BytesIO(data)):
        with ZipFile(BytesIO(data)) as archive:
            for entry in archive.infolist():
                name = f"{within}/{entry.filename}".lstrip("/")
                content = archive.read(entry)
                yield name, entry.date_time[:3], content
                if entry.filename.endswith(_OFFICE):
                    yield from _iter_files(name, content)


def _read_page(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


def _xml_parts(data: bytes, *, embedded: bool = False) -> list[ET.Element]:
    """Return the XML of an office file; `embedded` says whether that of files in it, as charts have them, is wanted."""
    with ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        files = [archive.read(name) for name in names if name.endswith((".xml", ".rels"))]
        roots = [ET.fromstring(file) for file in files]  # noqa: S314  written by the formatter under test
        inner = [archive.read(name) for name in names if embedded and name.endswith(_OFFICE)]
    return [*roots, *(root for file in inner for root in _xml_parts(file, embedded=True))]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
