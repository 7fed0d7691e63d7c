"""The reference that is made from the code says of everything what it means."""

from collections.abc import Iterator, Mapping

import pytest
from tests.docs.pages import ROOT
from tools.reference.pages import write_pages
from tools.reference.values import common_fields

pytestmark = pytest.mark.slow  # the pages take some seconds
MAY_BE_EMPTY = {"Default", "Limits from outside"}


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    """The pages that are made from the code."""
    return write_pages()


def rows(page: str) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a page's tables: heading -> cell."""
    heads: list[str] = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.replace("\\|", "/").strip("|").split("|")] if line[:1] == "|" else []
        if not cells or set(line) <= set("| -"):
            heads = heads if cells else []
        elif heads:
            yield dict(zip(heads, cells, strict=True))
        else:
            heads = cells


def test_no_cell_is_empty(pages: Mapping[str, str]) -> None:
    """Each field, value, verb and event has its meaning in a sentence."""
    found = [(name, row) for name, page in pages.items() for row in rows(page)]
    assert len(found) > 3000
    empty = [
        (name, heading, row)
        for name, row in found
        for heading, cell in row.items()
        if not cell and heading not in MAY_BE_EMPTY
    ]
    assert empty == []


def test_a_common_meaning_is_used(pages: Mapping[str, str]) -> None:
    """The list of fields that mean the same everywhere has none that nobody has."""
    fields = {
        row["Field"].strip("`"): row["Meaning"] for page in pages.values() for row in rows(page) if "Field" in row
    }
    assert common_fields().keys() - fields == set()


def test_every_page_is_in_the_menu(pages: Mapping[str, str]) -> None:
    """What is made from the code is found without a search too."""
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page for page in pages if f": {page}\n" not in menu] == []
