"""Finds an example of each verb in the documentation: the first statement that calls it, which the tests run."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen
from tests.docs.pages import DOCS, parse_blocks

_FIRST = ("tutorial.md", "tutorial/a_case.md", "index.md")
_LONGEST = 12


@frozen
class Example:
    """A statement of Python code in a page of the documentation.

    Attributes:
        page: path below `docs/`.
        title: title of the page.
    """

    page: str
    title: str
    code: str


def find_examples() -> Mapping[str, Example]:
    """Return the first short example of each verb, by its name such as `tips.assign`."""
    by_verb: dict[str, Example] = {}
    for page in sorted(DOCS.rglob("*.md"), key=_get_sort_key):
        text = page.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        for block in parse_blocks(text):
            if block.language == "python":
                for verb, code in _iter_calls(block.text):
                    by_verb.setdefault(verb, Example(page.relative_to(DOCS).as_posix(), title, code))
    return by_verb


def _get_sort_key(page: Path) -> tuple[int, str]:
    name = page.relative_to(DOCS).as_posix()
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), name


def _iter_calls(source: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr | ast.Assign):
            code = ast.get_source_segment(source, node) or ""
            if code.count("\n") < _LONGEST:
                yield from ((verb, code) for inner in ast.walk(node) if (verb := _get_called_verb(inner)))


def _get_called_verb(node: ast.AST) -> str:
    """Return the verb that a node calls on `app`, with its nouns, or ""."""
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return called.removeprefix("app.") if re.fullmatch(r"app(\.\w+){2,3}", called) else ""
