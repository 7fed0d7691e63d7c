"""Describes the events of the journal: the acts that add them, and whether the worker handles them."""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen
from tools.reference.markdown import get_first_sentence, write_table

ROOT = Path(__file__).parents[2]
_NAMES = ROOT / "tests/architecture/stored_names.json"
_APART = ("testing", "demo", "worker/event_handlers", "board", "operations", "web", "cli", "profile", "formatters")
"""Folders of the core whose modules only read or imitate events and therefore aren't searched."""

_NAMED_AT_THE_KEYBOARD = "cli/administration"
"""Beginning of the path of modules for operators at the machine, which are searched although they are in a folder of
`_APART`.
"""


@frozen
class Source:
    """A function that adds an event.

    Attributes:
        says: first sentence of its docstring.
    """

    module: str
    name: str
    says: str


def describe_events(verbs: Mapping[tuple[str, str], str], handled: Iterable[str]) -> str:
    """Return a table of the events by subject.

    Args:
        verbs: module and name of a method -> its verb as a link.
        handled: events that the worker handles.
    """
    follows = {*handled}
    sources = _find_sources()
    parts: dict[str, list[tuple[str, ...]]] = {}
    names: list[str] = json.loads(_NAMES.read_text(encoding="utf-8"))["names"]["events"]
    for name in sorted(names):
        acts = dict.fromkeys(_describe_act(source, verbs) for source in sources.get(name, ()))
        row = (f"`{name.replace('{}', '…')}`", "; ".join(acts).replace("|", "\\|"), "yes" if name in follows else "no")
        parts.setdefault(name.partition(".")[0], []).append(row)
    head = ("Event", "Named when", "The worker acts on it")
    return "\n\n".join(f"## `{subject}`\n\n{write_table(head, rows)}" for subject, rows in parts.items())


def _describe_act(source: Source, verbs: Mapping[tuple[str, str], str]) -> str:
    verb = verbs.get((source.module, source.name))
    return f"{verb}: {source.says}" if verb else source.says


def _find_sources() -> Mapping[str, list[Source]]:
    """Return event -> the functions that add it, with undocumented helpers replaced by their callers."""
    by_event: dict[str, list[Source]] = {}
    core = ROOT / "src/anninh_core"
    for path in sorted(core.rglob("*.py")):
        place = path.relative_to(core).as_posix()
        if place.startswith(_NAMED_AT_THE_KEYBOARD) or not place.startswith(_APART):
            module = ".".join(path.relative_to(core.parent).with_suffix("").parts)
            tree = ast.parse(path.read_text(encoding="utf-8"))
            functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
            for function in functions:
                for text in _iter_texts(function):
                    documented = [*_iter_documented(module, function, functions)]
                    module_source = Source(module, "", get_first_sentence(ast.get_docstring(tree)).partition(". ")[0])
                    by_event.setdefault(text, []).extend(documented or [module_source])
    return by_event


def _iter_documented(module: str, function: ast.FunctionDef, functions: list[ast.FunctionDef]) -> Iterator[Source]:
    """Yield the function if it has a docstring, else those of its callers that have one."""
    candidates = (
        [function]
        if ast.get_docstring(function)
        else [candidate for candidate in functions if _uses_name(candidate, function.name)]
    )
    for candidate in candidates:
        if doc := ast.get_docstring(candidate):
            yield Source(module, candidate.name, get_first_sentence(doc).partition(". ")[0])


def _uses_name(function: ast.FunctionDef, name: str) -> bool:
    names = (getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(function))
    return name in names


def _iter_texts(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the texts in a function's code, with `{}` in place of inserted values."""
    for node in ast.walk(function):
        match node:
            case ast.Constant(value=str() as text):
                yield text
            case ast.JoinedStr() if _uses_name(function, "add_event"):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            case _:
                pass
