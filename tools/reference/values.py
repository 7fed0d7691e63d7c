"""Describes the values of arguments and results (records, views, inputs and enums), with a page for each part of the
library.
"""

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
from tools.reference.annotations import get_annotations, get_field_types, iter_classes, write_linked_type
from tools.reference.markdown import get_first_sentence, read_attribute_meanings, write_docstring, write_table
from tools.reference.subjects import get_property_type, iter_public_members

from anninh_core.usecase import arguments
from anninh_core.usecase.arguments import get_alias_name
from anninh_core.usecase.views import is_view

ARGUMENTS = "reference/values/arguments.md"
_SHOWN_BY = ("to_view", "to_row")
_LIKE = re.compile(r"[Ff]ields (?:are )?as in `(\w+)`")
_LAYERS = ("vocabulary", "workflows")
"""Layers of the code that have a page of values each; each subject of the domain has one too, and all other values
share one.
"""


def find_reachable_classes(annotations: Iterable[Any]) -> list[type]:
    """Return the classes that occur in the given types, in the types of their fields or in their views, sorted by
    name.
    """
    by_name: dict[str, type] = {}
    waiting = [cls for annotation in annotations for cls in iter_classes(annotation)]
    while waiting:
        cls = waiting.pop()
        if cls.__name__.startswith("_") or by_name.get(cls.__qualname__) is cls:
            continue
        by_name[cls.__qualname__] = cls
        parts = [*get_field_types(cls).values()] if has(cls) else []
        parts += [get_annotations(getattr(cls, name)).get("return") for name in _SHOWN_BY if hasattr(cls, name)]
        waiting += [inner for part in parts for inner in iter_classes(part)]
    return [by_name[name] for name in sorted(by_name)]


def get_page(cls: type) -> str:
    """Return the path of the page that describes a class."""
    _, layer, *below = cls.__module__.split(".")
    group = below[0] if layer == "domain" else layer if layer in _LAYERS else "shared"
    return f"reference/values/{group}.md"


def write_import(cls: type) -> str:
    """Return the import statement of a class, from the shortest package that exports it."""
    parts = cls.__module__.split(".")
    packages = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    home = next(
        (package for package in packages if cls.__name__ in getattr(import_module(package), "__all__", ())),
        cls.__module__,
    )
    return f"from {home} import {cls.__name__}"


def describe_arguments() -> str:
    """Return a table of the argument types that only limit a text or a number."""
    rows = []
    for name, note in _read_alias_notes().items():
        base, alias, *limits = get_args(getattr(arguments, name))
        if base is str:
            limits = [Meta(max_length=alias.longest)]
        rows.append(
            (f'<span id="{name}"></span>{name}', f"`{base.__name__}`", " ".join(map(_describe_limit, limits)), note)
        )
    return write_table(("Name", "Is", "Limits from outside", "Meaning"), rows)


def _read_alias_notes() -> Mapping[str, str]:
    tree = ast.parse(inspect.getsource(arguments))
    notes = _read_notes(tree.body)
    return {name: note for name, note in notes.items() if get_alias_name(getattr(arguments, name, None))}


def _describe_limit(limit: Any) -> str:
    words = {"max_length": "at most {} characters", "ge": "from {}", "le": "to {}", "tz": "with a time zone"}
    return ", ".join(words[name].format(value) for name in words if (value := getattr(limit, name, None)) is not None)


def describe_class(cls: type, links: Mapping[str, str], kin: Iterable[type] = ()) -> str:
    """Return Markdown that describes a class: its docstring, its import, and its fields or values.

    Args:
        cls: the class.
        links: name -> address of its description.
        kin: classes with fields of the same meaning, see `find_kin`.
    """
    prose = write_docstring(inspect.cleandoc(cls.__doc__ or "").partition("Attributes:")[0])
    head = f"## `{cls.__name__}` {{ #{cls.__name__} }}\n\n{prose}\n\n{_describe_kind(cls)} `{write_import(cls)}`"
    rows = _write_enum_table(cls) if issubclass(cls, Enum) else _write_field_table(cls, links, kin)
    return f"{head}\n\n{rows}" if rows else head


