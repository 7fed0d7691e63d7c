"""The reference in the documentation agrees with the code."""

import ast
import inspect
from pathlib import Path

import pytest
from tests.docs.generated import PARTS, find_part_names, hooks, renew_page
from tests.docs.pages import DOCS, get_page_name
from tools.reference.markdown import read_attribute_meanings

from anninh_core.kernel import errors
from anninh_core.plugins import KINDS

PAGES = sorted(DOCS.rglob("*.md"))
WITH_PARTS = [page for page in PAGES if find_part_names(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", WITH_PARTS, ids=get_page_name)
def test_parts_from_the_code_are_up_to_date(page: Path) -> None:
    """The hooks, ports, errors, rules, settings, permissions and commands on the reference's pages are those of the
    code.
    """
    text = page.read_text(encoding="utf-8")
    assert text == renew_page(text), f"run `python -m tests.docs.generated` to write {page.name} anew"


def test_every_part_has_its_page() -> None:
    """Each part of the reference that is written from the code is on exactly one page."""
    parts = [part for page in PAGES for part in find_part_names(page.read_text(encoding="utf-8"))]
    assert sorted(parts) == sorted(PARTS)


def test_every_hook_is_described() -> None:
    """The reference answers five questions about each hook: when it is called, in what order, with what, what it
    returns, and what a failure does.
    """
    described = hooks().split("### ")[1:]
    assert [text.partition("(")[0].strip("`") for text in described] == list(KINDS)
    for text in described:
        for answer in ("**When", "**Order", "**With", "**Returns", "**If it raises"):
            assert answer in text, text


def test_every_field_of_an_error_is_described() -> None:
    """The reference describes exactly the attributes that an error's class sets on its instances."""
    for node in ast.parse(inspect.getsource(errors)).body:
        if isinstance(node, ast.ClassDef):
            stored = {
                child.attr for child in ast.walk(node) if isinstance(child, ast.Attribute) and _is_assigned(child)
            }
            assert stored == read_attribute_meanings(ast.get_docstring(node)).keys(), node.name


def _is_assigned(attribute: ast.Attribute) -> bool:
    return isinstance(attribute.ctx, ast.Store)
