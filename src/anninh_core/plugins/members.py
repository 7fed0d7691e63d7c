"""Search for members of a port that an adapter lacks, or with arguments that it refuses."""

import inspect
from collections.abc import Iterator
from typing import Any, cast, get_type_hints

ABSENT = object()
"""Placeholder for a member that the adapter lacks."""


def find_missing_members(port: type, backend: object) -> list[str]:
    """Return the paths of the members of `port`, and of the ports in its properties, that `backend` lacks."""
    return [path for path, _, member in _iter_member_paths(port, backend) if member is ABSENT]


def find_refused_arguments(port: type, backend: object) -> list[str]:
    """Return the paths of the existing methods that refuse arguments of the port, each with those arguments.

    A method must take an argument by the port's name, with the same default.
    """
    refused = {
        path: _find_refused_names(port_member, member)
        for path, port_member, member in _iter_member_paths(port, backend)
        if inspect.isfunction(port_member) and member is not ABSENT
    }
    return [f"{path}({', '.join(arguments)})" for path, arguments in refused.items() if arguments]


def _iter_member_paths(port: type, backend: object, prefix: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield the path of each member of a port, with the port's member and the backend's."""
    for name, port_member in iter_members(port):
        member = getattr(backend, name, ABSENT)
        yield f"{prefix}{name}", port_member, member
        if is_port(port_member) and member is not ABSENT:
            yield from _iter_member_paths(cast("type", port_member), member, f"{prefix}{name}.")


def iter_members(port: type) -> Iterator[tuple[str, object]]:
    """Yield each public member of a port: a method as its function, an attribute or property as its type."""
    yield from get_type_hints(port).items()
    for name, member in vars(port).items():
        if isinstance(member, property):
            yield name, get_type_hints(member.fget)["return"]
        elif inspect.isfunction(member) and not name.startswith("_"):
            yield name, member


def is_port(member: object) -> bool:
    """Return whether a member of a port is itself a port."""
    return getattr(member, "_is_protocol", False)


def _find_refused_names(port_method: Any, method: Any) -> list[str]:
    try:
        accepted = inspect.signature(method).parameters
    except (TypeError, ValueError):  # The method has no signature that can be inspected.
        return []
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in accepted.values()):
        return []
    return [
        name
        for name, parameter in inspect.signature(port_method).parameters.items()
        if name != "self" and (name not in accepted or parameter.default != accepted[name].default)
    ]
