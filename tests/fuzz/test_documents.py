"""Texts that try to be executed or to break a document's structure stay plain text in every format."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from tests.formatters.conftest import DOCUMENT
from tests.fuzz.looking import (
    Look,
    contains_text,
    read_csv,
    read_docx,
    read_html,
    read_json,
    read_markdown,
    read_pdf,
    read_xlsx,
    visible_characters,
)
from tests.fuzz.seeds import fuzzed
from tests.fuzz.slots import fill_slot, pick_slot

from anninh_core.formatters.csv_ import CsvFormatter
from anninh_core.formatters.docx.formatter import DocxFormatter
from anninh_core.formatters.html.directory import DirectoryLine, build_directory_html, build_directory_json
from anninh_core.formatters.html.formatter import HtmlFormatter
from anninh_core.formatters.json_ import JsonFormatter
from anninh_core.formatters.layout import printable
from anninh_core.formatters.markdown import MarkdownFormatter
from anninh_core.formatters.pdf import PdfFormatter
from anninh_core.formatters.xlsx import XlsxFormatter
from anninh_core.kernel.errors import BadInput
from anninh_core.testing.apps import shipped_district
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Section, Table

pytestmark = pytest.mark.slow

SECRET = "bi-mat-7731"
"""Content of a file that some hostile texts try to include in a document."""
ESCAPES: Sequence[str] = (
    '#import "@preview/x:1.0.0": *',
    '#read("{path}")',
    '] #eval("1") [',
    "#{{ let x = 1 }} $ sum $ `raw` <label> @ref *b* _i_ // c /* d */ \\ ~",
    "</w:t></w:r></w:p><w:p><w:r><w:t>x",
    '<w:fldSimple w:instr="INCLUDETEXT {path}"/>',
    "]]><!DOCTYPE a [<!ENTITY b SYSTEM 'file://{path}'>]>&b;&amp;&#10;",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    '{{=HYPERLINK("http://x.invalid";"y")}}',
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) ![y](file://{path}) <http://x.invalid> | a | b |",
    "javascript:alert(1)",
    "# x",
    "1. x",
    "- x",
    "> x",
    "    x",
    "```x",
    "---",
    "***",
    "+++",
    "===",
    "a_x0041_b_x000D_c",
    "%s %(x)s {{0}} {{x}} ${{x}}",
    "\u202egnp.exe\u2066x\u2069\u200b",
    "\ud7ff\ue000\ufffd\U0001f600\U000e0041",
    "Cháy \U0001f525\U0001f525 \U0001f469\u200d\U0001f467 ở xóm 3",
    "\x00\x01\x0b\x1b[2J\x7f",
    "'",
    '"',
    "\\",
    "x" * 3_000,
    "chữ " * 800,
)


def make_harmless(text: str) -> str:
    """Return a harmless text with the length and the lines of `text`."""
    return re.sub(r"\S", "ψ", str(printable(text)))


@pytest.fixture(scope="module")
def secret_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a file that no document may include."""
    path = tmp_path_factory.mktemp("secret") / "secret.txt"
    path.write_text(SECRET)
    return path


def pick_hostile_text(random: Random, secret: Path) -> str:
    """Return a random text that tries to be executed or to break the structure, sometimes within other text."""
    text = random.choice(ESCAPES).format(path=secret)
    return random.choice(("{}", "{}", "Ông {} ạ", "{}\n{}")).format(text, text)


FORMATS: Mapping[str, tuple[Callable[[], Any], Look]] = {
    "html": (HtmlFormatter, read_html),
    "markdown": (MarkdownFormatter, read_markdown),
    "docx": (DocxFormatter, read_docx),
    "xlsx": (XlsxFormatter, read_xlsx),
    "csv": (CsvFormatter, read_csv),
    "json": (JsonFormatter, read_json),
    "pdf": (PdfFormatter, read_pdf),
}

SHORT = evolve(DOCUMENT, sections=DOCUMENT.sections[:6])
"""A report with a few headings, paragraphs, a table and a chart, and with figures."""
PAPER = evolve(SHORT, figures=())
"""The document `SHORT` without figures, like a register or a slip."""


def assert_text_stays_text(format: str, document: ReportDocument, seed: int, secret: Path) -> None:
    """Put a hostile text into a random slot of `document`, and assert that the result has the same structure as with a
    harmless text.
    """
    make, look = FORMATS[format]
    random = Random(seed)
    path = pick_slot(random, document)
    text = pick_hostile_text(random, secret)
    plain, plain_words = look(make().render(fill_slot(document, path, make_harmless(text))))
    structure, words = look(make().render(fill_slot(document, path, text)))
    assert structure == plain
    assert SECRET not in words
    # A PDF shows an empty square for a missing glyph, and its adjacent lines are read as one, so its text is compared
    # less strictly.
    if format != "pdf":
        assert contains_text(text, words) or not contains_text(make_harmless(text), plain_words)
    else:
        kept = Counter(visible_characters(plain_words).replace("ψ", ""))
        missing = Counter(visible_characters(_leading_plain_text(text))) - (Counter(visible_characters(words)) - kept)
        assert contains_text(_leading_plain_text(text), words) or not missing or "ψ" not in plain_words


