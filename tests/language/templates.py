"""Functions that find the literal templates of errors, checks and other sentences in the program's code."""

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
    "build_rows": (1, 2),
    "ArgumentError": (1,),
    "build_fault": (1, 2),
    "ProfileFault": (2, 3),
    "build_pattern_validator": (1,),
}
"""Name of a callable -> positions of its arguments that are sentences."""
_WITH_OWN_SENTENCE = frozenset({"AlreadyDone", "BadArguments", "MissingExtra", "Stale", "StepUpNeeded"})
"""Error classes that build their sentence from arguments that aren't sentences."""


@frozen
class Template:
    """A literal template of a sentence in the code.

    Attributes:
        place: file and line.
        call: name of the callable that gets the template.
        values: names of the values passed with the template; None if they can't be determined, as with `**facts`.
    """

    text: str
    place: str
    call: str
    values: frozenset[str] | None


def find_error_classes() -> frozenset[str]:
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
    """Yield each template of a sentence in the code, in the order of the files."""
    errors = find_error_classes()
    for file in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _iter_call_templates(node, errors, file.relative_to(SOURCES).as_posix())


def _iter_call_templates(call: ast.Call, errors: frozenset[str], path: str) -> Iterator[Template]:
    name = ast.unparse(call.func).rpartition(".")[2]
    is_error = name in errors - _WITH_OWN_SENTENCE or ast.unparse(call.func) == "super().__init__"
    positions = (0,) if is_error else _POSITIONS.get(name, ())
    values = (
        None if any(word.arg is None for word in call.keywords) else frozenset(word.arg or "" for word in call.keywords)
    )
    for position in positions:
        for text in _iter_literal_texts(call.args[position]) if position < len(call.args) else ():
            yield Template(text, f"{path}:{call.lineno}", name, values)


def _iter_literal_texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _iter_literal_texts(node.body)
        yield from _iter_literal_texts(node.orelse)
