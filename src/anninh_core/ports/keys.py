"""The port for key stores, which hold epoch keys and wrap data keys with them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from attrs import evolve, field, frozen

from anninh_core.kernel.crypto.signing import KeyChain, PublicKey

AskPassphrase = Callable[[], str]
"""Function that returns the passphrase of a key file; raises `ConfigurationError` if the passphrase is unavailable."""


@frozen(kw_only=True)
class KeysCopy:
    """A copy of all keys of a key store, in clear: they decrypt everything.

    Attributes:
        form: algorithms of wrapping and hashing; a keeper adopts only keys of its own form.
        blind: the key of blind hashes.
        current: name of the epoch in use.
        epochs: name -> epoch key.
        signing: keys that sign heads of the journal; None if nothing was ever signed.
    """

    form: str
    blind: bytes = field(repr=False)
    current: str
    epochs: Mapping[str, bytes] = field(repr=False)
    signing: KeyChain | None = field(default=None, repr=False)

    def has_same_keys(self, other: "KeysCopy") -> bool:
        """Whether both copies have the same keys; a missing signing key in one of them is ignored, as it may be
        older.
        """
        return evolve(self, signing=None) == evolve(other, signing=None) and self.signing in (None, other.signing)


@frozen
class Signature:
    """A signature, and the id of the key that made it."""

    key: str
    signature: bytes


@frozen
class NotedHead:
    """Head of a journal at the last check, which a key store keeps apart from the storage.

    Attributes:
        store: id of the journal: the hash of its first line.
        seq, hash: its last line at that time.
    """

    store: str
    seq: int
    hash: str


class Keys(Protocol):
    """Key store for the keys that never enter the storage: a file, an HSM, a key service."""

    @property
    def epoch(self) -> str:
        """Name of the current epoch, under whose key new data keys are wrapped."""
        ...

    def wrap(self, data_key: bytes, scope: str) -> tuple[str, bytes]:
        """Wrap a data key for an erasure scope; return the name of the epoch and the wrapped key."""
        ...

    def unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        """Return the data key from a wrapped key.

        Raises:
            DecryptionError: the epoch key is destroyed, or the bytes belong to another scope.
        """
        ...

    def blind(self, purpose: str, value: str) -> str:
        """Return a keyed hash of a value: equal values have equal hashes, and the hash discloses nothing else."""
        ...

    def turn_epoch(self) -> str:
        """Begin a new key epoch and return its name."""
        ...

    def destroy_epoch(self, epoch: str) -> None:
        """Destroy the key of an old epoch: data keys that are still wrapped with it can't be unwrapped any more."""
        ...


@runtime_checkable
class ManyKeys(Keys, Protocol):
    """A key store that unwraps many data keys at once: lists and searches open hundreds of bodies."""

    def unwrap_many(self, wrapped: Sequence[tuple[str, bytes, str]]) -> Sequence[bytes]:
        """Unwrap (epoch, wrapped key, scope) tuples as `unwrap` does; return the data keys in the same order.

        Raises:
            DecryptionError: `unwrap` would raise it for one of them.
        """
        ...


@runtime_checkable
class PortableKeys(Keys, Protocol):
    """A key store with exportable keys; those of an HSM aren't."""

    def export(self) -> KeysCopy:
        """Return a copy of all keys of the key store."""
        ...

    def adopt(self, copy: KeysCopy) -> None:
        """Adopt the keys in a copy, durably. Adopting the current keys again changes nothing.

        Raises:
            BadInput: this keeper was used or is older than this process, so that its own keys would be lost; or the
                copy is unsuitable.
        """
        ...


@runtime_checkable
class SigningKeys(Keys, Protocol):
    """A key store that signs, by Ed25519. With other key stores, heads of the journal are unsigned and marked so."""

    def sign(self, purpose: str, content: bytes) -> Signature:
        """Sign content as `KeyChain.sign` does; the first call may make the key, durably."""
        ...

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public keys for signatures, oldest first, each certified by the one before; empty if nothing was
        signed yet.
        """
        ...

    def rotate_signing_key(self) -> PublicKey:
        """Create a new signing key, certified by the old key, and destroy the old private key."""
        ...


@runtime_checkable
class NotesHeads(Keys, Protocol):
    """A key store that keeps heads of the journal apart from the storage, so that a rollback of the journal is
    detected.
    """

    def note_head(self, head: NotedHead) -> None:
        """Store a head of a journal durably; it replaces an earlier head of the same journal. The last noted is the
        newest.
        """
        ...

    def noted_heads(self) -> Sequence[NotedHead]:
        """Return the noted head of each journal, the last noted at the end."""
        ...


@runtime_checkable
class ProtectableKeys(Keys, Protocol):
    """A key store with optional passphrase protection: a copy of its files contains no keys without the passphrase.

    A class of such keepers declares `takes_passphrase = True`, and is called with `passphrase=` too.
    """

    @property
    def is_protected(self) -> bool:
        """Whether a passphrase protects the keys."""
        ...

    def protect(self, passphrase: str) -> None:
        """Protect the keys by a passphrase, durably; an earlier passphrase is replaced.

        Raises:
            BadInput: the passphrase is too short.
        """
        ...

    def unprotect(self) -> None:
        """Remove the passphrase protection."""
        ...


@runtime_checkable
class ListsEpochs(Keys, Protocol):
    """A key store that lists its epochs, so that old ones can be destroyed when due."""

    @property
    def epochs(self) -> Sequence[str]:
        """Names of the available key epochs, oldest first."""
        ...
