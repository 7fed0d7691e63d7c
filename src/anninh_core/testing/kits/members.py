"""A backend that lacks members of its port, of which each rule that needs one fails in a sentence."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from anninh_core._moved import keep_moved
from anninh_core.plugins.members import ABSENT, is_port, iter_members


class Incomplete:
    """Wraps a backend that lacks members: a rule that asks for one fails in a sentence.

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
        self._members = {name for name, _ in iter_members(port)}
        self._ports = {name: cast("type", wanted) for name, wanted in iter_members(port) if is_port(wanted)}

    def __getattr__(self, name: str) -> Any:
        path = f"{self._path}{name}"
        member = getattr(self._backend, name, ABSENT)
        if member is ABSENT and name not in self._members:
            raise AttributeError(path)  # of a protocol beyond the port, which is optional
        if member is ABSENT:
            pytest.fail(self._tell(path), pytrace=False)
        return Incomplete(member, self._ports[name], self._tell, f"{path}.") if name in self._ports else member


keep_moved(__name__)
