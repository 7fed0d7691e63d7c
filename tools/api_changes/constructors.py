"""The constructors that attrs writes, which stand in no source: a field more that has to be given breaks callers.

A decorator of ours that makes such classes says so by `dataclass_transform`.
"""

from collections.abc import Iterator

import griffe
from tools.api_changes.paths import function_at

_MAKERS = ("attrs.frozen", "attrs.define", "attrs.mutable")
_FIELD = "attrs.field"
_TRANSFORM = "typing.dataclass_transform"


def give_constructor(cls: griffe.Class) -> None:
    """Give a class of attrs the `__init__` that it has at run time; others stay as they are."""
    if _maker(cls) is not None and "__init__" not in cls.members:
        parameters = griffe.Parameters(griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword))
        for one in {one.name: one for one in _fields(cls)}.values():
            parameters.add(one)
        cls.set_member("__init__", griffe.Function("__init__", parameters=parameters))


def _fields(cls: griffe.Class) -> Iterator[griffe.Parameter]:
    """Yield the fields of the classes above and of this one, in the order in which they are given."""
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
    """Return the decorator that makes a class one of attrs, as it is written; of one of ours what it says itself."""
    for one in cls.decorators:
        if one.callable_path in _MAKERS:
            return str(one.value)
        maker = function_at(one.callable_path, cls.modules_collection)
        for above in maker.decorators if maker else ():
            if above.callable_path == _TRANSFORM:
                return str(above.value)
    return None


def _field_options(member: griffe.Attribute) -> dict[str, str]:
    """Return the arguments of `field(…)`."""
    value = member.value
    if not isinstance(value, griffe.ExprCall) or value.canonical_path != _FIELD:
        return {}
    return {one.name: str(one.value) for one in value.arguments if isinstance(one, griffe.ExprKeyword)}


def _default(member: griffe.Attribute, options: dict[str, str]) -> str | None:
    if not options:
        return None if member.value is None or _is_bare_field(member) else str(member.value)
    return options.get("default", options.get("factory"))


def _is_bare_field(member: griffe.Attribute) -> bool:
    return isinstance(member.value, griffe.ExprCall) and member.value.canonical_path == _FIELD
