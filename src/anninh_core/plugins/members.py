"""What an adapter lacks of its port."""

import inspect
from collections.abc import Iterator
from typing import Any, cast, get_type_hints

ABSENT = object()
"""In place of a member that isn't there."""


def find_missing_members(port: type, backend: object) -> list[str]:
    """Return the paths of the members that a backend lacks of a protocol, and of the protocols in its properties."""
    return [path for path, _, member in _iter_paths(port, backend) if member is ABSENT]


def find_refused_arguments(port: type, backend: object) -> list[str]:
    """Return the paths of the methods that are there, each with the arguments that it refuses.

    An argument is taken by the port's name, and with its default where it has one.
    """
    refused = {
        path: _find_refused(wanted, member)
        for path, wanted, member in _iter_paths(port, backend)
        if inspect.isfunction(wanted) and member is not ABSENT
    }
    return [f"{path}({', '.join(arguments)})" for path, arguments in refused.items() if arguments]


def _iter_paths(port: type, backend: object, prefix: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield each member: its path, what the port has there, and what the backend has."""
    for name, wanted in iter_members(port):
        member = getattr(backend, name, ABSENT)
        yield f"{prefix}{name}", wanted, member
        if is_port(wanted) and member is not ABSENT:
            yield from _iter_paths(cast("type", wanted), member, f"{prefix}{name}.")


def iter_members(port: type) -> Iterator[tuple[str, object]]:
    """Yield each public member: a method as its function, an attribute or property as its type."""
    yield from get_type_hints(port).items()
    for name, member in vars(port).items():
        if isinstance(member, property):
            yield name, get_type_hints(member.fget)["return"]
        elif inspect.isfunction(member) and not name.startswith("_"):
            yield name, member


def is_port(wanted: object) -> bool:
    """Return whether a member of a port is a port of its own."""
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
