"""What an adapter gets from the core: sealed state, leases, blobs, clock and ids, each scoped to it."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from anninh_core.ports.blobs import Blobs
from anninh_core.ports.clock import Clock, Ids
from anninh_core.ports.storages.storage import Lease


@frozen
class Remembered:
    """A value of the adapter's state.

    Attributes:
        version: what `put` expects; 0 where there is none.
        value: as it was put, b"" where there is none.
    """

    version: int
    value: bytes


class AdapterState(Protocol):
    """Named values, sealed before they are stored. A name that was put once stays, so take few of them, and fixed ones.

    Whatever goes wrong is a `StorageError`, which a messenger turns into a `DeliveryError` where the port wants one.
    """

    def get(self, name: str) -> Remembered:
        """Return the value, version 0 and b"" where there is none."""
        ...

    def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected`; with `fence`, only while that lease is ours."""
        ...

    def lease(self, name: str, ttl: timedelta) -> AbstractContextManager[Lease | None]:
        """Hold a named lease inside a `with`; None while another holder has it. No database lock is held."""
        ...


@frozen(kw_only=True)
class AdapterServices:
    """The services of one adapter.

    Attributes:
        clock: the time, which a test may turn.
        ids: new ids.
        state: what is kept of tokens and places, and leases between processes. Whatever it raises is a `StorageError`.
        blobs: files that go along with messages, by the hash in `Attachment.blob`.
    """

    clock: Clock
    ids: Ids
    state: AdapterState
    blobs: Blobs
