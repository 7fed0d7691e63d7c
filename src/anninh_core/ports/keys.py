"""The keys port: holds epoch keys and wraps data keys with them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from attrs import evolve, field, frozen

from anninh_core.kernel.crypto.signing import KeyChain, PublicKey

AskPassphrase = Callable[[], str]
"""Returns the passphrase of a key file; raises `ConfigurationError` where nobody can be asked, or it isn't there."""


@frozen(kw_only=True)
class KeysCopy:
    """All keys of a keeper, in clear: whoever has this opens everything.

    Attributes:
        form: how they wrap and hash; a keeper adopts only what it wraps and hashes in the same way.
        blind: the key of blind hashes.
        current: name of the epoch in use.
        epochs: name -> epoch key.
        signing: what heads of the journal are signed with; None where nothing was ever signed.
    """

    form: str
    blind: bytes = field(repr=False)
    current: str
    epochs: Mapping[str, bytes] = field(repr=False)
    signing: KeyChain | None = field(default=None, repr=False)

    def has_same_keys(self, other: "KeysCopy") -> bool:
        """Whether both open and sign the same; one from before anything was signed is a copy of the same keys."""
        return evolve(self, signing=None) == evolve(other, signing=None) and self.signing in (None, other.signing)


@frozen
class Signature:
    """A signature, and the id of the key that made it."""

    key: str
    signature: bytes


@frozen
class NotedHead:
    """Where a journal stood when it was last looked at, kept apart from the storage.

    Attributes:
        store: names the journal: the hash of its first line.
        seq, hash: its last line then.
    """

    store: str
    seq: int
    hash: str


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


@runtime_checkable
class SigningKeys(Keys, Protocol):
    """A keeper that signs, by Ed25519. Without it heads of the journal are unsigned, and say so."""

    def sign(self, purpose: str, content: bytes) -> Signature:
        """Sign content as `KeyChain.sign` does; the first call may make the key, durably."""
        ...

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public keys, oldest first, each certified by the one before; empty if nothing was signed yet."""
        ...

    def rotate_signing_key(self) -> PublicKey:
        """Go on with a new key, certified by the old one, which is destroyed."""
        ...


@runtime_checkable
class NotesHeads(Keys, Protocol):
    """A keeper that remembers where the journal stood, apart from the storage: one that fell behind is noticed."""

    def note_head(self, head: NotedHead) -> None:
        """Remember a head durably, in place of an earlier one of the same journal; the last noted is the newest."""
        ...

    def noted_heads(self) -> Sequence[NotedHead]:
        """Return one head for each journal, the one noted last at the end."""
        ...


@runtime_checkable
class ProtectableKeys(Keys, Protocol):
    """A keeper that a passphrase may protect: whoever copies where the keys lie has none of them without it.

    A class of such keepers says so by `takes_passphrase = True`, and is called with `passphrase=` too.
    """

    @property
    def is_protected(self) -> bool:
        """Whether a passphrase protects the keys."""
        ...

    def protect(self, passphrase: str) -> None:
        """Protect the keys by a passphrase, durably, in place of the one before if there was one.

        Raises:
            BadInput: it is too short.
        """
        ...

    def unprotect(self) -> None:
        """Protect them no longer."""
        ...


@runtime_checkable
class ListsEpochs(Keys, Protocol):
    """A keeper that can tell which epochs it has: those of before can be destroyed when their time is over."""

    @property
    def epochs(self) -> Sequence[str]:
        """Names of the epochs whose keys are here, oldest first."""
        ...
