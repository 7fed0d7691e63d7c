"""The events of the journal: which acts name them, and what follows."""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen
from tools.reference.markdown import first_sentence, table

ROOT = Path(__file__).parents[2]
_NAMES = ROOT / "tests/architecture/stored_names.json"
_APART = ("testing", "demo", "worker/event_handlers", "board", "operations", "web", "cli", "profile", "formatters")
"""What reads events or pretends them."""

_NAMED_AT_THE_KEYBOARD = "cli/administration"
"""What nobody but an operator at the machine does."""


@frozen
class Source:
    """A function that names an event.

    Attributes:
        says: first sentence of its docstring.
    """

    module: str
    name: str
    says: str


def describe_events(verbs: Mapping[tuple[str, str], str], handled: Iterable[str]) -> str:
    """Return a table of the events by subject.

    Args:
        verbs: module and name of a method -> the verb that it is, as a link.
        handled: events that the worker acts on.
    """
    follows = {*handled}
    sources = _sources()
    parts: dict[str, list[tuple[str, ...]]] = {}
    names: list[str] = json.loads(_NAMES.read_text(encoding="utf-8"))["names"]["events"]
    for name in sorted(names):
        acts = dict.fromkeys(_tell(one, verbs) for one in sources.get(name, ()))
        row = (f"`{name.replace('{}', '…')}`", "; ".join(acts).replace("|", "\\|"), "yes" if name in follows else "no")
        parts.setdefault(name.partition(".")[0], []).append(row)
    head = ("Event", "Named when", "The worker acts on it")
    return "\n\n".join(f"## `{subject}`\n\n{table(head, rows)}" for subject, rows in parts.items())


def _tell(source: Source, verbs: Mapping[tuple[str, str], str]) -> str:
    verb = verbs.get((source.module, source.name))
    return f"{verb}: {source.says}" if verb else source.says


def _sources() -> Mapping[str, list[Source]]:
    """Return event -> the functions that name it, those that only help others replaced by their callers."""
    found: dict[str, list[Source]] = {}
    core = ROOT / "src/anninh_core"
    for path in sorted(core.rglob("*.py")):
        place = path.relative_to(core).as_posix()
        if place.startswith(_NAMED_AT_THE_KEYBOARD) or not place.startswith(_APART):
            module = ".".join(path.relative_to(core.parent).with_suffix("").parts)
            tree = ast.parse(path.read_text(encoding="utf-8"))
            functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
            for function in functions:
                for text in _texts(function):
                    told = [*_answerable(module, function, functions)]
                    about = Source(module, "", first_sentence(ast.get_docstring(tree)).partition(". ")[0])
                    found.setdefault(text, []).extend(told or [about])
    return found


def _answerable(module: str, function: ast.FunctionDef, functions: list[ast.FunctionDef]) -> Iterator[Source]:
    """Yield a function that says what it does, or those that call it."""
    told = [function] if ast.get_docstring(function) else [one for one in functions if _calls(one, function.name)]
    for one in told:
        if doc := ast.get_docstring(one):
            yield Source(module, one.name, first_sentence(doc).partition(". ")[0])


def _calls(function: ast.FunctionDef, name: str) -> bool:
    names = (getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(function))
    return name in names


def _texts(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the texts of a function, with `{}` for what is filled in."""
    for node in ast.walk(function):
        match node:
            case ast.Constant(value=str() as text):
                yield text
            case ast.JoinedStr() if _calls(function, "add_event"):
                yield "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
            case _:
                pass
