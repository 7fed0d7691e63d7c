"""Keys under a passphrase: scrypt makes a key of it, AES-256-GCM wraps with that."""

import os

import msgspec
from attrs import evolve, field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from anninh_core.kernel.errors import BadInput, DecryptionError, StorageError
from anninh_core.kernel.text import nfc
from anninh_core.ports.keys import KeysCopy

MIN_LENGTH = 12
"""Characters that a passphrase has at least."""

_NONCE_BYTES = 12
_MAX_MEMORY = 1 << 30


@frozen(kw_only=True)
class KdfParameters:
    """How keys are wrapped; all of it stands in clear beside them, and is bound to them.

    Attributes:
        n, r, p: cost of scrypt: n × r × 128 bytes of memory, p times. The default takes 128 MiB and less than a second.
    """

    kdf: str = "scrypt"
    n: int = 1 << 17
    r: int = 8
    p: int = 1
    salt: bytes = b""


@frozen
class _WrappedKeys:
    wrapping: KdfParameters
    sealed: bytes = field(repr=False)


_WRAPPED_DECODER = msgspec.json.Decoder(_WrappedKeys)
_KEYS_COPY_DECODER = msgspec.json.Decoder(KeysCopy)


def wrap(copy: KeysCopy, passphrase: str, wrapping: KdfParameters | None = None) -> bytes:
    """Return keys as bytes that only the passphrase opens.

    Args:
        copy: the keys.
        passphrase: at least `MIN_LENGTH` characters; composed and decomposed letters are the same.
        wrapping: the cost; its salt is made anew.

    Raises:
        BadInput: the passphrase is too short.
    """
    require_long(passphrase)
    parameters = evolve(wrapping or KdfParameters(), salt=os.urandom(16))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(passphrase, parameters).encrypt(nonce, msgspec.json.encode(copy), msgspec.json.encode(parameters))
    return msgspec.json.encode(_WrappedKeys(parameters, nonce + sealed))


def require_long(passphrase: str) -> None:
    """Raise `BadInput` for a passphrase that is too short."""
    if len(passphrase) < MIN_LENGTH:
        raise BadInput(
            f"a passphrase of {len(passphrase)} characters is too short; use {MIN_LENGTH} or more, or five words"
        )


def unwrap(wrapped: bytes, passphrase: str) -> KeysCopy:
    """Return the keys.

    Raises:
        DecryptionError: another passphrase, or altered bytes.
        StorageError: this version doesn't know how they are wrapped.
    """
    try:
        wrapped_keys = _WRAPPED_DECODER.decode(wrapped)
    except msgspec.DecodeError as error:
        raise StorageError(f"the wrapped keys are damaged ({error}); use another copy of the file") from error
    parameters = wrapped_keys.wrapping
    if parameters.kdf != "scrypt" or parameters.n * parameters.r * 128 > _MAX_MEMORY or parameters.p > 16:
        raise StorageError(f"keys wrapped by {parameters.kdf} at this cost are unknown to this version; update anninh")
    associated_data, sealed = msgspec.json.encode(parameters), wrapped_keys.sealed
    try:
        plain = _cipher(passphrase, parameters).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], associated_data)
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            "the passphrase is not the one of this file, or its keys were altered; try again"
        ) from error
    return _KEYS_COPY_DECODER.decode(plain)


def _cipher(passphrase: str, cost: KdfParameters) -> AESGCM:
    kdf = Scrypt(salt=cost.salt, length=32, n=cost.n, r=cost.r, p=cost.p)
    return AESGCM(kdf.derive(nfc(passphrase).encode()))
