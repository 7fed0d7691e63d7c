"""Conversion of arguments that are passed inside the process: values become enumeration members, and page limits are
checked.

Arguments from outside the process were checked by their decoder.
"""

import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, get_args

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.arguments import get_alias_name, get_inner_type

LONGEST_PAGE = 10_000
"""Maximum number of records on a page inside the process. For requests from outside, the maximum is that of `Limit`."""


@frozen
class ArgumentReader:
    """A converter for one argument of a use case.

    Attributes:
        position: among the positional arguments; -1 for a keyword-only argument.
        read: returns the converted value; raises `BadInput` for an invalid one.
    """

    name: str
    position: int
    read: Callable[[str, Any], Any]


@frozen
class ArgumentReaders:
    """Converts those arguments of a use case that need it."""

    readers: tuple[ArgumentReader, ...] = ()

    def apply(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Return the positional arguments after conversion; keyword arguments are converted in `kwargs` itself."""
        if not self.readers:
            return args
        values = [*args]
        for reader in self.readers:
            if 0 <= reader.position < len(values):
                values[reader.position] = reader.read(reader.name, values[reader.position])
            elif reader.name in kwargs:
                kwargs[reader.name] = reader.read(reader.name, kwargs[reader.name])
        return tuple(values)


def build_readers(body: Callable[..., object]) -> ArgumentReaders:
    """Return the converters of a use case's arguments after the first two, which are the service and its session or
    unit of work.
    """
    return ArgumentReaders(tuple(_iter_readers(body)))


def _iter_readers(body: Callable[..., object]) -> Iterator[ArgumentReader]:
    for position, parameter in enumerate([*inspect.signature(body).parameters.values()][2:]):
        place = -1 if parameter.kind is inspect.Parameter.KEYWORD_ONLY else position
        if get_alias_name(parameter.annotation) == "Limit":
            yield ArgumentReader(parameter.name, place, _check_page_limit)
        elif members := _find_enum(parameter.annotation):
            yield ArgumentReader(parameter.name, place, _build_member_reader(members))


def _find_enum(annotation: object) -> type[Enum] | None:
    """Return the enumeration in an annotation such as `TipState` or `TipState | None`; None for any other."""
    base = get_inner_type(annotation)
    kinds = [kind for kind in (get_args(base) or (base,)) if kind is not type(None)]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], type) and issubclass(kinds[0], Enum) else None


def _check_page_limit(_: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_PAGE:
        raise BadInput(
            "A page can't have {count} records: ask for 1 to {limit}.", count=repr(value), limit=LONGEST_PAGE
        )
    return value


def _build_member_reader(kind: type[Enum]) -> Callable[[str, Any], Any]:
    members = {member.value: member for member in kind}

    def read_member(name: str, value: Any) -> Any:
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

    return read_member
