"""Adds the constructors that attrs generates, which the source lacks, because a new required field breaks callers.

A decorator of this project that makes attrs classes declares that by `dataclass_transform`.
"""

from collections.abc import Iterator

import griffe
from tools.api_changes.paths import find_function

_MAKERS = ("attrs.frozen", "attrs.define", "attrs.mutable")
_FIELD = "attrs.field"
_TRANSFORM = "typing.dataclass_transform"


def add_constructor(cls: griffe.Class) -> None:
    """Give an attrs class its generated `__init__`; leave other classes unchanged."""
    if _get_attrs_decorator(cls) is not None and "__init__" not in cls.members:
        parameters = griffe.Parameters(griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword))
        for parameter in {parameter.name: parameter for parameter in _iter_fields(cls)}.values():
            parameters.add(parameter)
        cls.set_member("__init__", griffe.Function("__init__", parameters=parameters))


def _iter_fields(cls: griffe.Class) -> Iterator[griffe.Parameter]:
    """Yield the fields of the base classes and then of the class, as constructor parameters in their order."""
    maker = _get_attrs_decorator(cls)
    if maker is None:
        return
    for base in cls.resolved_bases:
        if isinstance(base, griffe.Class):
            yield from _iter_fields(base)
    all_by_keyword = "kw_only=True" in maker or "kw_only_default=True" in maker
    for name, member in cls.members.items():
        if not isinstance(member, griffe.Attribute) or member.annotation is None or "property" in member.labels:
            continue
        options = _read_field_options(member)
        if "ClassVar" in str(member.annotation) or options.get("init") == "False":
            continue
        by_keyword = all_by_keyword or options.get("kw_only") == "True"
        yield griffe.Parameter(
            name.lstrip("_"),
            annotation=member.annotation,
            kind=griffe.ParameterKind.keyword_only if by_keyword else griffe.ParameterKind.positional_or_keyword,
            default=_get_default(member, options),
        )


def _get_attrs_decorator(cls: griffe.Class) -> str | None:
    """Return the source of the decorator that makes the class an attrs class, or of its `dataclass_transform`; None for
    other classes.
    """
    for decorator in cls.decorators:
        if decorator.callable_path in _MAKERS:
            return str(decorator.value)
        maker = find_function(decorator.callable_path, cls.modules_collection)
        for inner in maker.decorators if maker else ():
            if inner.callable_path == _TRANSFORM:
                return str(inner.value)
    return None


def _read_field_options(member: griffe.Attribute) -> dict[str, str]:
    """Return the keyword arguments of the `field(…)` call that defines a field; empty for another value."""
    value = member.value
    if not isinstance(value, griffe.ExprCall) or value.canonical_path != _FIELD:
        return {}
    return {
        argument.name: str(argument.value) for argument in value.arguments if isinstance(argument, griffe.ExprKeyword)
    }


def _get_default(member: griffe.Attribute, options: dict[str, str]) -> str | None:
    if not options:
        return None if member.value is None or _is_bare_field(member) else str(member.value)
    return options.get("default", options.get("factory"))


def _is_bare_field(member: griffe.Attribute) -> bool:
    return isinstance(member.value, griffe.ExprCall) and member.value.canonical_path == _FIELD
