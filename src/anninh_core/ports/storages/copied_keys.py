"""Wrapping and unwrapping of data keys with a copy of keys, wherever the copy is stored: in a key file, in a recovery
copy, in memory.
"""

import hmac
import os
import re
from collections.abc import Collection, Sequence
from hashlib import sha256

from attrs import evolve
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.errors import BadInput, DecryptionError, Unsupported
from anninh_core.ports.keys import KeysCopy

FORM = "aes-256-gcm, hmac-sha256"
"""Name of the algorithms of wrapping and hashing; see `KeysCopy.form`."""

KEY_BYTES = 32
"""Length of an epoch key, and of the key of blind hashes, in bytes."""

EPOCH_NAME = re.compile(r"e\d{4,}")
"""Pattern of the names of epochs, which are numbered consecutively."""

_NONCE_BYTES = 12


class CopiedKeys:
    """Wraps, unwraps and hashes with a copy of keys. Immutable, so that threads share it without a lock.

    AES-256-GCM wraps data keys with the scope as associated data, so that a wrapped key opens for its own scope only;
    HMAC-SHA256 under a key of its own makes blind hashes.

    Args:
        copy: all of the keys.
        where: file of the keys, for errors.

    Raises:
        BadInput: the copy is of another form, or incomplete.
    """

    def __init__(self, copy: KeysCopy, where: str = "the copy") -> None:
        require_whole(copy)
        self.copy = copy
        self._where = where
        self._mac = hmac.new(copy.blind, digestmod=sha256)
        self._ciphers = {name: AESGCM(key) for name, key in copy.epochs.items()}

    @property
    def epoch(self) -> str:
        """Name of the current epoch in the copy, under whose key data keys are wrapped."""
        return self.copy.current

    @property
    def epochs(self) -> Sequence[str]:
        """Names of the key epochs in the copy, oldest first."""
        return tuple(sorted(self.copy.epochs, key=lambda name: (len(name), name)))

    def wrap(self, data_key: bytes, scope: str) -> tuple[str, bytes]:
        """Wrap a data key for a scope; return the epoch's name and the wrapped key."""
        nonce = os.urandom(_NONCE_BYTES)
        return self.epoch, nonce + self._ciphers[self.epoch].encrypt(nonce, data_key, scope.encode())

    def unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        """Return the data key from a wrapped key.

        Raises:
            DecryptionError: the epoch is unavailable, the scope is another one, or the bytes were altered.
        """
        if epoch not in self._ciphers:
            raise DecryptionError(
                "Key epoch {epoch!r} was destroyed or never existed here, so {scope!r} can't be opened.",
                epoch=epoch,
                scope=scope,
            )
        try:
            return self._ciphers[epoch].decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], scope.encode())
        except (InvalidTag, ValueError) as error:
            raise DecryptionError(
                "The wrapped key of {scope!r} can't be opened, because it was altered or belongs to another scope.",
                scope=scope,
            ) from error

    def blind(self, purpose: str, value: str) -> str:
        """Return a keyed hash of a value, for a purpose."""
        mac = self._mac.copy()  # Copying the HMAC costs half of making it from the key.
        mac.update(f"{purpose}\0{value}".encode())
        return mac.hexdigest()

    def turn_epoch(self) -> str:
        """Raise `Unsupported`: a copy of keys doesn't change."""
        raise Unsupported("A copy of keys can't begin a new epoch: rotate the keys in use with `anninh keys rotate`.")

    def destroy_epoch(self, epoch: str) -> None:
        """Raise `Unsupported`: a copy of keys doesn't change."""
        raise Unsupported(
            "Epoch {epoch!r} can't be destroyed in a copy of keys: destroy it in the keys in use.", epoch=epoch
        )


def require_whole(copy: KeysCopy) -> None:
    """Raise `BadInput` if a copy of keys is of another form or incomplete."""
    if copy.form != FORM:
        raise BadInput(
            "The copied keys have the form {form!r}, but only {expected!r} can be used here: use another copy.",
            form=copy.form,
            expected=FORM,
        )
    if {len(copy.blind), *map(len, copy.epochs.values())} != {KEY_BYTES} or copy.current not in copy.epochs:
        raise BadInput("The copy of the keys is incomplete: use another copy.")
    if copy.signing is not None and not copy.signing.is_consistent:
        raise BadInput("The signing keys of the copy don't belong together: use another copy.")


def with_new_epoch(copy: KeysCopy, taken: Collection[str]) -> KeysCopy:
    """Return a copy of keys with a new current epoch, under a name that was never used.

    Args:
        copy: copy of keys, older than the data.
        taken: epoch names used since the copy was made.
    """
    numbers = [int(name[1:]) for name in (*copy.epochs, *taken) if EPOCH_NAME.fullmatch(name)]
    epoch = f"e{max(numbers, default=0) + 1:04}"
    return evolve(copy, current=epoch, epochs={**copy.epochs, epoch: os.urandom(KEY_BYTES)})
