"""What a backend lacks of its port, in one sentence, before its rules stumble over it one by one."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, cast, get_type_hints

import pytest

_ABSENT = object()


def find_missing_members(port: type, backend: object) -> list[str]:
    """Return the paths of the members that a backend lacks of a protocol, and of the protocols in its properties."""
    return [path for path, _, member in _iter_paths(port, backend) if member is _ABSENT]


def find_refused_arguments(port: type, backend: object) -> list[str]:
    """Return the paths of the methods that are there, each with the arguments that it refuses.

    An argument is taken by the port's name, and with its default where it has one.
    """
    refused = {
        path: _find_refused(wanted, member)
        for path, wanted, member in _iter_paths(port, backend)
        if inspect.isfunction(wanted) and member is not _ABSENT
    }
    return [f"{path}({', '.join(arguments)})" for path, arguments in refused.items() if arguments]


def _iter_paths(port: type, backend: object, prefix: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield each member: its path, what the port has there, and what the backend has."""
    for name, wanted in _iter_members(port):
        member = getattr(backend, name, _ABSENT)
        yield f"{prefix}{name}", wanted, member
        if _is_port(wanted) and member is not _ABSENT:
            yield from _iter_paths(cast("type", wanted), member, f"{prefix}{name}.")


def _iter_members(port: type) -> Iterator[tuple[str, object]]:
    """Yield each public member: a method as its function, an attribute or property as its type."""
    yield from get_type_hints(port).items()
    for name, member in vars(port).items():
        if isinstance(member, property):
            yield name, get_type_hints(member.fget)["return"]
        elif inspect.isfunction(member) and not name.startswith("_"):
            yield name, member


def _is_port(wanted: object) -> bool:
    return getattr(wanted, "_is_protocol", False)


def _find_refused(wanted: Any, method: Any) -> list[str]:
    try:
        known = inspect.signature(method).parameters
    except (TypeError, ValueError):  # it doesn't tell
        return []
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values()):
        return []
    return [
        name
        for name, parameter in inspect.signature(wanted).parameters.items()
        if name != "self" and (name not in known or parameter.default != known[name].default)
    ]


class Incomplete:
    """Stands before a backend that lacks members: whoever asks for one fails in a sentence.

    Args:
        backend: what is there of it.
        port: its protocol.
        tell: says in a sentence that the member of a path is missing.
        path: of the backend, for members of members.
    """

    def __init__(self, backend: object, port: type, tell: Callable[[str], str], path: str = "") -> None:
        self._backend = backend
        self._tell = tell
        self._path = path
        self._ports = {name: cast("type", wanted) for name, wanted in _iter_members(port) if _is_port(wanted)}

    def __getattr__(self, name: str) -> Any:
        path = f"{self._path}{name}"
        member = getattr(self._backend, name, _ABSENT)
        if member is _ABSENT:
            pytest.fail(self._tell(path), pytrace=False)
        return Incomplete(member, self._ports[name], self._tell, f"{path}.") if name in self._ports else member
