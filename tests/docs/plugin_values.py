"""Functions that write parts of the reference for authors of plugins: the values that ports and hooks pass, and what a
messenger's test gives its kit.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from attrs import has
from tools.reference.annotations import get_annotations, get_field_types, iter_classes
from tools.reference.markdown import get_first_sentence, write_docstring, write_table
from tools.reference.subjects import iter_public_members
from tools.reference.values import describe_class

from anninh_core.plugins import hookspecs
from anninh_core.ports import collector, formatter, health
from anninh_core.ports.messengers import adapter, courier, messenger, platform
from anninh_core.testing.kits import MessengerConformance
from anninh_core.testing.kits.messenger import bench, outside
from anninh_core.vocabulary import District

SUBJECTS: Mapping[str, tuple[ModuleType, ...]] = {
    "Messengers": (messenger, platform, adapter, health, courier),
    "Opinions and listeners": (hookspecs,),
    "Reports": (formatter,),
    "Collectors": (collector,),
}
"""The headings of the reference, each with the modules whose protocols or hooks pass values."""

AUTHORS_CALL = ("anninh_core.vocabulary.capability", "anninh_core.vocabulary.messages")
"""Names of the modules with values on which authors of plugins call methods."""

HAPPENS: Mapping[str, str] = {
    "cut_off": "it was done, and half of the answer comes",
    "expired_token": "the platform doesn't take our right to it any more",
    "lost_answer": "it was done, and the connection breaks before the answer",
    "lost_before": "nothing was done, and the connection breaks before the answer",
    "not_json": "nothing was done, and a web page comes instead of an answer",
    "rate_limit": "the platform asks to wait, for the time that `delay` says",
    "recipient_gone": "the platform says that this person can't be reached any more",
    "refused": "no connection comes about: nothing has left",
    "rejected": "the platform says that it doesn't take this message",
    "server_error": "nothing was done, and the platform answers HTTP 502",
}
"""The names of the failures that a messenger's kit causes, each with what happens at the platform."""


def plugin_values() -> str:
    """Return the reference of the values that ports and hooks pass, each with its fields."""
    parts: list[str] = []
    links: dict[str, str] = {}
    for heading, modules in SUBJECTS.items():
        new_classes = [cls for cls in find_values(modules) if cls.__name__ not in links]
        links |= {cls.__name__: f"#{cls.__name__.lower()}" for cls in new_classes}
        parts += [f"## {heading}", *(_describe_value(cls, links) for cls in new_classes)]
    return "\n\n".join(parts)


def _describe_value(cls: type, links: Mapping[str, str]) -> str:
    """Describe a class, and those of its methods that authors of plugins call."""
    described = re.sub(r"^## (`\w+`) \{.*\}", r"### \1", describe_class(cls, links))
    rows = [
        (f"`{name}{inspect.signature(member)}`".replace("(self, ", "("), get_first_sentence(member.__doc__))
        for name in iter_public_members(cls)
        if inspect.isfunction(member := inspect.getattr_static(cls, name)) and cls.__module__ in AUTHORS_CALL
    ]
    return f"{described}\n\n{write_table(('Method', 'Does'), rows)}" if rows else described


def find_values(modules: Iterable[ModuleType]) -> list[type]:
    """Return the classes of the values that the protocols and hooks of `modules` pass, and of the values inside these,
    sorted by name.
    """
    waiting = [
        cls for module in modules for annotation in _iter_annotations(module) for cls in iter_classes(annotation)
    ]
    by_name: dict[str, type] = {}
    while waiting:
        cls = waiting.pop()
        if cls is District or by_name.setdefault(cls.__name__, cls) is not cls or not has(cls):
            continue
        waiting += [
            inner
            for annotation in get_field_types(cls).values()
            for inner in iter_classes(annotation)
            if inner.__name__ not in by_name
        ]
    return [by_name[name] for name in sorted(by_name)]


def _iter_annotations(module: ModuleType) -> Iterator[Any]:
    """Yield the types of all arguments and results of a module's functions and of its protocols' methods."""
    for value in vars(module).values():
        if inspect.isfunction(value):
            yield from get_annotations(value).values()
        elif getattr(value, "_is_protocol", False) and value.__module__ == module.__name__:
            for member in vars(value).values():
                getter = member.fget if isinstance(member, property) else member
                if inspect.isfunction(getter):
                    yield from get_annotations(getter).values()


def messenger_kit() -> str:
    """Return the reference of what a messenger's test gives its kit: fixtures, the platform's side, events, and
    failures.
    """
    events = write_table(
        ("`event`", "What happens"), ((f"`{name}`", meaning) for name, meaning in outside.EVENTS.items())
    )
    failures = write_table(
        ("`name`", "What happens", "The messenger raises"),
        ((f"`{name}`", HAPPENS[name], f"`{error.__name__}`") for name, error in bench.ERRORS.items()),
    )
    return "\n\n".join(
        [
            write_table(("Fixture", "Gives", ""), _iter_fixture_rows()),
            *(_describe_protocol(node) for node in _find_classes(outside)),
            f"Names for `stage`:\n\n{events}",
            f"Names for `fail` and `fail_after`, which are about the next call, be it a send or a poll:\n\n{failures}",
        ]
    )


def _iter_fixture_rows() -> Iterator[tuple[str, str, str]]:
    """Yield a table row for each fixture that a messenger's kit requires, then for each that a test may override."""
    about = inspect.cleandoc(MessengerConformance.__doc__ or "")
    for name, meaning in re.findall(r"^- `(\w+)`: ((?:.|\n  )+)$", about, re.MULTILINE):
        yield f"`{name}`", " ".join(meaning.split()), "owed"
    (kit,) = (node for node in _find_classes(bench) if node.name == "MessengerBench")
    for member in kit.body:
        if isinstance(member, ast.FunctionDef) and member.returns:
            written = ast.unparse(member.returns).replace(" | ", " or ")
            yield f"`{member.name}`", _get_meaning(member), f"may be overridden; `{written}`"


def _find_classes(module: ModuleType) -> list[ast.ClassDef]:
    return [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef)]


def _describe_protocol(node: ast.ClassDef) -> str:
    rows = []
    for member in node.body:
        if isinstance(member, ast.FunctionDef):
            arguments = re.sub(r"^self(, )?", "", ast.unparse(member.args))
            is_property = any(ast.unparse(mark) == "property" for mark in member.decorator_list)
            written = member.name if is_property else f"{member.name}({arguments})"
            returned = (ast.unparse(member.returns) if member.returns else "None").replace(" | ", " or ")
            rows.append(
                (f"`{written}: {returned}`" if is_property else f"`{written} -> {returned}`", _get_meaning(member))
            )
    return f"**`{node.name}`**: {write_docstring(ast.get_docstring(node))}\n\n{write_table(('Member', 'Does'), rows)}"


def _get_meaning(member: ast.FunctionDef) -> str:
    return get_first_sentence(ast.get_docstring(member)).replace("|", "\\|")


PLUGIN_PARTS: Mapping[str, Callable[[], str]] = {
    function.__name__: function for function in (plugin_values, messenger_kit)
}
