"""A kit lists the missing members of a backend before its rules fail because of them."""

from typing import Any, Protocol

import pytest

from anninh_core.plugins.members import find_missing_members, find_refused_arguments
from anninh_core.testing.kits.members import IncompleteBackend


class Inner(Protocol):
    def read(self, after: int, limit: int = 5) -> int: ...

    def write(self) -> None: ...


class Port(Protocol):
    name: str

    @property
    def inner(self) -> Inner: ...

    def close(self) -> None: ...


class HalfInner:
    def read(self, after: int) -> int:
        return after


class Half:
    inner = HalfInner()


class Whole:
    name = "whole"
    inner = type("Any", (), {"read": lambda **others: 0, "write": lambda: None})

    def close(self) -> None: ...


def test_missing_members_are_listed() -> None:
    """Missing members are listed by their paths, and methods with the arguments that they don't take."""
    assert find_missing_members(Port, Half()) == ["name", "inner.write", "close"]
    assert find_refused_arguments(Port, Half()) == ["inner.read(limit)"]
    assert find_missing_members(Port, object()) == ["name", "inner", "close"]


def test_complete_backend_lacks_nothing() -> None:
    """A complete backend lacks nothing, even if its methods take any arguments or have no readable signature."""
    assert [*find_missing_members(Port, Whole()), *find_refused_arguments(Port, Whole())] == []


def test_missing_member_fails_with_a_message() -> None:
    """The existing members of an incomplete backend work, and access to a missing one fails with a message."""
    half: Any = IncompleteBackend(Half(), Port, lambda path: f"{path} is missing: see X-01")
    assert half.inner.read(3) == 3
    with pytest.raises(pytest.fail.Exception, match=r"^inner\.write is missing: see X-01$"):
        half.inner.write()


def test_members_outside_the_port_may_be_missing() -> None:
    """A member outside the port may be missing without a failure, even if members of the port are missing too."""
    half: Any = IncompleteBackend(Half(), Port, lambda path: f"{path} is missing: see X-01")
    assert not hasattr(half.inner, "put_back")