def _leading_plain_text(text: str) -> str:
    return re.sub(r"[^\n -~À-ỹ]+.*", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("format", ["html", "markdown", "xlsx", "csv", "json"])
@pytest.mark.parametrize("document", [SHORT, PAPER], ids=["report", "paper"])
@fuzzed(6)
def test_texts_stay_texts(format: str, document: ReportDocument, secret_file: Path, seed: int) -> None:
    """A hostile text in any part of a document is shown as written, changes no structure and reads no file."""
    assert_text_stays_text(format, document, seed, secret_file)


@pytest.mark.parametrize("format", ["docx", "pdf"])
@fuzzed(1)
def test_texts_stay_texts_on_paper(format: str, secret_file: Path, seed: int) -> None:
    """A hostile text stays text in Word and PDF documents too."""
    assert_text_stays_text(format, PAPER, seed, secret_file)


@pytest.mark.slow
@pytest.mark.parametrize("format", ["docx", "pdf"])
@pytest.mark.parametrize("document", [SHORT, PAPER], ids=["report", "paper"])
@fuzzed(2)
def test_more_texts_stay_texts_on_paper(format: str, document: ReportDocument, secret_file: Path, seed: int) -> None:
    """Further hostile texts stay text in Word and PDF documents."""
    assert_text_stays_text(format, document, seed + 1, secret_file)


SHEET = evolve(PAPER, sections=(Section("A", 1, (Paragraph("p"), Table("t", ("a", "b"), (("1", "2"),)))),))


@pytest.mark.parametrize(
    "format",
    [
        *("html", "json", "markdown", "xlsx"),
        *(pytest.param(name, marks=[pytest.mark.slow]) for name in ("docx", "pdf")),
    ],
)
@pytest.mark.parametrize("text", ["x" * 100_000, "chữ " * 25_000], ids=["a word", "words"])
@pytest.mark.parametrize(
    "path",
    [("sections", 0, "blocks", 0, "text"), ("sections", 0, "blocks", 1, "rows", 0, 1), ("letterhead", "title")],
    ids=["paragraph", "cell", "title"],
)
def test_overlong_text_gives_a_document(format: str, text: str, path: tuple[str | int, ...]) -> None:
    """A text of a hundred thousand characters gives a document that can be opened; a workbook shows as much of it as a
    cell can contain.
    """
    make, look = FORMATS[format]
    words = look(make().render(fill_slot(SHEET, path, text)))[1]
    assert contains_text(text[:32_000] if format == "xlsx" else text, words) or format in {"docx", "pdf"}
    assert len(words) > 30_000


@pytest.mark.parametrize("title", ["'x'", "[]:*?/\\", "'", "a" * 40, "\u200b"])
def test_invalid_sheet_title_is_shown(title: str) -> None:
    """A workbook with a title that isn't a valid sheet name still shows the title."""
    data = XlsxFormatter().render(fill_slot(PAPER, ("letterhead", "title"), title))
    assert contains_text(title, read_xlsx(data)[1])


LINE = DirectoryLine(
    unit_name="Xã Mẫu",
    group_title="Nhóm Mẫu",
    link="https://zalo.me/g/mau001",
    board=(("Trưởng ban", "Nguyễn Văn Mẫu"),),
    hours="7 giờ - 21 giờ",
    note="Ghi chú",
    areas=("Thôn Mẫu", "Thôn Thử"),
)


@fuzzed(20)
def test_directory_links_only_to_https(secret_file: Path, seed: int) -> None:
    """A public directory shows every text as written and links only to https."""
    random = Random(seed)
    path = pick_slot(random, LINE)
    text = pick_hostile_text(random, secret_file)
    if path == ("link",):
        with pytest.raises(BadInput, match="https"):
            build_directory_html("Danh bạ", [fill_slot(LINE, path, text)], shipped_district().wording)
        return
    page, plain = (
        read_html(
            build_directory_html("Danh bạ", [fill_slot(LINE, path, candidate)], shipped_district().wording).encode()
        )
        for candidate in (text, make_harmless(text))
    )
    data = build_directory_json("Danh bạ", [fill_slot(LINE, path, text)]).encode()
    assert page[0] == plain[0]
    assert contains_text(text, page[1])
    assert contains_text(text, read_json(data)[1])


@pytest.mark.parametrize(
    "link",
    ["https://[", "https:///x", "javascript:alert(1)", "https://" + "x" * 5_000, "//x", "data:,x", "http://x"],
    ids=range(7),
)
def test_invalid_link_is_refused(link: str) -> None:
    """A directory link that is invalid, or too long for a QR code, is refused."""
    with pytest.raises(BadInput, match="https"):
        build_directory_html("Danh bạ", [evolve(LINE, link=link)], shipped_district().wording)
