"""Functions that read rendered documents and return the structure and the text of each format."""

import csv
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import docx
from markdown_it import MarkdownIt
from pypdf import PageObject, PdfReader

from anninh_core.formatters.layout import printable


def visible_characters(text: str) -> str:
    """Return `text` as a page shows it, without invisible characters and white space."""
    return "".join(
        sign for sign in str(printable(text)) if not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc"}
    )


def contains_text(text: str, page_text: str) -> bool:
    """Return whether `page_text` contains `text`, apart from white space."""
    return visible_characters(text) in visible_characters(page_text)


class TagCollector(HTMLParser):
    """A parser that collects the tags and the text of an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []
        self.text: list[str] = []
        self.drawn: set[str] = set()
        self._is_drawing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_drawing |= tag == "svg"
        # TagCollector within a chart are only collected as a set, because a chart breaks a long label into lines.
        if self._is_drawing:
            self.drawn.add(tag)
        elif tag != "br":  # A `br` is ignored, because it is a line break of the text.
            self.found.append((tag, [name for name, _ in attrs]))

    def handle_endtag(self, tag: str) -> None:
        if not self._is_drawing:
            self.found.append(tag)
        self._is_drawing &= tag != "svg"

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read_html(data: bytes) -> tuple[object, str]:
    """Return the page's elements with their attribute names, and its text."""
    tags = TagCollector()
    tags.feed(data.decode())
    tags.close()
    return (tags.found, tags.drawn), "".join(tags.text)


def read_markdown(data: bytes) -> tuple[object, str]:
    """Return the token types of a Markdown file, and its text as readers see it."""
    structure: list[str] = []
    text: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(data.decode()):
        structure.append(f"{token.type} {token.tag}")
        for child in token.children or ():
            if child.type not in {"text", "softbreak", "hardbreak", "text_special"}:
                structure.append(child.type)
            text.append(child.content)
        if token.type != "inline":
            text.append(token.content)
    return structure, "".join(text)


def read_docx(data: bytes) -> tuple[object, str]:
    """Return the XML elements of every part of a Word file, and the text of its pages."""
    page = docx.Document(BytesIO(data))
    text = [node.text or "" for node in page.element.iter() if node.tag.endswith("}t")]
    with ZipFile(BytesIO(data)) as file:
        parts = {
            name: _xml_tags(file.read(name)) for name in sorted(file.namelist()) if name.endswith((".xml", ".rels"))
        }
    return parts, "".join(text)


def read_xlsx(data: bytes) -> tuple[object, str]:
    """Return the XML elements of every sheet of a workbook, and the text of its cells; assert that no cell is a formula
    or link.
    """
    with ZipFile(BytesIO(data)) as file:
        names = sorted(file.namelist())
        strings = [
            node.text or ""
            for node in ET.fromstring(file.read("xl/sharedStrings.xml")).iter()
            if node.tag.endswith("}t")
        ]
        sheets = [_xml_tags(file.read(name)) for name in names if "/sheet" in name]
    assert not any(tag in {"f", "hyperlink"} for tags in sheets for tag in tags)
    return (names, sheets), "".join(strings).replace("_x005F_", "_")  # Excel escapes an underscore as `_x005F_`.


def _xml_tags(data: bytes) -> list[str]:
    """Return the XML elements of a file's part, without line breaks and tabs, which belong to the text."""
    tags = [node.tag.rpartition("}")[2] for node in ET.fromstring(data).iter()]
    return [tag for tag in tags if tag not in {"br", "tab"}]


def read_csv(data: bytes) -> tuple[object, str]:
    """Return the number of cells in each line of a CSV file, and its text; assert that no cell is a formula."""
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), cell
    return [len(row) for row in rows], "".join(cell for row in rows for cell in row)


def read_json(data: bytes) -> tuple[object, str]:
    """Return the structure of a JSON value with its types, and its texts."""
    texts: list[str] = []

    def describe_shape(value: Any) -> object:
        if isinstance(value, str):
            texts.append(value)
            return "text"
        if isinstance(value, Mapping):
            return {name: describe_shape(part) for name, part in value.items()}
        return [describe_shape(part) for part in value] if isinstance(value, list) else type(value).__name__

    return describe_shape(json.loads(data)), "".join(texts)


def read_pdf(data: bytes) -> tuple[object, str]:
    """Return the annotations, actions and attachments of a PDF file, and its text."""
    reader = PdfReader(BytesIO(data))
    extras = [name for page in reader.pages for name in ("/Annots", "/AA") if name in page]
    return (extras, list(reader.attachments)), "".join(map(_page_text, reader.pages))


def _page_text(page: PageObject) -> str:
    """Return the text of a page without its page number, which is at the top of all pages except the first."""
    return re.sub(r"^\s*\d+\n", "", page.extract_text())


Look = Callable[[bytes], tuple[object, str]]
