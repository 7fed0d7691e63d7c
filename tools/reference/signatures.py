"""Functions and classes as their callers see them: signatures and docstrings."""

import inspect
from collections.abc import Iterator
from enum import Enum
from inspect import Parameter, Signature
from typing import Any

from attrs import has
from tools.reference.markdown import said
from tools.reference.subjects import getter_type, public_members

from anninh_core.usecase.signatures import write_type

_LINE = 80


def describe_function(function: Any, name: str) -> str:
    """Describe a function under a heading."""
    written = write_signature(name, inspect.signature(function))
    return f"### `{name}` {{ #{name} }}\n\n{written}\n\n{said(function.__doc__)}"


def describe_method(cls: type, name: str, label: str) -> str:
    """Describe one method of an object."""
    return f"{write_signature(f'{label}.{name}', _bound(cls, name))}\n\n{said(getattr(cls, name).__doc__)}"


def describe_object(cls: type, label: str, *, heading: bool = False) -> str:
    """Describe an object's public members, and with `heading` its constructor under a heading."""
    parts = [said(cls.__doc__)]
    if heading:
        constructor = inspect.signature(cls).replace(return_annotation=cls)
        parts = [f"### `{label}` {{ #{label} }}", write_signature(label, constructor), *parts]
    for name in public_members(cls):
        member = inspect.getattr_static(cls, name)
        if isinstance(member, property):
            parts.append(f"```python\n{label}.{name}: {write_type(getter_type(member))}\n```")
        else:
            parts.append(write_signature(f"{label}.{name}", _bound(cls, name)))
        parts.append(said(getattr(cls, name).__doc__))
    return "\n\n".join(part for part in parts if part)


def _bound(cls: type, name: str) -> Signature:
    """Return the signature of a method as called on an object or on its class."""
    signature = inspect.signature(getattr(cls, name))
    if not inspect.isfunction(inspect.getattr_static(cls, name)):
        return signature
    return signature.replace(parameters=[*signature.parameters.values()][1:])


def write_signature(label: str, signature: Signature) -> str:
    """Return a signature on one line, or with one argument per line."""
    arguments = [*_arguments(signature)]
    answer = write_type(signature.return_annotation)
    short = f"{label}({', '.join(arguments)}) -> {answer}"
    long = f"{label}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f") -> {answer}"
    return f"```python\n{short if len(short) <= _LINE else long}\n```"


def _arguments(signature: Signature) -> Iterator[str]:
    by_keyword = False
    stars: dict[object, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not by_keyword:
            by_keyword = True
            yield "*"
        note = "" if parameter.annotation is parameter.empty else f": {write_type(parameter.annotation)}"
        yield f"{stars.get(parameter.kind, '')}{parameter.name}{note}" + (
            "" if parameter.default is parameter.empty else f" = {_default(parameter.default)}"
        )


def _default(value: object) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return "…" if has(type(value)) else repr(value).removeprefix("datetime.")
