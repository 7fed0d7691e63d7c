"""A wrapper for incomplete backends, with which a rule that needs a missing member fails with a sentence that names the
member.
"""

from collections.abc import Callable
from typing import Any, cast

import pytest

from anninh_core._moved import keep_old_imports
from anninh_core.plugins.members import ABSENT, is_port, iter_members


class IncompleteBackend:
    """Wraps a backend that lacks members of its port: a rule that uses a missing member fails with a sentence.

    Args:
        backend: the incomplete backend.
        port: its protocol.
        describe_missing: returns the sentence about a missing member, by the member's path.
        path: path of the backend within its storage, with a final dot; "" for the storage itself.
    """

    def __init__(self, backend: object, port: type, describe_missing: Callable[[str], str], path: str = "") -> None:
        self._backend = backend
        self._tell = describe_missing
        self._path = path
        self._members = {name for name, _ in iter_members(port)}
        self._ports = {name: cast("type", annotation) for name, annotation in iter_members(port) if is_port(annotation)}

    def __getattr__(self, name: str) -> Any:
        path = f"{self._path}{name}"
        member = getattr(self._backend, name, ABSENT)
        if member is ABSENT and name not in self._members:
            raise AttributeError(path)  # The member belongs to an optional protocol, which isn't part of the port.
        if member is ABSENT:
            pytest.fail(self._tell(path), pytrace=False)
        return IncompleteBackend(member, self._ports[name], self._tell, f"{path}.") if name in self._ports else member


keep_old_imports(__name__)
