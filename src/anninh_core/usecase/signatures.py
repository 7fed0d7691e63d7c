"""Human-readable signatures of public use cases: types by their names, `tip_id: TipId`."""

from collections.abc import Callable, Sequence
from inspect import Signature
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from anninh_core.usecase.arguments import alias_of

_UNIONS = (Union, UnionType)
NameType = Callable[[Any], str]
"""Returns the name of a type without parameters."""


class ReadableSignature(Signature):
    """A signature whose text names types without their modules, and argument types by their aliases."""

    def __str__(self) -> str:
        parameters = [
            parameter.replace(annotation=_annotation_text(parameter.annotation))
            for parameter in self.parameters.values()
        ]
        return str(Signature(parameters, return_annotation=_annotation_text(self.return_annotation)))


class _AnnotationText(str):
    """The text of an annotation, which `help` prints unquoted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _annotation_text(annotation: Any) -> Any:
    return annotation if annotation is Signature.empty else _AnnotationText(write_type(annotation))


def name_of(annotation: Any) -> str:
    """Return the name of a type, without its module."""
    if alias := alias_of(annotation):
        return alias
    if annotation is NoneType or annotation is None:
        return "None"
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def write_type(annotation: Any, name: NameType = name_of, brackets: Sequence[str] = "[]", union: str = " | ") -> str:
    """Return a type as code.

    Args:
        name: returns the name of a type without parameters.
        brackets: brackets around parameters.
        union: separator of alternatives.
    """
    inner = get_args(annotation)
    origin = get_origin(annotation)
    if annotation is Ellipsis:
        return "..."
    if alias_of(annotation) or not inner or origin is None:
        return name(annotation)
    if origin is Literal:
        return union.join(f'"{value}"' for value in inner)
    parts = [write_type(part, name, brackets, union) for part in inner if not isinstance(part, list)]
    if isinstance(inner[0], list):  # of a callable
        arguments = ", ".join(write_type(part, name, brackets, union) for part in inner[0])
        parts.insert(0, f"{brackets[0]}{arguments}{brackets[1]}")
    if origin in _UNIONS:
        return union.join(parts)
    return f"{name(origin)}{brackets[0]}{', '.join(parts)}{brackets[1]}"
