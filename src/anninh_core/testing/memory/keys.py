"""Encryption keys in memory: the encryption is real, but the keys are lost with the process."""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from random import Random

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.crypto.signing import SEED_BYTES, KeyChain, PublicKey
from anninh_core.kernel.errors import BadInput, DecryptionError
from anninh_core.ports.keys import KeysCopy, NotedHead, Signature
from anninh_core.ports.storages.copied_keys import FORM

_NONCE_BYTES = 12


class MemoryKeys:
    """Epoch keys derived from a seed, so that a test run can be repeated. Never use them for real data.

    Args:
        seed: the same seed gives the same keys.
    """

    name = "memory"

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)
        self._signing_random = Random(f"signing {seed}")
        self._signing: KeyChain | None = None
        self._noted: dict[str, NotedHead] = {}
        self._blind_key = self._random.randbytes(32)
        self._epochs: dict[str, bytes] = {}
        self._epoch_number = 0
        self.turn_epoch()
        self._used = False

    @property
    def epoch(self) -> str:
        """Name of the epoch key that new data keys are wrapped with."""
        return f"e{self._epoch_number:04}"

    @property
    def epochs(self) -> Sequence[str]:
        """Names of the epochs that weren't destroyed, oldest first."""
        return tuple(self._epochs)

    def wrap(self, data_key: bytes, scope: str) -> tuple[str, bytes]:
        """Wrap a data key for a scope; returns the epoch's name and the wrapped key."""
        self._used = True
        nonce = self._random.randbytes(_NONCE_BYTES)
        return self.epoch, nonce + AESGCM(self._epochs[self.epoch]).encrypt(nonce, data_key, scope.encode())

    def unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        """Unwrap and return a data key.

        Raises:
            DecryptionError: the epoch was destroyed, the scope is another one, or the bytes were altered.
        """
        if epoch not in self._epochs:
            raise DecryptionError(
                "Key epoch {epoch!r} was destroyed or never existed here, so {scope!r} can't be opened.",
                epoch=epoch,
                scope=scope,
            )
        try:
            return AESGCM(self._epochs[epoch]).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], scope.encode())
        except (InvalidTag, ValueError) as error:
            raise DecryptionError(
                "The wrapped key of {scope!r} can't be opened, because it was altered or belongs to another scope.",
                scope=scope,
            ) from error

    def unwrap_many(self, wrapped: Sequence[tuple[str, bytes, str]]) -> Sequence[bytes]:
        """Unwrap and return several data keys, each given as (epoch, wrapped key, scope)."""
        return [self.unwrap(*item) for item in wrapped]

    def blind(self, purpose: str, value: str) -> str:
        """Return a keyed hash of a value."""
        self._used = True
        return hmac.digest(self._blind_key, f"{purpose}\0{value}".encode(), sha256).hex()

    def turn_epoch(self) -> str:
        """Begin a new epoch and return its name."""
        self._used = True
        self._epoch_number += 1
        self._epochs[self.epoch] = self._random.randbytes(32)
        return self.epoch

    def destroy_epoch(self, epoch: str) -> None:
        """Destroy the key of an old epoch; a second call changes nothing.

        Raises:
            BadInput: it is the current epoch.
        """
        if epoch == self.epoch:
            raise BadInput(
                "Epoch {epoch!r} is in use: begin a new epoch first, with `anninh keys rotate`.", epoch=epoch
            )
        self._epochs.pop(epoch, None)

    def sign(self, purpose: str, content: bytes) -> Signature:
        """Sign content and return the signature; the first call creates the signing key."""
        self._used = True
        chain = self._ensure_signing_keys()
        return Signature(chain.current.id, chain.sign(purpose, content))

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public keys, oldest first."""
        return self._signing.public if self._signing is not None else ()

    def rotate_signing_key(self) -> PublicKey:
        """Replace the signing key by a new one and return its public key."""
        self._signing = self._ensure_signing_keys().rotated(self._signing_random.randbytes(SEED_BYTES))
        return self._signing.current

    def note_head(self, head: NotedHead) -> None:
        """Note the current head of a journal, in place of the head noted earlier for it."""
        self._noted.pop(head.store, None)
        self._noted[head.store] = head

    def noted_heads(self) -> Sequence[NotedHead]:
        """Return the noted head of each journal, the most recently noted head last."""
        return tuple(self._noted.values())

    def _ensure_signing_keys(self) -> KeyChain:
        if self._signing is None:
            self._signing = KeyChain.from_secret(self._blind_key)
        return self._signing

    def export(self) -> KeysCopy:
        """Return a copy of all keys."""
        return KeysCopy(
            form=FORM,
            blind=self._blind_key,
            current=self.epoch,
            epochs=dict(self._epochs),
            signing=self._signing,
        )

    def adopt(self, copy: KeysCopy) -> None:
        """Import keys from a copy; importing the same keys again changes nothing.

        Raises:
            BadInput: other keys were used here already, or the copy has another format.
        """
        if copy.has_same_keys(self.export()):
            return
        if self._used:
            raise BadInput(
                "The keys here have been used and would be lost: adopt other keys before anything is sealed."
            )
        if copy.form != FORM or copy.current not in copy.epochs:
            raise BadInput(
                "Keys of the form {form!r} can't be adopted here: use keys of the form {allowed!r}.",
                form=copy.form,
                allowed=FORM,
            )
        self._blind_key = copy.blind
        self._epochs = dict(copy.epochs)
        self._signing = copy.signing
        self._epoch_number = int(copy.current.removeprefix("e"))
        self._used = True
