"""The values of arguments and results: records, views, inputs and enums, with a page for each part of the library."""

import ast
import inspect
import re
import textwrap
import tomllib
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from attrs import NOTHING, Attribute, Factory, fields, has
from msgspec import Meta
from tools.reference.annotations import classes_in, field_types, hints_of, write_linked
from tools.reference.markdown import first_sentence, meanings, said, table
from tools.reference.subjects import getter_type, public_members

from anninh_core.usecase import arguments
from anninh_core.usecase.arguments import alias_of
from anninh_core.usecase.views import is_view

ARGUMENTS = "reference/values/arguments.md"
_SHOWN_BY = ("to_view", "to_row")
_LIKE = re.compile(r"[Ff]ields (?:are )?as in `(\w+)`")
_LAYERS = ("vocabulary", "workflows")
"""Layers with a page of values each; each subject of the domain has one too, and all others share one."""


def reachable(annotations: Iterable[Any]) -> list[type]:
    """Return the classes in the given types, in their fields and in their views, by name."""
    by_name: dict[str, type] = {}
    waiting = [cls for annotation in annotations for cls in classes_in(annotation)]
    while waiting:
        cls = waiting.pop()
        if cls.__name__.startswith("_") or by_name.get(cls.__qualname__) is cls:
            continue
        by_name[cls.__qualname__] = cls
        parts = [*field_types(cls).values()] if has(cls) else []
        parts += [hints_of(getattr(cls, name)).get("return") for name in _SHOWN_BY if hasattr(cls, name)]
        waiting += [inner for part in parts for inner in classes_in(part)]
    return [by_name[name] for name in sorted(by_name)]


def page_of(cls: type) -> str:
    """Return the page with a class's description."""
    _, layer, *below = cls.__module__.split(".")
    group = below[0] if layer == "domain" else layer if layer in _LAYERS else "shared"
    return f"reference/values/{group}.md"


def import_of(cls: type) -> str:
    """Return the import statement of a class, from the shortest package that exports it."""
    parts = cls.__module__.split(".")
    packages = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    home = next(
        (package for package in packages if cls.__name__ in getattr(import_module(package), "__all__", ())),
        cls.__module__,
    )
    return f"from {home} import {cls.__name__}"


def describe_arguments() -> str:
    """Return a table of the types that only limit a text or a number."""
    rows = []
    for name, note in _alias_notes().items():
        base, alias, *limits = get_args(getattr(arguments, name))
        if base is str:
            limits = [Meta(max_length=alias.longest)]
        rows.append((f'<span id="{name}"></span>{name}', f"`{base.__name__}`", " ".join(map(_limit, limits)), note))
    return table(("Name", "Is", "Limits from outside", "Meaning"), rows)


def _alias_notes() -> Mapping[str, str]:
    tree = ast.parse(inspect.getsource(arguments))
    notes = _notes_below(tree.body)
    return {name: note for name, note in notes.items() if alias_of(getattr(arguments, name, None))}


def _limit(limit: Any) -> str:
    words = {"max_length": "at most {} characters", "ge": "from {}", "le": "to {}", "tz": "with a time zone"}
    return ", ".join(words[name].format(value) for name in words if (value := getattr(limit, name, None)) is not None)


def describe_class(cls: type, links: Mapping[str, str], kin: Iterable[type] = ()) -> str:
    """Describe a class: its docstring, its import, and its fields or values.

    Args:
        cls: the class.
        links: name -> address of its description.
        kin: classes with fields of the same meaning, see `find_kin`.
    """
    prose = said(inspect.cleandoc(cls.__doc__ or "").partition("Attributes:")[0])
    head = f"## `{cls.__name__}` {{ #{cls.__name__} }}\n\n{prose}\n\n{_kind(cls)} `{import_of(cls)}`"
    rows = _values(cls) if issubclass(cls, Enum) else _fields(cls, links, kin)
    return f"{head}\n\n{rows}" if rows else head


def _kind(cls: type) -> str:
    if issubclass(cls, Enum):
        return "A closed list."
    return "A view: what leaves the process." if is_view(cls) else "A value."


def _values(cls: type[Enum]) -> str:
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    notes = _notes_below(body.body)
    rows = [(f"`{member.name}`", f"`{member.value}`", notes.get(member.name, "")) for member in cls]
    return table(("Name", "Value", "Meaning"), rows)


def _notes_below(body: list[ast.stmt]) -> Mapping[str, str]:
    """Return name -> the text below its assignment."""
    notes = {}
    for node, below in pairwise(body):
        match node, below:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str() as note)):
                notes[name] = " ".join(note.split())
            case _:
                pass
    return notes


def find_kin(classes: Iterable[type]) -> Mapping[type, list[type]]:
    """Return class -> classes that describe its fields if it doesn't: its views, or the class that it is a view of."""
    by_name = {cls.__name__: cls for cls in classes}
    kin = dict[type, list[type]]()
    for cls in by_name.values():
        views = [inner for name in _SHOWN_BY if hasattr(cls, name) for inner in classes_in(_answer(cls, name))]
        named = _LIKE.search(cls.__doc__ or "")
        models = [by_name[named[1]]] if named and named[1] in by_name else []
        for base, related in (*((cls, view) for view in views), *((model, cls) for model in models)):
            kin.setdefault(base, []).append(related)
            kin.setdefault(related, []).append(base)
    return {cls: [*_reach(cls, kin)][1:] for cls in kin}


def _answer(cls: type, method: str) -> Any:
    return hints_of(getattr(cls, method)).get("return")


def _reach(cls: type, kin: Mapping[type, list[type]]) -> list[type]:
    """Return a class and all its kin, the nearest first."""
    reached = [cls]
    for member in reached:
        reached += [other for other in kin.get(member, ()) if other not in reached]
    return reached


@cache  # a file of the repository, read once per run
def common_fields() -> Mapping[str, str]:
    """Return field -> its meaning in every class that doesn't describe it."""
    return tomllib.loads(Path(__file__).with_name("common_fields.toml").read_text(encoding="utf-8"))


def _field_meanings(cls: type, kin: Iterable[type]) -> Mapping[str, str]:
    notes: dict[str, str] = {}
    for described in (*cls.__mro__, *kin):
        notes = {**meanings(described.__doc__), **notes}
    return {name: f"{meaning}." for name, meaning in common_fields().items()} | notes


def _fields(cls: Any, links: Mapping[str, str], kin: Iterable[type]) -> str:
    notes = _field_meanings(cls, kin)
    types = field_types(cls)
    rows = [
        (
            f"`{attribute.name}`",
            write_linked(types[attribute.name], links),
            _default(attribute),
            notes.get(attribute.name, ""),
        )
        for attribute in fields(cls)
        if attribute.name in types
    ]
    for name in public_members(cls):
        if isinstance(member := inspect.getattr_static(cls, name), property):
            meaning = first_sentence(member.__doc__)
            rows.append((f"`{name}`", write_linked(getter_type(member), links), "computed", meaning))
    return table(("Field", "Type", "Default", "Meaning"), rows) if rows else ""


def _default(attribute: "Attribute[Any]") -> str:
    default: Any = attribute.default
    if default is NOTHING:
        return ""
    if isinstance(default, Factory):  # type: ignore[arg-type]
        return "empty" if default.factory in (dict, list, tuple) else "made anew"
    if default in ("", (), {}) or default is None:
        return "`None`" if default is None else "empty"
    return f"`{default}`"
