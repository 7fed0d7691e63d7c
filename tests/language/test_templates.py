"""Sentences are literal templates: nothing is glued into them, and each value that they name is given."""

import ast
from string import Formatter

import pytest
from tests.language.templates import SOURCES, Template, error_classes, iter_templates

from anninh_core.kernel.sentences import ACT

TEMPLATES = sorted(set(iter_templates()), key=lambda template: (template.place, template.text))
FIELDS = frozenset({"kind", "id", "permission", "unit", "roles", "limit", "argument", "after"})
"""Keywords of errors' classes, which their templates may name too."""
FORMATS = ("", ",", "media", "outcome", "record", ACT)


def _fields(template: Template) -> list[tuple[str, str, str | None]]:
    if template.values == frozenset() and "{act:" not in template.text:
        return []  # a text without values isn't looked into
    parts = Formatter().parse(template.text)
    return [(name, spec or "", conversion) for _, name, spec, conversion in parts if name is not None]


def _described(templates: list[Template]) -> list[str]:
    return [f"{template.place}: {template.text}" for template in templates]


def test_every_value_that_a_template_names_is_given() -> None:
    """A misspelt one would leave the sentence with its braces."""
    wrong = [
        template
        for template in TEMPLATES
        if template.values is not None
        if {name for name, _, _ in _fields(template)} - template.values - FIELDS - {ACT}
    ]
    assert _described(wrong) == []


def test_templates_name_values_and_nothing_else() -> None:
    """No attribute, no index, no format but ours."""
    wrong = [
        template
        for template in TEMPLATES
        for name, spec, conversion in _fields(template)
        if not name.isidentifier() or conversion not in (None, "r") or (name != ACT and spec not in FORMATS)
    ]
    assert _described(wrong) == []


@pytest.mark.parametrize("kind", ["AnninhError", "Sentence"])
def test_nothing_is_glued_into_a_sentence(kind: str) -> None:
    """A text that is put together has no translation: values are given by name."""
    names = error_classes() if kind == "AnninhError" else {"Sentence"}
    wrong = [
        f"{file.relative_to(SOURCES)}:{call.lineno}"
        for file in SOURCES.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in names
        if call.args and _is_glued(call.args[0])
    ]
    assert wrong == []


def _is_glued(node: ast.expr) -> bool:
    is_format = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return isinstance(node, ast.JoinedStr | ast.BinOp) or is_format
