"""One field of a large record set anew, at half of what `attrs.evolve` takes: lists do it for each record shown."""

from collections import deque
from collections.abc import Callable
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar

from attrs import AttrsInstance, evolve, fields

M = TypeVar("M", bound=AttrsInstance)


def replacer(cls: type[M], name: str) -> Callable[[M, Any], M]:
    """Return a function that returns a record of just this class with another value of a field, as `evolve` does."""
    copied = fields(cls)
    changed = next(one for one in copied if one.name == name)
    is_plain = all(one.init and one.converter is None and one.validator is None for one in copied)
    if is_plain and not hasattr(cls, "__attrs_post_init__"):
        return _copier(cls, tuple(one.name for one in copied), name)
    return lambda record, value: evolve(record, **{changed.alias or name: value})  # type: ignore[misc]  # M is one


def _copier(cls: type[M], names: tuple[str, ...], changed: str) -> Callable[[M, Any], M]:
    """Return a function that copies values past `__init__`, which would find nothing to do."""
    values, put = attrgetter(*names), object.__setattr__

    def replace(record: M, value: Any) -> M:
        copy = object.__new__(cls)
        deque(map(put, repeat(copy), names, values(record)), maxlen=0)  # a loop in C
        put(copy, changed, value)
        return copy

    return replace
