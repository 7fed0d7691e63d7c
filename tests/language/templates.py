"""Find the literal templates of errors, checks and other sentences in the program's code."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

import anninh_core
import anninh_storage  # noqa: F401  its errors are subclasses too
import anninh_zalo  # noqa: F401
from anninh_core.kernel.errors import AnninhError, ConfigurationError

SOURCES = Path(anninh_core.__file__).parents[1]

_POSITIONS: Mapping[str, tuple[int, ...]] = {
    "Sentence": (0,),
    "Words": (0, 1),
    "ok": (1,),
    "warning": (1, 2),
    "problem": (1, 2),
    "Check": (2, 3),
    "ErrorRow": (2, 3),
    "rows": (1, 2),
    "ArgumentError": (1,),
    "fault_at": (1, 2),
    "ProfileFault": (2, 3),
    "matches_pattern": (1,),
}
"""Callable -> positions of its arguments that are sentences."""
_WITH_OWN_SENTENCE = frozenset({"AlreadyDone", "BadArguments", "MissingExtra", "Stale", "StepUpNeeded"})
"""Errors that build their sentence from other arguments."""


@frozen
class Template:
    """A literal template in the code.

    Attributes:
        place: file and line.
        call: name of the callable that gets it.
        values: names of the values passed with it; None if they can't be determined, as with `**facts`.
    """

    text: str
    place: str
    call: str
    values: frozenset[str] | None


def error_classes() -> frozenset[str]:
    """Return the names of all error classes, including those of adapters."""
    names = {AnninhError.__name__, ConfigurationError.__name__}
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for file in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    while subclasses := {name for name, above in bases.items() if above & names} - names:
        names |= subclasses
    return frozenset(names)


def iter_templates() -> Iterator[Template]:
    """Yield each template, in the order of the files."""
    errors = error_classes()
    for file in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _templates_of(node, errors, file.relative_to(SOURCES).as_posix())


def _templates_of(call: ast.Call, errors: frozenset[str], path: str) -> Iterator[Template]:
    name = ast.unparse(call.func).rpartition(".")[2]
    is_error = name in errors - _WITH_OWN_SENTENCE or ast.unparse(call.func) == "super().__init__"
    positions = (0,) if is_error else _POSITIONS.get(name, ())
    values = (
        None if any(word.arg is None for word in call.keywords) else frozenset(word.arg or "" for word in call.keywords)
    )
    for position in positions:
        for text in _texts(call.args[position]) if position < len(call.args) else ():
            yield Template(text, f"{path}:{call.lineno}", name, values)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
