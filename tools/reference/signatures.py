"""Describes functions and classes as their callers see them, with signatures and docstrings."""

import inspect
from collections.abc import Iterator
from enum import Enum
from inspect import Parameter, Signature
from typing import Any

from attrs import has
from tools.reference.markdown import write_docstring
from tools.reference.subjects import get_property_type, iter_public_members

from anninh_core.usecase.signatures import format_type

_LINE = 80


def describe_function(function: Any, name: str) -> str:
    """Return Markdown that describes a function under a heading."""
    written = write_signature(name, inspect.signature(function))
    return f"### `{name}` {{ #{name} }}\n\n{written}\n\n{write_docstring(function.__doc__)}"


def describe_method(cls: type, name: str, label: str) -> str:
    """Return Markdown that describes one method of an object."""
    signature = write_signature(f"{label}.{name}", _get_bound_signature(cls, name))
    return f"{signature}\n\n{write_docstring(getattr(cls, name).__doc__)}"


def describe_object(cls: type, label: str, *, heading: bool = False) -> str:
    """Return Markdown that describes an object's public members, and with `heading` also its constructor under a
    heading.
    """
    parts = [write_docstring(cls.__doc__)]
    if heading:
        constructor = inspect.signature(cls).replace(return_annotation=cls)
        parts = [f"### `{label}` {{ #{label} }}", write_signature(label, constructor), *parts]
    for name in iter_public_members(cls):
        member = inspect.getattr_static(cls, name)
        if isinstance(member, property):
            parts.append(f"```python\n{label}.{name}: {format_type(get_property_type(member))}\n```")
        else:
            parts.append(write_signature(f"{label}.{name}", _get_bound_signature(cls, name)))
        parts.append(write_docstring(getattr(cls, name).__doc__))
    return "\n\n".join(part for part in parts if part)


def _get_bound_signature(cls: type, name: str) -> Signature:
    """Return the signature of a method as it is called on an object or on its class, without `self`."""
    signature = inspect.signature(getattr(cls, name))
    if not inspect.isfunction(inspect.getattr_static(cls, name)):
        return signature
    return signature.replace(parameters=[*signature.parameters.values()][1:])


def write_signature(label: str, signature: Signature) -> str:
    """Return a signature as Markdown, on one line or with one argument per line."""
    arguments = [*_iter_arguments(signature)]
    answer = format_type(signature.return_annotation)
    short = f"{label}({', '.join(arguments)}) -> {answer}"
    long = f"{label}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f") -> {answer}"
    return f"```python\n{short if len(short) <= _LINE else long}\n```"


def _iter_arguments(signature: Signature) -> Iterator[str]:
    by_keyword = False
    stars: dict[object, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not by_keyword:
            by_keyword = True
            yield "*"
        note = "" if parameter.annotation is parameter.empty else f": {format_type(parameter.annotation)}"
        yield f"{stars.get(parameter.kind, '')}{parameter.name}{note}" + (
            "" if parameter.default is parameter.empty else f" = {_format_default(parameter.default)}"
        )


def _format_default(value: object) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return "…" if has(type(value)) else repr(value).removeprefix("datetime.")
