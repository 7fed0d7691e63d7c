"""The threat model cites a test as proof of each claim, and covers each adversary."""

import re

import pytest
from tests.docs.pages import DOCS
from tests.docs.proofs import CITED, GAP, find_missing_tests

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
# The generated parts of the page are left out, because `test_clear_values.py` checks them.
GENERATED = re.compile(r"<!-- from the code: .*?<!-- end -->", re.DOTALL)
RULE = re.compile(r"[|-][| -]*")


def read_sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section of a page, by the section's title."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {title: body.splitlines() for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def find_table_rows(lines: list[str]) -> list[str]:
    """Return the rows of the tables among `lines`, without headers and separators."""
    below = [*lines[1:], ""]
    return [
        line
        for line, after in zip(lines, below, strict=True)
        if line.startswith("|") and not RULE.fullmatch(line) and not RULE.fullmatch(after)
    ]


def find_unproved_claims(lines: list[str]) -> list[str]:
    """Return the tables' rows that neither cite a test nor admit a gap."""
    return [row for row in find_table_rows(lines) if not row.startswith(f"| {GAP}") and not CITED.search(row)]


@pytest.fixture(scope="module")
def page_text() -> str:
    return GENERATED.sub("", PAGE.read_text(encoding="utf-8"))


def test_cited_tests_exist(page_text: str) -> None:
    """Every test that the threat model cites exists."""
    assert len(CITED.findall(page_text)) > 100
    assert page_text.count("::") == len(CITED.findall(page_text))
    assert find_missing_tests(page_text) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_every_adversary_has_a_section(page_text: str, section: str) -> None:
    """Each adversary has a section in the threat model with both protections and gaps."""
    lines = read_sections(page_text)[section]
    if section == SECTIONS[0]:
        assert len([line for line in lines if line.startswith("- **")]) >= 8
        return
    rows = find_table_rows(lines)
    assert len(rows) > 3
    assert 0 < len([row for row in rows if row.startswith(f"| {GAP}")]) < len(rows)


def test_claims_are_proved_or_admitted_gaps(page_text: str) -> None:
    """Each row of a table in the threat model cites a test or admits a gap, and has a second cell with the proof or a
    remedy.
    """
    for title, lines in read_sections(page_text).items():
        assert find_unproved_claims(lines) == [], title
        assert [row for row in find_table_rows(lines) if len(row.strip("| ").split(" | ")) != 2] == [], title


def test_page_is_short_enough(page_text: str) -> None:
    """The threat model takes at most an hour to read, because decisions depend on it."""
    assert len(page_text.splitlines()) < 430


def test_the_checks_bite() -> None:
    """Claims of the threat model without a proof, and cited tests that don't exist, are found."""
    here = "tests/docs/test_threat_model.py"
    proved_row = f"| Shown. | `{here}::nobody` |"
    rows = ("| Claim | Shown |", "| --- | --- |", "| Said. | No. |", f"| {GAP}: x. | y |", proved_row)
    page = "\n".join(("## A", "", *rows, ""))
    assert find_unproved_claims(read_sections(page)["A"]) == ["| Said. | No. |"]
    assert find_missing_tests(page) == [f"{here}::nobody"]
    assert find_missing_tests(f"`{here}::test_the_checks_bite[1]`") == []
    assert find_missing_tests("`tests/docs/nothing.py::test_x`") == ["tests/docs/nothing.py::test_x"]
