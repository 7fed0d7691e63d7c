"""Functions that copy and build attrs records without calling `__init__`, if that only sets values, at a quarter of the
cost.

Each message copies some twenty records, and each row of a list is converted to a view.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from attrs import AttrsInstance, fields, frozen

__all__ = ["build_factory", "build_replacer", "evolve"]

M = TypeVar("M", bound=AttrsInstance)
T = TypeVar("T")
_HOOKS = ("__attrs_pre_init__", "__attrs_post_init__")

if TYPE_CHECKING:
    from attrs import evolve  # The type checker knows `evolve` under this name, and checks the fields that are set.
else:

    def evolve(record: M, /, **changes: object) -> M:
        """Return a copy of a record with some fields changed, as `attrs.evolve` does."""
        copier = _get_copier(record.__class__)
        if copier is None:
            return attrs.evolve(record, **changes)
        copy = copier.copy(record)
        for name, value in changes.items():
            try:
                copier.change[name](copy, value)
            except KeyError:
                raise TypeError(f"{copier.name} has no field {name!r} that can be set anew") from None
        return copy


def build_replacer(cls: type[M], name: str) -> Callable[[M, Any], M]:
    """Return a function that copies a record of a class with one field changed."""
    alias = next(attribute.alias for attribute in fields(cls) if attribute.name == name)
    return lambda record, value: evolve(record, **{alias or name: value})  # type: ignore[misc]  # M is one


@frozen
class _Copier:
    """Functions that copy a record of a class and set fields of the copy.

    Attributes:
        copy: copies a record.
        change: name of a field, as in `__init__` -> function that sets its value.
    """

    name: str
    copy: Callable[[Any], Any]
    change: Mapping[str, Callable[[Any, Any], None]]


def build_factory(cls: type[T], expressions: Mapping[str, str], **constants: object) -> Callable[..., T] | None:
    """Return a function `(source, given)` that builds a record, or None if the class's `__init__` does more than set
    values.

    The generated function has one line for each field, as the `__init__` of attrs: a loop over the fields takes twice
    as long.

    Args:
        cls: the record's attrs class.
        expressions: name of each field -> expression for its value; literals of the program, never data from outside.
        **constants: values that the expressions name, besides `source` and `given`.
    """
    slots = _find_plain_slots(cls)
    if slots is None:
        return None
    setters = {f"set_{number}": slot.__set__ for number, slot in enumerate(slots)}
    names: dict[str, Any] = {**constants, **setters, "new": object.__new__, "cls": cls}
    lines = (f"    {setter}(made, {expressions[slot.__name__]})" for setter, slot in zip(setters, slots, strict=True))
    exec("\n".join(("def make(source, given=None):", "    made = new(cls)", *lines, "    return made")), names)  # noqa: S102
    make: Callable[..., T] = names["make"]
    return make


@cache  # The cache needs no limit, since classes live as long as the program.
def _get_copier(cls: type[AttrsInstance]) -> _Copier | None:
    """Return the copier of a class, or None if its records have to be made by `__init__`."""
    slots = _find_plain_slots(cls)
    copy = build_factory(cls, {attribute.name: f"source.{attribute.name}" for attribute in fields(cls)})
    if slots is None or copy is None:
        return None
    change = {
        attribute.alias or attribute.name: slot.__set__ for attribute, slot in zip(fields(cls), slots, strict=True)
    }
    return _Copier(cls.__name__, copy, change)


def _find_plain_slots(cls: type[Any]) -> list[MemberDescriptorType] | None:
    """Return the slots of a class in the order of its fields, or None if its `__init__` does more than set values."""
    attributes = fields(cls)
    slots = [
        slot for attribute in attributes if isinstance(slot := getattr(cls, attribute.name, None), MemberDescriptorType)
    ]
    is_plain = all(
        attribute.init and attribute.converter is None and attribute.validator is None for attribute in attributes
    )
    has_hook = any(hasattr(cls, hook) for hook in _HOOKS)
    return slots if is_plain and len(slots) == len(attributes) and not has_hook else None
