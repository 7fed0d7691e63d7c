"""The keys port: holds epoch keys and wraps data keys with them."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from attrs import field, frozen


@frozen(kw_only=True)
class KeysCopy:
    """All keys of a keeper, in clear: whoever has this opens everything.

    Attributes:
        form: how they wrap and hash; a keeper adopts only what it wraps and hashes in the same way.
        blind: the key of blind hashes.
        current: name of the epoch in use.
        epochs: name -> epoch key.
    """

    form: str
    blind: bytes = field(repr=False)
    current: str
    epochs: Mapping[str, bytes] = field(repr=False)


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
            DecryptionError: the epoch key is destroyed, or the bytes belong to another scope.
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


@runtime_checkable
class ManyKeys(Keys, Protocol):
    """A keeper that is asked for many data keys at once: lists and searches open hundreds of bodies."""

    def unwrap_many(self, wrapped: Sequence[tuple[str, bytes, str]]) -> Sequence[bytes]:
        """Return the data keys, in their order, of (epoch, wrapped key, scope): what `unwrap` returns for each.

        Raises:
            DecryptionError: `unwrap` would raise it for one of them.
        """
        ...


@runtime_checkable
class PortableKeys(Keys, Protocol):
    """A keeper whose keys can move elsewhere; those of an HSM can't."""

    def export(self) -> KeysCopy:
        """Return a copy of all keys."""
        ...

    def adopt(self, copy: KeysCopy) -> None:
        """Take over keys from elsewhere, durably. Adopting the keys that are here already changes nothing.

        Raises:
            BadInput: this keeper was used or is older than this process, so that its own keys would be lost; or the
                copy doesn't fit.
        """
        ...
