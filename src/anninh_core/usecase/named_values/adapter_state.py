"""The adapter state port, implemented on the storage: values are encrypted under a scope of their own, leases are the
storage's.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from anninh_core.kernel.errors import StorageError
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.ports.storages.storage import Lease
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.runner import UseCaseRunner

_log = logging.getLogger(__name__)


class EncryptedState:
    """The encrypted named values and the leases of one messenger instance."""

    def __init__(self, runner: UseCaseRunner, instance: str) -> None:
        self._runner = runner
        self._context = runner.context
        self._owner = f"adapter:{instance}"
        self._held = set[Lease]()

    def get(self, name: str) -> Remembered:
        """Return a value with its version, or version 0 and b"" if it doesn't exist."""
        stored = self._context.storage.states.get(self._owner, name)
        if stored is None:
            return Remembered(0, b"")
        return Remembered(
            stored.version, self._context.encryptor.decrypt(self._owner, stored.body, self._associated_data(name))
        )

    def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected` and, if `fence` is given, the caller still holds that
        lease.
        """
        sealed = self._context.encryptor.encrypt(
            self._runner.ensure_key(self._owner), value, self._associated_data(name)
        )
        return self._context.storage.states.put(self._owner, name, sealed, expected, fence)

    @contextmanager
    def lease(self, name: str, ttl: timedelta) -> Iterator[Lease | None]:
        """Hold a named lease inside a `with` block; yield None if another holder has it."""
        leases = self._context.storage.leases
        lease = leases.acquire(f"{self._owner}:{name}", self._context.ids.new(), self._context.clock.now(), ttl)
        if lease is None:
            yield None
            return
        self._held.add(lease)
        try:
            yield lease
        finally:
            if lease in self._held:
                self._release(lease)

    def release_leases(self) -> None:
        """Release the leases of abandoned threads, so that the next process needn't wait until they expire."""
        for lease in [*self._held]:
            self._release(lease)

    def _release(self, lease: Lease) -> None:
        """Release a lease. If this fails, the lease expires later, and work done under it isn't lost."""
        self._held.discard(lease)
        try:
            self._context.storage.leases.release(lease)
        except StorageError as error:
            _log.warning("lease %s runs out by itself: it can't be given back (%s)", lease.name, type(error).__name__)

    def _associated_data(self, name: str) -> bytes:
        return build_row_associated_data("state", f"{self._owner}:{name}")
