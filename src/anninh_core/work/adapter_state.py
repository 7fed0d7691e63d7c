"""The adapter state port over the storage: values are sealed under a scope of their own, leases are the storage's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from anninh_core.ports.adapter import Remembered
from anninh_core.ports.storage import Lease
from anninh_core.work.desk import Desk
from anninh_core.work.sealing import row_binding


class SealedState:
    """The state of one messenger instance."""

    def __init__(self, desk: Desk, instance: str) -> None:
        self._desk = desk
        self._owner = f"adapter:{instance}"

    def get(self, name: str) -> Remembered:
        """Return a value, version 0 and b"" where there is none."""
        stored = self._desk.storage.states.get(self._owner, name)
        if stored is None:
            return Remembered(0, b"")
        return Remembered(stored.version, self._desk.sealer.open(self._owner, stored.body, self._binding(name)))

    def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected` and, with `fence`, that lease is still ours."""
        sealed = self._desk.sealer.seal(self._desk.stored_key(self._owner), value, self._binding(name))
        return self._desk.storage.states.put(self._owner, name, sealed, expected, fence)

    @contextmanager
    def lease(self, name: str, ttl: timedelta) -> Iterator[Lease | None]:
        """Hold a named lease inside a `with`; None while another holder has it."""
        leases = self._desk.storage.leases
        lease = leases.acquire(f"{self._owner}:{name}", self._desk.ids.new(), self._desk.clock.now(), ttl)
        try:
            yield lease
        finally:
            if lease is not None:
                leases.release(lease)

    def _binding(self, name: str) -> bytes:
        return row_binding("state", f"{self._owner}:{name}")
