"""Options and codes on the page about a live Zalo account exist in the code."""

import re
from collections.abc import Iterator

from tests.docs.pages import DOCS

from anninh_zalo.errors.classify import TABLES
from anninh_zalo.options import AccountOptions

PAGE = (DOCS / "howto/run_on_zalo.md").read_text(encoding="utf-8")


def iter_rows(heading: str) -> Iterator[list[str]]:
    """Yield the cells of each row of the table below a heading, without the table's header."""
    below = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in below.splitlines() if line.startswith("| ")]
    yield from ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:])


def test_named_options_exist() -> None:
    """Every option in the page's table of unproven Zalo behaviour can be set."""
    named = [name for row in iter_rows("What is unproven") for name in re.findall(r"`(\w+)`", row[2])]

    assert len(named) > 10
    assert {*named} <= {*AccountOptions.model_fields}


def test_named_codes_have_a_meaning() -> None:
    """Every code in the page's table of remedies has a meaning in the error tables of Zalo."""
    codes = {code for table in TABLES.values() for code in table}
    named = [int(code) for row in iter_rows("When something stops") for code in re.findall(r"(?<!\w)-\d{2,}", row[0])]

    assert len(named) > 10
    assert {*named} <= codes
