"""The constructors that attrs generates, which the source lacks: a new required field breaks callers.

A decorator of this project that makes such classes declares it by `dataclass_transform`.
"""

from collections.abc import Iterator

import griffe
from tools.api_changes.paths import function_at

_MAKERS = ("attrs.frozen", "attrs.define", "attrs.mutable")
_FIELD = "attrs.field"
_TRANSFORM = "typing.dataclass_transform"


def give_constructor(cls: griffe.Class) -> None:
    """Give an attrs class its generated `__init__`; leave other classes unchanged."""
    if _maker(cls) is not None and "__init__" not in cls.members:
        parameters = griffe.Parameters(griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword))
        for parameter in {parameter.name: parameter for parameter in _fields(cls)}.values():
            parameters.add(parameter)
        cls.set_member("__init__", griffe.Function("__init__", parameters=parameters))


def _fields(cls: griffe.Class) -> Iterator[griffe.Parameter]:
    """Yield the fields of the base classes and of this class, in the order of the constructor's parameters."""
    maker = _maker(cls)
    if maker is None:
        return
    for base in cls.resolved_bases:
        if isinstance(base, griffe.Class):
            yield from _fields(base)
    all_by_keyword = "kw_only=True" in maker or "kw_only_default=True" in maker
    for name, member in cls.members.items():
        if not isinstance(member, griffe.Attribute) or member.annotation is None or "property" in member.labels:
            continue
        options = _field_options(member)
        if "ClassVar" in str(member.annotation) or options.get("init") == "False":
            continue
        by_keyword = all_by_keyword or options.get("kw_only") == "True"
        yield griffe.Parameter(
            name.lstrip("_"),
            annotation=member.annotation,
            kind=griffe.ParameterKind.keyword_only if by_keyword else griffe.ParameterKind.positional_or_keyword,
            default=_default(member, options),
        )


def _maker(cls: griffe.Class) -> str | None:
    """Return the source of the decorator that makes the class an attrs class, or of its `dataclass_transform`; None for
    other classes.
    """
    for decorator in cls.decorators:
        if decorator.callable_path in _MAKERS:
            return str(decorator.value)
        maker = function_at(decorator.callable_path, cls.modules_collection)
        for inner in maker.decorators if maker else ():
            if inner.callable_path == _TRANSFORM:
                return str(inner.value)
    return None


def _field_options(member: griffe.Attribute) -> dict[str, str]:
    """Return the arguments of `field(…)`."""
    value = member.value
    if not isinstance(value, griffe.ExprCall) or value.canonical_path != _FIELD:
        return {}
    return {
        argument.name: str(argument.value) for argument in value.arguments if isinstance(argument, griffe.ExprKeyword)
    }


def _default(member: griffe.Attribute, options: dict[str, str]) -> str | None:
    if not options:
        return None if member.value is None or _is_bare_field(member) else str(member.value)
    return options.get("default", options.get("factory"))


def _is_bare_field(member: griffe.Attribute) -> bool:
    return isinstance(member.value, griffe.ExprCall) and member.value.canonical_path == _FIELD
