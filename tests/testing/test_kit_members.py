"""What a backend lacks of its port is told before its rules stumble over it."""

from typing import Any, Protocol

import pytest

from anninh_core.plugins.members import find_missing_members, find_refused_arguments
from anninh_core.testing.kits.members import Incomplete


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
    """Members that aren't there are listed by their paths, and methods with the arguments that they don't take."""
    assert find_missing_members(Port, Half()) == ["name", "inner.write", "close"]
    assert find_refused_arguments(Port, Half()) == ["inner.read(limit)"]
    assert find_missing_members(Port, object()) == ["name", "inner", "close"]


def test_complete_backend_lacks_nothing() -> None:
    """A backend that has everything lacks nothing, also where its methods take any arguments or don't tell which."""
    assert [*find_missing_members(Port, Whole()), *find_refused_arguments(Port, Whole())] == []


def test_incomplete_backend_fails_in_a_sentence() -> None:
    """What is there of a backend works as it is; whoever asks for what isn't there fails in a sentence."""
    half: Any = Incomplete(Half(), Port, lambda path: f"{path} is missing: see X-01")
    assert half.inner.read(3) == 3
    with pytest.raises(pytest.fail.Exception, match=r"^inner\.write is missing: see X-01$"):
        half.inner.write()


def test_what_is_beyond_the_port() -> None:
    """What no port asks for may be missing: a rule about it is skipped, also where a member of the port is missing."""
    half: Any = Incomplete(Half(), Port, lambda path: f"{path} is missing: see X-01")
    assert not hasattr(half.inner, "put_back")