def _describe_kind(cls: type) -> str:
    if issubclass(cls, Enum):
        return "A closed list."
    return "A view: what leaves the process." if is_view(cls) else "A value."


def _write_enum_table(cls: type[Enum]) -> str:
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    notes = _read_notes(body.body)
    rows = [(f"`{member.name}`", f"`{member.value}`", notes.get(member.name, "")) for member in cls]
    return write_table(("Name", "Value", "Meaning"), rows)


def _read_notes(body: list[ast.stmt]) -> Mapping[str, str]:
    """Return name -> the text below the assignment of the name."""
    notes = {}
    for node, below in pairwise(body):
        match node, below:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str() as note)):
                notes[name] = " ".join(note.split())
            case _:
                pass
    return notes


def find_kin(classes: Iterable[type]) -> Mapping[type, list[type]]:
    """Return class -> related classes that describe fields which it doesn't describe: its views, or the class that it
    is a view of.
    """
    by_name = {cls.__name__: cls for cls in classes}
    kin = dict[type, list[type]]()
    for cls in by_name.values():
        views = [
            inner for name in _SHOWN_BY if hasattr(cls, name) for inner in iter_classes(_get_return_type(cls, name))
        ]
        named = _LIKE.search(cls.__doc__ or "")
        models = [by_name[named[1]]] if named and named[1] in by_name else []
        for base, related in (*((cls, view) for view in views), *((model, cls) for model in models)):
            kin.setdefault(base, []).append(related)
            kin.setdefault(related, []).append(base)
    return {cls: [*_find_related(cls, kin)][1:] for cls in kin}


def _get_return_type(cls: type, method: str) -> Any:
    return get_annotations(getattr(cls, method)).get("return")


def _find_related(cls: type, kin: Mapping[type, list[type]]) -> list[type]:
    """Return a class and all classes related to it, the nearest first."""
    reached = [cls]
    for member in reached:
        reached += [other for other in kin.get(member, ()) if other not in reached]
    return reached


@cache  # The function is cached, because it reads a file of the repository that doesn't change during a run.
def read_common_fields() -> Mapping[str, str]:
    """Return field name -> its meaning in every class that doesn't describe the field itself."""
    return tomllib.loads(Path(__file__).with_name("common_fields.toml").read_text(encoding="utf-8"))


def _find_field_meanings(cls: type, kin: Iterable[type]) -> Mapping[str, str]:
    notes: dict[str, str] = {}
    for described in (*cls.__mro__, *kin):
        notes = {**read_attribute_meanings(described.__doc__), **notes}
    return {name: f"{meaning}." for name, meaning in read_common_fields().items()} | notes


def _write_field_table(cls: Any, links: Mapping[str, str], kin: Iterable[type]) -> str:
    notes = _find_field_meanings(cls, kin)
    types = get_field_types(cls)
    rows = [
        (
            f"`{attribute.name}`",
            write_linked_type(types[attribute.name], links),
            _format_default(attribute),
            notes.get(attribute.name, ""),
        )
        for attribute in fields(cls)
        if attribute.name in types
    ]
    for name in iter_public_members(cls):
        if isinstance(member := inspect.getattr_static(cls, name), property):
            meaning = get_first_sentence(member.__doc__)
            rows.append((f"`{name}`", write_linked_type(get_property_type(member), links), "computed", meaning))
    return write_table(("Field", "Type", "Default", "Meaning"), rows) if rows else ""


def _format_default(attribute: "Attribute[Any]") -> str:
    default: Any = attribute.default
    if default is NOTHING:
        return ""
    if isinstance(default, Factory):  # type: ignore[arg-type]
        return "empty" if default.factory in (dict, list, tuple) else "made anew"
    if default in ("", (), {}) or default is None:
        return "`None`" if default is None else "empty"
    return f"`{default}`"
