"""The reference agrees with the code."""

import ast
import inspect
from pathlib import Path

import pytest
from tests.docs.generated import PARTS, hooks, renewed, used
from tests.docs.pages import DOCS, name_of
from tools.reference.markdown import meanings

from anninh_core.kernel import errors
from anninh_core.plugins import KINDS

PAGES = sorted(DOCS.rglob("*.md"))
WITH_PARTS = [page for page in PAGES if used(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", WITH_PARTS, ids=name_of)
def test_parts_from_the_code_are_up_to_date(page: Path) -> None:
    """Hooks, ports, errors, rules, settings, permissions and commands on a page are those of the code."""
    text = page.read_text(encoding="utf-8")
    assert text == renewed(text), f"run `python -m tests.docs.generated` to write {page.name} anew"


def test_every_part_has_its_page() -> None:
    """Each part that is written from the code is on exactly one page."""
    parts = [part for page in PAGES for part in used(page.read_text(encoding="utf-8"))]
    assert sorted(parts) == sorted(PARTS)


def test_every_hook_is_described() -> None:
    """The reference describes each hook by five answers: when, in what order, with what, returning what, and on
    failure.
    """
    described = hooks().split("### ")[1:]
    assert [text.partition("(")[0].strip("`") for text in described] == list(KINDS)
    for text in described:
        for answer in ("**When", "**Order", "**With", "**Returns", "**If it raises"):
            assert answer in text, text


def test_every_field_of_an_error_is_described() -> None:
    """The reference describes exactly the attributes that an error's class sets on itself."""
    for node in ast.parse(inspect.getsource(errors)).body:
        if isinstance(node, ast.ClassDef):
            stored = {child.attr for child in ast.walk(node) if isinstance(child, ast.Attribute) and _is_stored(child)}
            assert stored == meanings(ast.get_docstring(node)).keys(), node.name


def _is_stored(attribute: ast.Attribute) -> bool:
    return isinstance(attribute.ctx, ast.Store)
