"""Named values with versions, in memory."""

from attrs import frozen

from anninh_core.ports.storages.storage import Lease, StateValue
from anninh_core.testing.memory.ports.leases import is_lease_held
from anninh_core.testing.memory.tables import Tables


@frozen
class MemoryStates:
    """Values in a dictionary by owner and name."""

    _tables: Tables

    def get(self, owner: str, name: str) -> StateValue | None:
        """Return a stored value with its version, or None."""
        with self._tables.lock:
            return self._tables.states.get((owner, name))

    def put(self, owner: str, name: str, body: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected` (0 means absent) and the lease `fence` isn't lost."""
        with self._tables.lock:
            stored = self._tables.states.get((owner, name))
            if (stored.version if stored else 0) != expected or (
                fence is not None and not is_lease_held(self._tables, fence)
            ):
                return False
            self._tables.states[owner, name] = StateValue(expected + 1, body)
            return True
