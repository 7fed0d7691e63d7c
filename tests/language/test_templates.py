"""Sentences are literal templates without concatenation, and every value that they name is passed."""

import ast
from string import Formatter

import pytest
from tests.language.templates import SOURCES, Template, find_error_classes, iter_templates

from anninh_core.kernel.sentences import ACT

TEMPLATES = sorted(set(iter_templates()), key=lambda template: (template.place, template.text))
FIELDS = frozenset({"kind", "id", "permission", "unit", "roles", "limit", "argument", "after"})
"""Keyword arguments of error classes, which templates of these errors may name too."""
FORMATS = ("", ",", "media", "outcome", "record", ACT)


def _list_placeholders(template: Template) -> list[tuple[str, str, str | None]]:
    if template.values == frozenset() and "{act:" not in template.text:
        return []  # A text without values isn't parsed.
    parts = Formatter().parse(template.text)
    return [(name, spec or "", conversion) for _, name, spec, conversion in parts if name is not None]


def _describe_templates(templates: list[Template]) -> list[str]:
    return [f"{template.place}: {template.text}" for template in templates]


def test_templates_get_all_their_values() -> None:
    """Every value that a template names is passed; with a misspelt name the braces would stay in the sentence."""
    wrong = [
        template
        for template in TEMPLATES
        if template.values is not None
        if {name for name, _, _ in _list_placeholders(template)} - template.values - FIELDS - {ACT}
    ]
    assert _describe_templates(wrong) == []


def test_templates_name_only_values() -> None:
    """Templates contain no attributes, no indexes and only the formats of this project."""
    wrong = [
        template
        for template in TEMPLATES
        for name, spec, conversion in _list_placeholders(template)
        if not name.isidentifier() or conversion not in (None, "r") or (name != ACT and spec not in FORMATS)
    ]
    assert _describe_templates(wrong) == []


@pytest.mark.parametrize("kind", ["AnninhError", "Sentence"])
def test_sentences_are_not_concatenated(kind: str) -> None:
    """Sentences get their values by name, since a concatenated text has no translation."""
    names = find_error_classes() if kind == "AnninhError" else {"Sentence"}
    wrong = [
        f"{file.relative_to(SOURCES)}:{call.lineno}"
        for file in SOURCES.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in names
        if call.args and _is_concatenated(call.args[0])
    ]
    assert wrong == []


def _is_concatenated(node: ast.expr) -> bool:
    is_format = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return isinstance(node, ast.JoinedStr | ast.BinOp) or is_format
