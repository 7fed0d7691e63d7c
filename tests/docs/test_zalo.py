"""What the page about a live account names is there."""

import re
from collections.abc import Iterator

from tests.docs.pages import DOCS

from anninh_zalo.errors.classify import TABLES
from anninh_zalo.options import AccountOptions

PAGE = (DOCS / "howto/run_on_zalo.md").read_text(encoding="utf-8")


def rows(heading: str) -> Iterator[list[str]]:
    """Yield the cells of the table below a heading, without its first two lines."""
    below = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in below.splitlines() if line.startswith("| ")]
    yield from ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:])


def test_what_switches_a_reading_is_an_option() -> None:
    """Every option in the table of what is unproven can be set."""
    named = [name for row in rows("What is unproven") for name in re.findall(r"`(\w+)`", row[2])]

    assert len(named) > 10
    assert {*named} <= {*AccountOptions.model_fields}


def test_codes_of_troubles_are_known() -> None:
    """Every code in the table of what to do has a meaning in the error tables."""
    known = {code for table in TABLES.values() for code in table}
    named = [int(code) for row in rows("When something stops") for code in re.findall(r"(?<!\w)-\d{2,}", row[0])]

    assert len(named) > 10
    assert {*named} <= known
