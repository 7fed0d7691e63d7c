"""The keys port: holds epoch keys and wraps data keys with them."""

from typing import Protocol


class Keys(Protocol):
    """Where the keys live that never enter the storage: a file, an HSM, a key service."""

    @property
    def epoch(self) -> str:
        """Name of the epoch key that new data keys are wrapped with."""
        ...

    def wrap(self, data_key: bytes, scope: str) -> tuple[str, bytes]:
        """Wrap a data key for a scope; returns the epoch's name and the wrapped key."""
        ...

    def unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        """Return the data key.

        Raises:
            SealBroken: the epoch key is destroyed, or the bytes belong to another scope.
        """
        ...

    def blind(self, purpose: str, value: str) -> str:
        """Return a keyed hash of a value: equal values have equal hashes, and the hash tells nothing else."""
        ...

    def turn_epoch(self) -> str:
        """Begin a new epoch and return its name."""
        ...

    def destroy_epoch(self, epoch: str) -> None:
        """Destroy an old epoch key: what is still wrapped with it can't be opened any more."""
        ...
