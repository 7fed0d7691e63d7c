"""Functions that find the sentences of the pages that promise safety or privacy, and the tests that prove them.

A promise is proved by a test that is named next to it: in the row of a table, or in a comment right after the sentence,
which readers of the rendered page don't see (`<!-- proof: tests/web/test_x.py::test_y -->`; commas separate several).
The comment doesn't begin a line, because that would end the paragraph.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

from attrs import frozen
from tests.docs.pages import ROOT, get_prose_lines

CITED = re.compile(r"(tests/[\w/]+\.py)::(\w+)(?:\[[^\]`]*\])?")
PROMISING = re.compile(r"\b(?:never|nothing|nobody|no one|cannot|can't|không bao giờ)\b", re.IGNORECASE)
"""A pattern of the words that make a sentence a promise that something doesn't happen."""

GAP = "Not protected"
"""The words that begin a table's row about something that is not protected."""

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


def iter_sentences(page: str) -> Iterator[Sentence]:
    """Yield the sentences of a page with the proofs that they cite; a row of a table counts as a sentence."""
    for passage in _iter_passages(page):
        if passage.startswith("|"):
            yield Sentence(passage, tuple(CITED.findall(passage)))
            continue
        marked = _COMMENT.sub("", _PROOF.sub(lambda proof: f"⟦{proof[1]}⟧", passage))
        for part in _SENTENCE_END.split(marked):
            text, _, proof = part.partition("⟦")
            yield Sentence(text.strip(), tuple(CITED.findall(proof)))


def _iter_passages(page: str) -> Iterator[str]:
    """Yield the paragraphs, list items, headings and table rows of a page, each as one line."""
    passage: list[str] = []
    for line in get_prose_lines(page):
        starts = not line.strip() or _BLOCK_START.match(line)
        if starts and passage:
            yield " ".join(passage)
            passage = []
        if line.strip():
            passage.append(line.strip())
    if passage:
        yield " ".join(passage)


def iter_promises(page: str) -> Iterator[Sentence]:
    """Yield the sentences of a page with a promising word, except those that admit a gap."""
    for sentence in iter_sentences(page):
        if PROMISING.search(sentence.text) and not sentence.text.startswith(f"| {GAP}"):
            yield sentence


def find_missing_tests(text: str) -> list[str]:
    """Return the tests that a text cites but pytest doesn't run."""
    return [f"{file}::{name}" for file, name in CITED.findall(text) if name not in find_tests(file)]


@cache
def find_tests(file: str) -> frozenset[str]:
    """Return the names of the tests in a file, also in classes, that pytest collects and expects to pass."""
    path = ROOT / file
    if not path.exists() or not path.name.startswith("test_"):
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(() if _find_module_marks(tree) & _NOT_RUN else _iter_tests(tree))


def _iter_tests(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _iter_tests(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            marks = {name for decorator in node.decorator_list for name in _find_attributes(decorator)}
            if not marks & _NOT_RUN:
                yield node.name


def _find_module_marks(tree: ast.Module) -> set[str]:
    """Return the names of the marks in a module's `pytestmark`."""
    return {
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for name in _find_attributes(node.value)
    }


def _find_attributes(node: ast.AST) -> set[str]:
    return {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}
