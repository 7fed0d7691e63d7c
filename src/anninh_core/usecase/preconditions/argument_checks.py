"""Arguments of queries that would find nothing, or everything, in silence: checked where a program calls a verb itself.

What comes from outside the process was checked by whoever decoded it.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, get_args

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.arguments import alias_of

LONGEST_PAGE = 10_000
"""So many a page has at most inside the process. From outside it has at most as many as `Limit` says."""


@frozen
class ArgumentCheck:
    """What is checked of one argument.

    Attributes:
        position: among the arguments that may be given without a name; -1 where it takes one.
        require: raises `BadInput` for a value that can't be.
    """

    name: str
    position: int
    require: Callable[[str, Any], None]

    def apply(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Check the argument of a call, if it is among those given."""
        if 0 <= self.position < len(args):
            self.require(self.name, args[self.position])
        elif self.name in kwargs:
            self.require(self.name, kwargs[self.name])


def checks_of(body: Callable[..., object]) -> tuple[ArgumentCheck, ...]:
    """Return the checks of a use case's arguments, those after the first two: itself and what it works with."""
    return tuple(_iter_checks(body))


def _iter_checks(body: Callable[..., object]) -> Iterator[ArgumentCheck]:
    for position, parameter in enumerate([*inspect.signature(body).parameters.values()][2:]):
        place = -1 if parameter.kind is inspect.Parameter.KEYWORD_ONLY else position
        if alias_of(parameter.annotation) == "Limit":
            yield ArgumentCheck(parameter.name, place, _require_page)
        elif states := _enum_of(parameter.annotation):
            yield ArgumentCheck(parameter.name, place, _member_check(states))


def _enum_of(annotation: object) -> type[Enum] | None:
    """Return the enumeration that an annotation names, alone or with None."""
    kinds = [one for one in (get_args(annotation) or (annotation,)) if one is not type(None)]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], type) and issubclass(kinds[0], Enum) else None


def _require_page(_: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_PAGE:
        raise BadInput(
            "A page can't have {count} records: ask for 1 to {limit}.", count=repr(value), limit=LONGEST_PAGE
        )


def _member_check(kind: type[Enum]) -> Callable[[str, Any], None]:
    words = [one.value for one in kind]

    def require(name: str, value: Any) -> None:
        if value is not None and not isinstance(value, kind) and value not in words:
            raise BadInput(
                "There is no {name:record} {code!r}: choose one of {allowed}.",
                name=name,
                code=value,
                allowed=tuple(words),
            )

    return require
