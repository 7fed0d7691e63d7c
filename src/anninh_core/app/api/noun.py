"""How a noun of an app names its verbs: one line for each in the class body, which type checkers and `help` read."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, TypeVar, overload

from attrs import frozen

if TYPE_CHECKING:
    from anninh_core.app.internals import Internals

S = TypeVar("S")
P = ParamSpec("P")
T = TypeVar("T")


class Noun:
    """A subject of an app, whose methods are its use cases."""

    def __init__(self, internals: "Internals") -> None:
        self._internals = internals


@frozen
class Part(Generic[S]):
    """Where the internals of an app have a service or a workflow."""

    find: "Callable[[Internals], S]"


def part(find: "Callable[[Internals], S]") -> Part[S]:
    """Return where the internals have a service; its type is inferred from the function."""
    return Part(find)


class Verb(Generic[S, P, T]):
    """A use case of a service as a method of a noun."""

    def __init__(self, part: Part[S], method: Callable[Concatenate[S, P], T]) -> None:
        self._part = part
        self._method = method
        self._name = ""

    def __set_name__(self, owner: type[Noun], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, noun: None, owner: type[Noun]) -> Callable[Concatenate[S, P], T]: ...

    @overload
    def __get__(self, noun: Noun, owner: type[Noun]) -> Callable[P, T]: ...

    def __get__(self, noun: Noun | None, owner: type[Noun]) -> Callable[P, T] | Callable[Concatenate[S, P], T]:
        if noun is None:
            return self._method
        bound: Callable[P, T] = getattr(self._part.find(vars(noun)["_internals"]), self._method.__name__)
        vars(noun)[self._name] = bound  # the next access gets it without this descriptor
        return bound


def verb(part: Part[S], method: Callable[Concatenate[S, P], T]) -> Verb[S, P, T]:
    """Return a verb of a noun.

    Args:
        part: where the service is.
        method: its use case.
    """
    return Verb(part, method)
