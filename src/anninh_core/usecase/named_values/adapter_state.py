"""The adapter state port over the storage: values are sealed under a scope of their own, leases are the storage's."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from anninh_core.kernel.errors import StorageError
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.ports.storages.storage import Lease
from anninh_core.usecase.encryption.encryptor import row_associated_data
from anninh_core.usecase.runner import UseCaseRunner

_log = logging.getLogger(__name__)


class EncryptedState:
    """The state of one messenger instance."""

    def __init__(self, runner: UseCaseRunner, instance: str) -> None:
        self._runner = runner
        self._context = runner.context
        self._owner = f"adapter:{instance}"
        self._held = set[Lease]()

    def get(self, name: str) -> Remembered:
        """Return a value, version 0 and b"" where there is none."""
        stored = self._context.storage.states.get(self._owner, name)
        if stored is None:
            return Remembered(0, b"")
        return Remembered(
            stored.version, self._context.encryptor.decrypt(self._owner, stored.body, self._associated_data(name))
        )

    def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected` and, with `fence`, that lease is still ours."""
        sealed = self._context.encryptor.encrypt(
            self._runner.ensure_key(self._owner), value, self._associated_data(name)
        )
        return self._context.storage.states.put(self._owner, name, sealed, expected, fence)

    @contextmanager
    def lease(self, name: str, ttl: timedelta) -> Iterator[Lease | None]:
        """Hold a named lease inside a `with`; None while another holder has it."""
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
                self._give_back(lease)

    def give_all_back(self) -> None:
        """Give back what threads hold that are left behind: the next process needn't wait until it runs out."""
        for lease in [*self._held]:
            self._give_back(lease)

    def _give_back(self, lease: Lease) -> None:
        """Give a lease back. Where that fails it runs out by itself, and what was done under it isn't lost for it."""
        self._held.discard(lease)
        try:
            self._context.storage.leases.release(lease)
        except StorageError as error:
            _log.warning("lease %s runs out by itself: it can't be given back (%s)", lease.name, type(error).__name__)

    def _associated_data(self, name: str) -> bytes:
        return row_associated_data("state", f"{self._owner}:{name}")
