"""No code is compressed in order to save a line."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PAIRS = (
    ("above", "below"),
    ("before", "after"),
    ("begins", "ends"),
    ("earlier", "later"),
    ("first", "last"),
    ("first", "second"),
    ("host", "port"),
    ("least", "most"),
    ("left", "right"),
    ("low", "high"),
    ("lower", "upper"),
    ("old", "new"),
    ("older", "newer"),
    ("since", "until"),
    ("start", "end"),
    ("stdout", "stderr"),
    ("top", "bottom"),
    ("width", "height"),
    ("year", "month"),
    ("young", "old"),
)
"""Names of values that belong together, so that they may be assigned in one line, in either order."""
CODE = ("src", "tests", "tools", "benchmarks", "examples", "training")


def collect_names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """Return the variables, attributes and items that an expression reads or assigns."""
    return {
        ast.unparse(part)
        for part in ast.walk(node)
        if isinstance(part, ast.Name | ast.Attribute | ast.Subscript) and isinstance(part.ctx, context)
    }


def is_pair(targets: list[ast.expr]) -> bool:
    """Return whether the assigned names are a pair."""
    short = tuple(ast.unparse(target).rpartition(".")[2].strip("_").lower() for target in targets)
    return short in PAIRS or short[::-1] in PAIRS


def find_packed_assignments(tree: ast.Module) -> Iterator[int]:
    """Yield the line of each `a, b = x, y` with independent values and unpaired names."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Tuple):
            continue
        target = node.targets[0]
        if not isinstance(target, ast.Tuple) or collect_names(node.value, ast.Load) & collect_names(target, ast.Store):
            continue
        if not is_pair(target.elts) and not any(isinstance(part, ast.Starred) for part in target.elts):
            yield node.lineno


def find_starred_literals(tree: ast.Module) -> Iterator[int]:
    """Yield the line of each `f(*(a, b))`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            starred = [argument.value for argument in node.args if isinstance(argument, ast.Starred)]
            yield from (node.lineno for value in starred if isinstance(value, ast.Tuple | ast.List))


@pytest.mark.slow
def test_code_is_not_compressed(root: Path) -> None:
    """No call takes a starred literal, and an assignment has one target unless it swaps values or assigns a pair.

    Plugins of an earlier version are exempt.
    """
    places: list[str] = []
    files = (path for folder in CODE for path in (root / folder).rglob("*.py"))
    for path in sorted(path for path in files if "earlier_plugins" not in path.parts):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        places += [f"{path.relative_to(root)}:{line} a starred literal" for line in find_starred_literals(tree)]
        places += [f"{path.relative_to(root)}:{line} a packed assignment" for line in find_packed_assignments(tree)]
    assert not places, "\n".join(places)


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("name, count = 'a', 1", True),
        ("self.a, self.b = f(), g()", True),
        ("a, b = b, a", False),
        ("head, self.head = self.head, ''", False),
        ("start, end = 1, 2", False),
        ("self._old, self._new = 1, 2", False),
        ("a, b = f()", False),
    ],
)
def test_packed_assignments_are_recognised(text: str, packed: bool) -> None:
    """Swaps, pairs and unpacked results aren't packed assignments."""
    assert bool(list(find_packed_assignments(ast.parse(text)))) is packed


@pytest.mark.parametrize(("text", "starred"), [("f(*(a, b))", True), ("f(*[a], k=1)", True), ("f(*rest)", False)])
def test_starred_literals_are_recognised(text: str, starred: bool) -> None:
    """Only a starred literal is found: an existing sequence may be unpacked."""
    assert bool(list(find_starred_literals(ast.parse(text)))) is starred
