"""Conversion of arguments passed inside the process: enumerations by value, and limits of pages.

Arguments from outside the process were checked by their decoder.
"""

import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, get_args

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.arguments import alias_of, base_of

LONGEST_PAGE = 10_000
"""Maximum length of a page inside the process. From outside, the maximum is that of `Limit`."""


@frozen
class ArgumentReader:
    """Conversion of one argument.

    Attributes:
        position: among the positional arguments; -1 for a keyword-only argument.
        read: returns the converted value; raises `BadInput` for an invalid one.
    """

    name: str
    position: int
    read: Callable[[str, Any], Any]


@frozen
class ArgumentReaders:
    """Converts the arguments of a use case."""

    readers: tuple[ArgumentReader, ...] = ()

    def apply(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Return the converted positional arguments; replace converted keyword arguments in `kwargs`."""
        if not self.readers:
            return args
        values = [*args]
        for reader in self.readers:
            if 0 <= reader.position < len(values):
                values[reader.position] = reader.read(reader.name, values[reader.position])
            elif reader.name in kwargs:
                kwargs[reader.name] = reader.read(reader.name, kwargs[reader.name])
        return tuple(values)


def readers_of(body: Callable[..., object]) -> ArgumentReaders:
    """Return the readers of a use case's arguments after the first two: the service and its session or unit of work."""
    return ArgumentReaders(tuple(_iter_readers(body)))


def _iter_readers(body: Callable[..., object]) -> Iterator[ArgumentReader]:
    for position, parameter in enumerate([*inspect.signature(body).parameters.values()][2:]):
        place = -1 if parameter.kind is inspect.Parameter.KEYWORD_ONLY else position
        if alias_of(parameter.annotation) == "Limit":
            yield ArgumentReader(parameter.name, place, _read_page)
        elif members := _enum_of(parameter.annotation):
            yield ArgumentReader(parameter.name, place, _member_reader(members))


def _enum_of(annotation: object) -> type[Enum] | None:
    """Return the enumeration in an annotation, alone or with None."""
    base = base_of(annotation)
    kinds = [kind for kind in (get_args(base) or (base,)) if kind is not type(None)]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], type) and issubclass(kinds[0], Enum) else None


def _read_page(_: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_PAGE:
        raise BadInput(
            "A page can't have {count} records: ask for 1 to {limit}.", count=repr(value), limit=LONGEST_PAGE
        )
    return value


def _member_reader(kind: type[Enum]) -> Callable[[str, Any], Any]:
    members = {member.value: member for member in kind}

    def read(name: str, value: Any) -> Any:
        if value is None or isinstance(value, kind):
            return value
        if not isinstance(value, str) or value not in members:
            raise BadInput(
                "There is no {name:record} {code!r}: choose one of {allowed}.",
                name=name,
                code=value,
                allowed=tuple(members),
                argument=name,
            )
        return members[value]

    return read
