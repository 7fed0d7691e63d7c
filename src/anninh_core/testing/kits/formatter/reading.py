"""What a formatter's file says, and whether it says more than words: for text, HTML, CSV, office files and PDF."""

import csv
from html.parser import HTMLParser
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile, is_zipfile

import pytest

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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
        tags = {str(element.tag).rpartition("}")[2] for root in _xml_parts(data) for element in root.iter()}
        return sorted(tags & {"f", "kitelement"})
    if "html" in media_type:
        return sorted(_read_page(data.decode("utf-8-sig")).elements & {"kitelement"})
    if "csv" in media_type:
        cells = [cell for row in csv.reader(StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
        return [cell for cell in cells if cell.startswith(_FORMULA_STARTS) and not _is_number(cell)]
    return []


def _read_page(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


def _xml_parts(data: bytes) -> list[ET.Element]:
    with ZipFile(BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return [ET.fromstring(archive.read(name)) for name in names]  # noqa: S314  written by the formatter under test


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
