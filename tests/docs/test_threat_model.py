"""The threat model proves each claim by a test, and covers each adversary."""

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
GENERATED = re.compile(r"<!-- from the code: .*?<!-- end -->", re.DOTALL)  # `test_clear_values.py` checks those parts
RULE = re.compile(r"[|-][| -]*")


def read_sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section of a page by its title."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {title: body.splitlines() for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def table_rows(lines: list[str]) -> list[str]:
    """Return the rows of the tables among some lines, without the headers and their separators."""
    below = [*lines[1:], ""]
    return [
        line
        for line, after in zip(lines, below, strict=True)
        if line.startswith("|") and not RULE.fullmatch(line) and not RULE.fullmatch(after)
    ]


def unproved_claims(lines: list[str]) -> list[str]:
    """Return the rows that neither cite a test nor admit a gap."""
    return [row for row in table_rows(lines) if not row.startswith(f"| {GAP}") and not CITED.search(row)]


@pytest.fixture(scope="module")
def text() -> str:
    return GENERATED.sub("", PAGE.read_text(encoding="utf-8"))


def test_cited_tests_exist(text: str) -> None:
    """Every test that the page cites exists."""
    assert len(CITED.findall(text)) > 100
    assert text.count("::") == len(CITED.findall(text))
    assert missing_tests(text) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_every_adversary_has_a_section(text: str, section: str) -> None:
    """Each adversary has a section with both protections and gaps."""
    lines = read_sections(text)[section]
    if section == SECTIONS[0]:
        assert len([line for line in lines if line.startswith("- **")]) >= 8
        return
    rows = table_rows(lines)
    assert len(rows) > 3
    assert 0 < len([row for row in rows if row.startswith(f"| {GAP}")]) < len(rows)


def test_claims_are_proved_or_admitted_gaps(text: str) -> None:
    """Each row of a table cites a test or admits a gap, and has a second cell with the proof or a remedy."""
    for title, lines in read_sections(text).items():
        assert unproved_claims(lines) == [], title
        assert [row for row in table_rows(lines) if len(row.strip("| ").split(" | ")) != 2] == [], title


def test_page_is_short_enough(text: str) -> None:
    """The page takes at most an hour to read, because decisions depend on it."""
    assert len(text.splitlines()) < 430


def test_the_checks_bite() -> None:
    """Claims without a proof and missing tests are found."""
    here = "tests/docs/test_threat_model.py"
    proved_row = f"| Shown. | `{here}::nobody` |"
    rows = ("| Claim | Shown |", "| --- | --- |", "| Said. | No. |", f"| {GAP}: x. | y |", proved_row)
    page = "\n".join(("## A", "", *rows, ""))
    assert unproved_claims(read_sections(page)["A"]) == ["| Said. | No. |"]
    assert missing_tests(page) == [f"{here}::nobody"]
    assert missing_tests(f"`{here}::test_the_checks_bite[1]`") == []
    assert missing_tests("`tests/docs/nothing.py::test_x`") == ["tests/docs/nothing.py::test_x"]
