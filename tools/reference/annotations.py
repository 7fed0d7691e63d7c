"""Writes types as a reader sees them: names without modules, with links to their descriptions."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any, get_args, get_origin, get_type_hints

from attrs import fields, has

from anninh_core.usecase.signatures import format_type, get_type_name


def write_linked_type(annotation: Any, links: Mapping[str, str]) -> str:
    """Return a type as Markdown for a table's cell, with the names in `links` as links."""

    def link_name(part: Any) -> str:
        name = get_type_name(part)
        return f"[{name}]({links[name]})" if name in links else name.replace("_", "\\_")

    return format_type(annotation, link_name, ("&#91;", "&#93;"), " or ")


def iter_classes(annotation: Any) -> Iterator[type]:
    """Yield the classes of this project that occur in a type."""
    is_class = isinstance(annotation, type) and get_origin(annotation) is None
    if is_class and annotation.__module__.startswith("anninh_") and (has(annotation) or issubclass(annotation, Enum)):
        yield annotation
    for inner in get_args(annotation):
        yield from iter_classes(inner)


def get_field_types(cls: type) -> Mapping[str, Any]:
    """Return name -> type of the public fields of an attrs class."""
    hints = get_annotations(cls)
    return {
        attribute.name: hints.get(attribute.name, attribute.type)
        for attribute in fields(cls)
        if not attribute.name.startswith("_")
    }


def get_annotations(target: Any) -> Mapping[str, Any]:
    """Return the annotations of a class or function; if a name in any of them is imported only for type checkers, all
    are returned as texts.
    """
    try:
        return get_type_hints(target, include_extras=True)
    except NameError:
        return reduce(or_, (vars(owner).get("__annotations__", {}) for owner in _iter_bases(target)), {})


def _iter_bases(target: Any) -> Iterable[Any]:
    return reversed(target.__mro__) if isinstance(target, type) else [target]
