"""The generated reference gives a meaning for everything that it lists."""

import re
from collections.abc import Iterator, Mapping

import pytest
from tests.docs.pages import DOCS, ROOT
from tools.reference.pages import write_pages
from tools.reference.values import read_common_fields

pytestmark = pytest.mark.slow  # the pages take some seconds
MAY_BE_EMPTY = {"Default", "Limits from outside"}
DOMAIN = re.compile(r"^from anninh_core\.domain[\w.]* import (?:\(([^)]+)\)|(.+))$", re.MULTILINE)
EXPOSED_BY = ((DOCS, "*.md"), (ROOT / "examples", "*.py"), (ROOT / "src/anninh_core/testing", "*.py"))


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    """The pages that are generated from the code."""
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


@pytest.fixture(scope="module")
def exposed() -> frozenset[str]:
    """Names of the domain that docs, examples and testing kits import.

    Plugin interfaces import nothing from the domain.
    """
    texts = (path.read_text(encoding="utf-8") for folder, files in EXPOSED_BY for path in folder.rglob(files))
    imports = (in_brackets or line for text in texts for in_brackets, line in DOMAIN.findall(text))
    return frozenset(name.strip() for names in imports for name in names.split(","))


def test_no_cell_is_empty(pages: Mapping[str, str], exposed: frozenset[str]) -> None:
    """Each field, value, verb and event has a meaning in a sentence.

    A field of an internal domain class may have none: its name and type suffice.
    """
    table_rows = [
        (name, part, row) for name, page in pages.items() for part in page.split("\n## ") for row in rows(part)
    ]
    assert len(table_rows) > 3000
    empty = [
        (name, heading, row)
        for name, part, row in table_rows
        for heading, cell in row.items()
        if not cell and heading not in MAY_BE_EMPTY and not (heading == "Meaning" and is_internal(part, row, exposed))
    ]
    assert empty == []


def test_docs_import_classes_of_the_domain(exposed: frozenset[str]) -> None:
    """Docs, examples and kits import classes of the domain, so the rule about meanings applies to some."""
    assert {"ItemContent", "Shift", "Tip"} <= exposed


def is_internal(part: str, row: Mapping[str, str], exposed: frozenset[str]) -> bool:
    """Return whether a row is a field of a domain class that docs, examples and testing kits don't import."""
    name = part.split("`")[1]
    return "Field" in row and "`from anninh_core.domain" in part and name not in exposed


def test_every_common_meaning_is_used(pages: Mapping[str, str]) -> None:
    """Every common meaning belongs to a field that some page lists."""
    fields = {
        row["Field"].strip("`"): row["Meaning"] for page in pages.values() for row in rows(page) if "Field" in row
    }
    assert read_common_fields().keys() - fields == set()


def test_every_page_is_in_the_menu(pages: Mapping[str, str]) -> None:
    """The menu lists every generated page."""
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page for page in pages if f": {page}\n" not in menu] == []
