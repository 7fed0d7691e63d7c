"""One field of a large record set anew, at half of what `attrs.evolve` takes: lists do it for each record shown."""

from collections import deque
from collections.abc import Callable
from itertools import repeat
from operator import attrgetter, call
from types import MemberDescriptorType
from typing import Any, TypeVar

from attrs import AttrsInstance, evolve, fields

M = TypeVar("M", bound=AttrsInstance)


def replacer(cls: type[M], name: str) -> Callable[[M, Any], M]:
    """Return a function that returns a record of just this class with another value of a field, as `evolve` does."""
    copied = fields(cls)
    changed = next(one for one in copied if one.name == name)
    is_plain = all(one.init and one.converter is None and one.validator is None for one in copied)
    slots = [slot for one in copied if isinstance(slot := getattr(cls, one.name, None), MemberDescriptorType)]
    if is_plain and len(slots) == len(copied) and not hasattr(cls, "__attrs_post_init__"):
        return _copier(cls, slots, name)
    return lambda record, value: evolve(record, **{changed.alias or name: value})  # type: ignore[misc]  # M is one


def _copier(cls: type[M], slots: list[MemberDescriptorType], changed: str) -> Callable[[M, Any], M]:
    """Return a function that copies values past `__init__`, which would find nothing to do."""
    values, setters = attrgetter(*(slot.__name__ for slot in slots)), [slot.__set__ for slot in slots]
    change = next(slot.__set__ for slot in slots if slot.__name__ == changed)

    def replace(record: M, value: Any) -> M:
        copy = object.__new__(cls)
        deque(map(call, setters, repeat(copy), values(record)), maxlen=0)  # a loop in C
        change(copy, value)
        return copy

    return replace
