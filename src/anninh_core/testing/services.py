"""Services that an adapter under test gets from the core, without a storage: state and leases are kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from anninh_core.kernel.clock import RandomIds, SystemClock
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.clock import Clock, Ids
from anninh_core.ports.messengers.adapter import AdapterServices, Remembered
from anninh_core.ports.storages.storage import Lease
from anninh_core.testing.memory.blobs import MemoryBlobs


def memory_services(clock: Clock | None = None, ids: Ids | None = None, blobs: Blobs | None = None) -> AdapterServices:
    """Build the services for one adapter under test, with the system clock and random ids by default.

    Args:
        clock, ids: for the adapter.
        blobs: the store of its messages' files; an empty one by default.
    """
    clock = clock or SystemClock()
    return AdapterServices(
        clock=clock, ids=ids or RandomIds(clock), state=MemoryState(clock), blobs=blobs or MemoryBlobs()
    )


class MemoryState:
    """Named values with versions, and leases with fencing tokens, in memory. It is safe for several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._values: dict[str, Remembered] = {}
        self._tokens: dict[str, int] = {}
        self._leases: dict[str, Lease] = {}

    def get(self, name: str) -> Remembered:
        """Return a stored value with its version, or version 0 and b"" if there is no value."""
        with self._lock:
            return self._values.get(name, Remembered(0, b""))

    def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected` and, if `fence` is given, that lease is still valid; return
        whether it was stored.
        """
        with self._lock:
            if fence is not None and self._find_valid_lease(fence.name, self._clock.now()) != fence:
                return False
            if self._values.get(name, Remembered(0, b"")).version != expected:
                return False
            self._values[name] = Remembered(expected + 1, value)
            return True

    @contextmanager
    def lease(self, name: str, ttl: timedelta) -> Iterator[Lease | None]:
        """Hold a named lease inside a `with` block; yield None if another holder has it."""
        lease = self._acquire(name, ttl)
        try:
            yield lease
        finally:
            if lease is not None:
                self._release(lease)

    def _acquire(self, name: str, ttl: timedelta) -> Lease | None:
        with self._lock:
            now = self._clock.now()
            if self._find_valid_lease(name, now) is not None:
                return None
            self._tokens[name] = self._tokens.get(name, 0) + 1
            self._leases[name] = Lease(name, self._tokens[name], now + ttl)
            return self._leases[name]

    def _release(self, lease: Lease) -> None:
        with self._lock:
            if self._leases.get(lease.name) == lease:
                del self._leases[lease.name]

    def _find_valid_lease(self, name: str, now: datetime) -> Lease | None:
        lease = self._leases.get(name)
        return lease if lease is not None and now < lease.until else None
