"""Base classes of an app's nouns: each verb is one line in a class body, which type checkers and `help` read."""

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from attrs import frozen

from anninh_core.vocabulary.former_operations import CURRENT_NAMES

if TYPE_CHECKING:
    from anninh_core.app.internals import Internals

N = TypeVar("N", bound="Noun")
S = TypeVar("S")
P = ParamSpec("P")
T = TypeVar("T")


class Noun:
    """A subject of an app; its methods are use cases.

    Args:
        path: the noun's path in the app, such as `tips` or `tips.clocks`.
    """

    def __init__(self, internals: "Internals", path: str) -> None:
        self._internals = internals
        self._path = path

    if not TYPE_CHECKING:  # Type checkers don't see `__getattr__`, so they accept only the current names.

        def __getattr__(self, name: str) -> Any:
            """Return the verb that formerly had this name, with a deprecation warning."""
            if (verb := self._find_renamed(f"{self._path}.{name}")) is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return verb

        def __call__(self, *args: object, **options: object) -> Any:
            """Call the verb that formerly had this noun's name, with a deprecation warning."""
            if (verb := self._find_renamed(self._path)) is None:
                raise TypeError(f"{type(self).__name__!r} object is not callable")
            return verb(*args, **options)

        def _find_renamed(self, former: str) -> Any:
            current = CURRENT_NAMES.get(former)
            if current is None:
                return None
            warnings.warn(f"app.{former} is deprecated: use app.{current}.", DeprecationWarning, stacklevel=3)
            return self._internals.find_verb(current)


class NestedNoun(Generic[N]):
    """Descriptor of a noun that is an attribute of another noun, for a rarer subject."""

    def __init__(self, noun_class: type[N]) -> None:
        self._noun_class = noun_class
        self._name = ""

    def __set_name__(self, owner: type[Noun], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, noun: None, owner: type[Noun]) -> type[N]: ...

    @overload
    def __get__(self, noun: Noun, owner: type[Noun]) -> N: ...

    def __get__(self, noun: Noun | None, owner: type[Noun]) -> N | type[N]:
        if noun is None:
            return self._noun_class
        inner = self._noun_class(vars(noun)["_internals"], f"{vars(noun)['_path']}.{self._name}")
        vars(noun)[self._name] = inner
        return inner


def nested(noun_class: type[N]) -> NestedNoun[N]:
    """Return a descriptor that makes the noun `noun_class` an attribute of another noun."""
    return NestedNoun(noun_class)


def find_nested(noun_class: type) -> Sequence[str]:
    """Return the names of the nouns that are attributes of `noun_class`, in the order of its class body."""
    return [name for name, member in vars(noun_class).items() if isinstance(member, NestedNoun)]


@frozen
class Part(Generic[S]):
    """A lookup of one service or workflow in an app's internals."""

    find: "Callable[[Internals], S]"


def part(find: "Callable[[Internals], S]") -> Part[S]:
    """Return a `Part` that looks up a service with `find`; the service's type is inferred from `find`."""
    return Part(find)


class Verb(Generic[S, P, T]):
    """Descriptor that exposes a use case of a service as a method of a noun."""

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
        # Later accesses find the bound method in the instance and bypass this descriptor.
        vars(noun)[self._name] = bound
        return bound


def verb(part: Part[S], method: Callable[Concatenate[S, P], T]) -> Verb[S, P, T]:
    """Return a descriptor that exposes a service's use case as a method of a noun.

    Args:
        part: looks up the service.
        method: the service's use case.
    """
    return Verb(part, method)
