"""The complete list of code and operators that mutation testing leaves out, with reasons."""

import ast
from collections.abc import Iterator

Position = tuple[int, int]
"""A position in a file: line counted from 1, and character counted from 0."""

OPERATORS = {
    f"core/ReplaceComparisonOperator_{operator}": "enum members, booleans and None are equal if identical"
    for operator in ("Eq_Is", "Is_Eq", "NotEq_IsNot", "IsNot_NotEq")
}
"""Name of a cosmic-ray operator that isn't used -> reason."""
ANNOTATION = "an annotation is read by the type checker, and mypy runs over it"
TYPE_CHECKING = "`if TYPE_CHECKING` never runs"
CHECKER_ONLY = "a decorator that says something to the type checker alone"
NO_OPERATOR = "a star that multiplies nothing, as in `*, key`: cosmic-ray takes it for an operator"
_CHECKER_DECORATORS = frozenset({"abstractmethod", "final", "overload", "override", "runtime_checkable"})


def iter_excluded_parts(source: str) -> Iterator[tuple[str, Position, Position]]:
    """Yield the parts of a file that aren't mutated, each with its reason, start and end."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        for reason, part in _iter_unmutated_parts(node):
            yield (
                reason,
                _convert_position(lines, part.lineno, part.col_offset),
                _convert_position(lines, part.end_lineno, part.end_col_offset),
            )
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                if _get_name(decorator) in _CHECKER_DECORATORS:
                    yield CHECKER_ONLY, (decorator.lineno, 0), (decorator.lineno + 1, 0)


def find_binary_operators(source: str) -> list[tuple[Position, Position]]:
    """Return the positions of binary operators in a file, each with the white space around it."""
    lines = source.splitlines()
    return [
        (
            _convert_position(lines, node.left.end_lineno, node.left.end_col_offset),
            _convert_position(lines, node.right.lineno, node.right.col_offset),
        )
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.BinOp)
    ]


def _iter_unmutated_parts(node: ast.AST) -> Iterator[tuple[str, ast.expr | ast.stmt]]:
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield ANNOTATION, node.annotation
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        yield ANNOTATION, node.returns
    elif isinstance(node, ast.If) and _get_name(node.test) == "TYPE_CHECKING":
        yield TYPE_CHECKING, node


def _get_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _convert_position(lines: list[str], line: int | None, byte: int | None) -> Position:
    """Return a position counted in characters, because Python's syntax tree counts UTF-8 bytes."""
    assert line is not None
    assert byte is not None
    return line, len(lines[line - 1].encode()[:byte].decode())
