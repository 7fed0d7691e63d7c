"""Sentences of the pages that promise safety or privacy, and the tests that prove them.

A promise is proved by a test that is named next to it: in the row of a table, or in a comment right after the sentence,
which readers of the rendered page don't see (`<!-- proof: tests/web/test_x.py::test_y -->`; commas separate several).
The comment doesn't begin a line, because that would end the paragraph.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

from attrs import frozen
from tests.docs.pages import ROOT, prose_lines

CITED = re.compile(r"(tests/[\w/]+\.py)::(\w+)(?:\[[^\]`]*\])?")
PROMISING = re.compile(r"\b(?:never|nothing|nobody|no one|cannot|can't|không bao giờ)\b", re.IGNORECASE)
"""Words that mark a sentence as a promise that something doesn't happen."""

GAP = "Not protected"
"""Begins the row of a table about something that is not protected."""

_PROOF = re.compile(r"\s*<!-- proof: (.*?) -->", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BLOCK_START = re.compile(r"\s*(?:[-*|#>]|\d+\.)\s?")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?⟧])|(?<=[.!?]\*\*))\s+(?=[^a-zà-ỹ])")
_NOT_RUN = frozenset({"skip", "xfail"})


@frozen
class Sentence:
    """A sentence of a page's prose, or a row of a table.

    Attributes:
        text: the text without the proofs.
        proofs: the tests that are named for it, as (file, name).
    """

    text: str
    proofs: tuple[tuple[str, str], ...]


def sentences(page: str) -> Iterator[Sentence]:
    """Yield the sentences of a page; a row of a table counts as a sentence."""
    for passage in _passages(page):
        if passage.startswith("|"):
            yield Sentence(passage, tuple(CITED.findall(passage)))
            continue
        marked = _COMMENT.sub("", _PROOF.sub(lambda proof: f"⟦{proof[1]}⟧", passage))
        for part in _SENTENCE_END.split(marked):
            text, _, proof = part.partition("⟦")
            yield Sentence(text.strip(), tuple(CITED.findall(proof)))


def _passages(page: str) -> Iterator[str]:
    """Yield paragraphs, list items, headings and table rows, each as one line."""
    passage: list[str] = []
    for line in prose_lines(page):
        starts = not line.strip() or _BLOCK_START.match(line)
        if starts and passage:
            yield " ".join(passage)
            passage = []
        if line.strip():
            passage.append(line.strip())
    if passage:
        yield " ".join(passage)


def promises(page: str) -> Iterator[Sentence]:
    """Yield the sentences with a promising word, except those that admit a gap."""
    for sentence in sentences(page):
        if PROMISING.search(sentence.text) and not sentence.text.startswith(f"| {GAP}"):
            yield sentence


def missing_tests(text: str) -> list[str]:
    """Return the tests that a text cites but pytest doesn't run."""
    return [f"{file}::{name}" for file, name in CITED.findall(text) if name not in tests_in(file)]


@cache
def tests_in(file: str) -> frozenset[str]:
    """Return the names of a file's tests, also in classes, that are collected and expected to pass."""
    path = ROOT / file
    if not path.exists() or not path.name.startswith("test_"):
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(() if _marks_of_module(tree) & _NOT_RUN else _iter_tests(tree))


def _iter_tests(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _iter_tests(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            marks = {name for decorator in node.decorator_list for name in _attributes(decorator)}
            if not marks & _NOT_RUN:
                yield node.name


def _marks_of_module(tree: ast.Module) -> set[str]:
    """Return the names in a module's `pytestmark`."""
    return {
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for name in _attributes(node.value)
    }


def _attributes(node: ast.AST) -> set[str]:
    return {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}
