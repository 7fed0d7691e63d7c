"""What isn't mutated, and why: the whole list. All else is, whoever wrote it and however hard it is to test."""

import ast
from collections.abc import Iterator

Position = tuple[int, int]
"""Line from 1 on, and character from 0 on."""

OPERATORS = {
    f"core/ReplaceComparisonOperator_{one}": "among enum members, booleans and None equal and identical are the same"
    for one in ("Eq_Is", "Is_Eq", "NotEq_IsNot", "IsNot_NotEq")
}
"""Operators of cosmic-ray that aren't used."""
ANNOTATION = "an annotation is read by the type checker, and mypy runs over it"
TYPE_CHECKING = "`if TYPE_CHECKING` never runs"
CHECKER_ONLY = "a decorator that says something to the type checker alone"
NO_OPERATOR = "a star that multiplies nothing, as in `*, key`: cosmic-ray takes it for an operator"
_CHECKER_DECORATORS = frozenset({"abstractmethod", "final", "overload", "override", "runtime_checkable"})


def spans(source: str) -> Iterator[tuple[str, Position, Position]]:
    """Yield the stretches of a file that aren't mutated: the reason, where it begins, where it ends."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        for reason, part in _parts(node):
            yield reason, _at(lines, part.lineno, part.col_offset), _at(lines, part.end_lineno, part.end_col_offset)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for one in node.decorator_list:
                if _name(one) in _CHECKER_DECORATORS:
                    yield CHECKER_ONLY, (one.lineno, 0), (one.lineno + 1, 0)


def operations(source: str) -> list[tuple[Position, Position]]:
    """Return where a file has operators with a value on both sides, each with the white space around it."""
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
    """Return a position in characters; Python's own tree counts the bytes of UTF-8."""
    assert line is not None
    assert byte is not None
    return line, len(lines[line - 1].encode()[:byte].decode())
