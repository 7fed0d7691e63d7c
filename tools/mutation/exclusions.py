"""The complete list of code that isn't mutated, with reasons."""

import ast
from collections.abc import Iterator

Position = tuple[int, int]
"""Line from 1, and character from 0."""

OPERATORS = {
    f"core/ReplaceComparisonOperator_{operator}": "enum members, booleans and None are equal if identical"
    for operator in ("Eq_Is", "Is_Eq", "NotEq_IsNot", "IsNot_NotEq")
}
"""Excluded operators of cosmic-ray, with reasons."""
ANNOTATION = "an annotation is read by the type checker, and mypy runs over it"
TYPE_CHECKING = "`if TYPE_CHECKING` never runs"
CHECKER_ONLY = "a decorator that says something to the type checker alone"
NO_OPERATOR = "a star that multiplies nothing, as in `*, key`: cosmic-ray takes it for an operator"
_CHECKER_DECORATORS = frozenset({"abstractmethod", "final", "overload", "override", "runtime_checkable"})


def spans(source: str) -> Iterator[tuple[str, Position, Position]]:
    """Yield the excluded parts of a file: reason, start and end."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        for reason, part in _parts(node):
            yield reason, _at(lines, part.lineno, part.col_offset), _at(lines, part.end_lineno, part.end_col_offset)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                if _name(decorator) in _CHECKER_DECORATORS:
                    yield CHECKER_ONLY, (decorator.lineno, 0), (decorator.lineno + 1, 0)


def operations(source: str) -> list[tuple[Position, Position]]:
    """Return the positions of binary operators in a file, each with the white space around it."""
    lines = source.splitlines()
    return [
        (
            _at(lines, node.left.end_lineno, node.left.end_col_offset),
            _at(lines, node.right.lineno, node.right.col_offset),
        )
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.BinOp)
    ]


def _parts(node: ast.AST) -> Iterator[tuple[str, ast.expr | ast.stmt]]:
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield ANNOTATION, node.annotation
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        yield ANNOTATION, node.returns
    elif isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING":
        yield TYPE_CHECKING, node


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _at(lines: list[str], line: int | None, byte: int | None) -> Position:
    """Return a position in characters, as Python's syntax tree counts UTF-8 bytes."""
    assert line is not None
    assert byte is not None
    return line, len(lines[line - 1].encode()[:byte].decode())
