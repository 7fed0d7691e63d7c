"""Services of the core for an adapter: encrypted state, leases, blobs, clock and ids, each scoped to the adapter."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from anninh_core.ports.blobs import Blobs
from anninh_core.ports.clock import Clock, Ids
from anninh_core.ports.storages.storage import Lease


@frozen
class Remembered:
    """A stored value of an adapter's state, with its version.

    Attributes:
        version: version that `put` expects; 0 if there is no value.
        value: the stored value, b"" if there is none.
    """

    version: int
    value: bytes


class AdapterState(Protocol):
    """An adapter's named values, encrypted before they are stored. A name stays once it was put, so use few and fixed
    names.

    Every failure is a `StorageError`, which a messenger turns into a `DeliveryError` if the port requires one.
    """

    def get(self, name: str) -> Remembered:
        """Return the adapter's value with this name, or version 0 and b"" if there is none."""
        ...

    def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected`; with `fence`, only while that lease is ours."""
        ...

    def lease(self, name: str, ttl: timedelta) -> AbstractContextManager[Lease | None]:
        """Hold a named lease inside a `with`; yield None while another holder has it. No database lock is held."""
        ...


@frozen(kw_only=True)
class AdapterServices:
    """The services that the core provides to an adapter.

    Attributes:
        clock: current time, which tests may set.
        ids: source of new ids.
        state: stored tokens and positions, and leases between processes. Its errors are `StorageError`s.
        blobs: attached files, by the hash in `Attachment.blob`.
    """

    clock: Clock
    ids: Ids
    state: AdapterState
    blobs: Blobs
