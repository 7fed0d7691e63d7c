"""Types as a reader sees them: names without modules, with links to their descriptions."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any, get_args, get_origin, get_type_hints

from attrs import fields, has

from anninh_core.usecase.signatures import name_of, write_type


def write_linked(annotation: Any, links: Mapping[str, str]) -> str:
    """Return a type as Markdown for a table's cell, with the names in `links` as links."""

    def linked(part: Any) -> str:
        name = name_of(part)
        return f"[{name}]({links[name]})" if name in links else name.replace("_", "\\_")

    return write_type(annotation, linked, ("&#91;", "&#93;"), " or ")


def classes_in(annotation: Any) -> Iterator[type]:
    """Yield this project's classes in a type."""
    is_class = isinstance(annotation, type) and get_origin(annotation) is None
    if is_class and annotation.__module__.startswith("anninh_") and (has(annotation) or issubclass(annotation, Enum)):
        yield annotation
    for inner in get_args(annotation):
        yield from classes_in(inner)


def field_types(cls: type) -> Mapping[str, Any]:
    """Return the types of the public fields of an attrs class."""
    hints = hints_of(cls)
    return {
        attribute.name: hints.get(attribute.name, attribute.type)
        for attribute in fields(cls)
        if not attribute.name.startswith("_")
    }


def hints_of(target: Any) -> Mapping[str, Any]:
    """Return the annotations of a class or function; if any name is imported only for type checkers, all stay texts."""
    try:
        return get_type_hints(target, include_extras=True)
    except NameError:
        return reduce(or_, (vars(owner).get("__annotations__", {}) for owner in _with_bases(target)), {})


def _with_bases(target: Any) -> Iterable[Any]:
    return reversed(target.__mro__) if isinstance(target, type) else [target]
