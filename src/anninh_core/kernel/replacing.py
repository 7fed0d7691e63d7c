"""Records copied, and made of others, past `__init__`, where that only sets values: at a quarter of its price.

Each message copies some twenty records, and each row of a list makes a view of one.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from attrs import AttrsInstance, fields, frozen

__all__ = ["build_maker", "evolve", "replacer"]

M = TypeVar("M", bound=AttrsInstance)
T = TypeVar("T")
_HOOKS = ("__attrs_pre_init__", "__attrs_post_init__")

if TYPE_CHECKING:
    from attrs import evolve  # by this name the type checker looks at what is set
else:

    def evolve(record: M, /, **changes: object) -> M:
        """Return a record with other values of some fields, as `attrs.evolve` does."""
        copier = _copier_of(record.__class__)
        if copier is None:
            return attrs.evolve(record, **changes)
        copy = copier.copy(record)
        for name, value in changes.items():
            try:
                copier.change[name](copy, value)
            except KeyError:
                raise TypeError(f"{copier.name} has no field {name!r} that can be set anew") from None
        return copy


def replacer(cls: type[M], name: str) -> Callable[[M, Any], M]:
    """Return a function that returns a record of a class with another value of a field."""
    alias = next(one.alias for one in fields(cls) if one.name == name)
    return lambda record, value: evolve(record, **{alias or name: value})  # type: ignore[misc]  # M is one


@frozen
class _Copier:
    """How records of a class are copied.

    Attributes:
        change: name of a field, as `__init__` has it -> sets its value.
    """

    name: str
    copy: Callable[[Any], Any]
    change: Mapping[str, Callable[[Any, Any], None]]


def build_maker(cls: type[T], expressions: Mapping[str, str], **known: object) -> Callable[..., T] | None:
    """Return a function `(source, given)` that makes a record; None where its `__init__` does more than to set values.

    It has a line a field, as the `__init__` that attrs makes: a loop over the fields takes twice as long.

    Args:
        cls: of the record; a class of attrs.
        expressions: name of each field -> what it is set to, in words of the program and never of what came from
            outside.
        **known: what the expressions name besides `source` and `given`.
    """
    slots = _plain_slots(cls)
    if slots is None:
        return None
    setters = {f"set_{number}": slot.__set__ for number, slot in enumerate(slots)}
    names: dict[str, Any] = {**known, **setters, "new": object.__new__, "cls": cls}
    lines = (f"    {setter}(made, {expressions[slot.__name__]})" for setter, slot in zip(setters, slots, strict=True))
    exec("\n".join(("def make(source, given=None):", "    made = new(cls)", *lines, "    return made")), names)  # noqa: S102
    make: Callable[..., T] = names["make"]
    return make


@cache  # classes, which live as long as the program
def _copier_of(cls: type[AttrsInstance]) -> _Copier | None:
    """Return how records of a class are copied; None where they are made anew."""
    slots = _plain_slots(cls)
    copy = build_maker(cls, {one.name: f"source.{one.name}" for one in fields(cls)})
    if slots is None or copy is None:
        return None
    change = {one.alias or one.name: slot.__set__ for one, slot in zip(fields(cls), slots, strict=True)}
    return _Copier(cls.__name__, copy, change)


def _plain_slots(cls: type[Any]) -> list[MemberDescriptorType] | None:
    """Return where a record has its values, in the order of its fields; None where `__init__` does more than that."""
    copied = fields(cls)
    slots = [slot for one in copied if isinstance(slot := getattr(cls, one.name, None), MemberDescriptorType)]
    is_plain = all(one.init and one.converter is None and one.validator is None for one in copied)
    has_hook = any(hasattr(cls, hook) for hook in _HOOKS)
    return slots if is_plain and len(slots) == len(copied) and not has_hook else None
