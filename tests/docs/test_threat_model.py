"""The threat model claims nothing that no test shows, and leaves nobody out."""

import re

import pytest
from tests.docs.pages import DOCS
from tests.docs.proofs import CITED, GAP, missing_tests

PAGE = DOCS / "explanation" / "threat_model.md"
SECTIONS = (
    "What is to be protected",
    "What earlier versions left",
    "A curious officer",
    "An excluded officer",
    "A board's admin",
    "The operator of the machine",
    "A stolen laptop",
    "Theft of the store",
    "Theft of a backup",
    "Tampering with the store",
    "Tampering with a backup or a bundle",
    "Theft of the key file",
    "A malicious plugin",
    "The platform",
    "An impersonator",
    "Taking over an officer's account",
    "A flooder",
)
GENERATED = re.compile(r"<!-- from the code: .*?<!-- end -->", re.DOTALL)  # `test_clear_values.py` has its rules
RULE = re.compile(r"[|-][| -]*")


def read_sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section of a page by its title."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {title: body.splitlines() for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def table_rows(lines: list[str]) -> list[str]:
    """Return the rows of the tables among some lines, without the heads and the rules below them."""
    below = [*lines[1:], ""]
    return [
        line
        for line, after in zip(lines, below, strict=True)
        if line.startswith("|") and not RULE.fullmatch(line) and not RULE.fullmatch(after)
    ]


def bare_claims(lines: list[str]) -> list[str]:
    """Return the rows that neither cite a test nor say that they don't hold."""
    return [row for row in table_rows(lines) if not row.startswith(f"| {GAP}") and not CITED.search(row)]


@pytest.fixture(scope="module")
def text() -> str:
    return GENERATED.sub("", PAGE.read_text(encoding="utf-8"))


def test_every_test_that_it_cites_is_there(text: str) -> None:
    """A test that was renamed or removed takes its claim with it."""
    assert len(CITED.findall(text)) > 100
    assert text.count("::") == len(CITED.findall(text))
    assert missing_tests(text) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_nobody_is_left_out(text: str, section: str) -> None:
    """Each adversary has a section, in which something holds and something doesn't."""
    lines = read_sections(text)[section]
    if section == SECTIONS[0]:
        assert len([line for line in lines if line.startswith("- **")]) >= 8
        return
    rows = table_rows(lines)
    assert len(rows) > 3
    assert 0 < len([row for row in rows if row.startswith(f"| {GAP}")]) < len(rows)


def test_every_line_is_shown_or_admitted(text: str) -> None:
    """No row of a table only says so; whoever reads that something doesn't hold reads what helps."""
    for title, lines in read_sections(text).items():
        assert bare_claims(lines) == [], title
        assert [row for row in table_rows(lines) if len(row.strip("| ").split(" | ")) != 2] == [], title


def test_the_page_can_be_read(text: str) -> None:
    """What has to be decided by is not longer than an hour's reading."""
    assert len(text.splitlines()) < 430


def test_the_checks_bite() -> None:
    """Each check finds what it is for."""
    here = "tests/docs/test_threat_model.py"
    shown = f"| Shown. | `{here}::nobody` |"
    rows = ("| Claim | Shown |", "| --- | --- |", "| Said. | No. |", f"| {GAP}: x. | y |", shown)
    page = "\n".join(("## A", "", *rows, ""))
    assert bare_claims(read_sections(page)["A"]) == ["| Said. | No. |"]
    assert missing_tests(page) == [f"{here}::nobody"]
    assert missing_tests(f"`{here}::test_the_checks_bite[1]`") == []
    assert missing_tests("`tests/docs/nothing.py::test_x`") == ["tests/docs/nothing.py::test_x"]
