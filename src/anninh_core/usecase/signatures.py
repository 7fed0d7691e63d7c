"""Signatures of public use cases for people to read: types appear by their names, as in `tip_id: TipId`."""

from collections.abc import Callable, Sequence
from inspect import Signature
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from anninh_core.usecase.arguments import get_alias_name

_UNIONS = (Union, UnionType)
NameType = Callable[[Any], str]
"""A function that returns the name of a type, without the type's parameters."""


class ReadableSignature(Signature):
    """A signature whose text names types without their modules, and argument types by their aliases."""

    def __str__(self) -> str:
        parameters = [
            parameter.replace(annotation=_format_annotation(parameter.annotation))
            for parameter in self.parameters.values()
        ]
        return str(Signature(parameters, return_annotation=_format_annotation(self.return_annotation)))


class _AnnotationText(str):
    """The text of an annotation, which `help` prints without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _format_annotation(annotation: Any) -> Any:
    return annotation if annotation is Signature.empty else _AnnotationText(format_type(annotation))


def get_type_name(annotation: Any) -> str:
    """Return the name of a type, without its module."""
    if alias := get_alias_name(annotation):
        return alias
    if annotation is NoneType or annotation is None:
        return "None"
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def format_type(
    annotation: Any, name: NameType = get_type_name, brackets: Sequence[str] = "[]", union: str = " | "
) -> str:
    """Return a type annotation as code.

    Args:
        name: returns the name of a type without parameters.
        brackets: brackets around parameters.
        union: separator of alternatives.
    """
    inner = get_args(annotation)
    origin = get_origin(annotation)
    if annotation is Ellipsis:
        return "..."
    if get_alias_name(annotation) or not inner or origin is None:
        return name(annotation)
    if origin is Literal:
        return union.join(f'"{value}"' for value in inner)
    parts = [format_type(part, name, brackets, union) for part in inner if not isinstance(part, list)]
    # The first parameter is a list only for a callable: it has the types of the arguments.
    if isinstance(inner[0], list):
        arguments = ", ".join(format_type(part, name, brackets, union) for part in inner[0])
        parts.insert(0, f"{brackets[0]}{arguments}{brackets[1]}")
    if origin in _UNIONS:
        return union.join(parts)
    return f"{name(origin)}{brackets[0]}{', '.join(parts)}{brackets[1]}"
