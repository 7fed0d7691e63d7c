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

LEAST = 12
"""Characters that a passphrase has at least."""

_NONCE = 12
_MOST_MEMORY = 1 << 30


@frozen(kw_only=True)
class Wrapping:
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
class _Wrapped:
    wrapping: Wrapping
    sealed: bytes = field(repr=False)


_WRAPPED = msgspec.json.Decoder(_Wrapped)
_KEYS_COPY = msgspec.json.Decoder(KeysCopy)


def wrap(copy: KeysCopy, passphrase: str, wrapping: Wrapping | None = None) -> bytes:
    """Return keys as bytes that only the passphrase opens.

    Args:
        copy: the keys.
        passphrase: at least `LEAST` characters; composed and decomposed letters are the same.
        wrapping: the cost; its salt is made anew.

    Raises:
        BadInput: the passphrase is too short.
    """
    if len(passphrase) < LEAST:
        raise BadInput(f"a passphrase of {len(passphrase)} characters is too short; use {LEAST} or more, or five words")
    chosen = evolve(wrapping or Wrapping(), salt=os.urandom(16))
    nonce = os.urandom(_NONCE)
    sealed = _cipher(passphrase, chosen).encrypt(nonce, msgspec.json.encode(copy), msgspec.json.encode(chosen))
    return msgspec.json.encode(_Wrapped(chosen, nonce + sealed))


def unwrap(wrapped: bytes, passphrase: str) -> KeysCopy:
    """Return the keys.

    Raises:
        SealBroken: another passphrase, or altered bytes.
        StorageError: this version doesn't know how they are wrapped.
    """
    try:
        found = _WRAPPED.decode(wrapped)
    except msgspec.DecodeError as error:
        raise StorageError(f"the wrapped keys are damaged ({error}); use another copy of the file") from error
    cost = found.wrapping
    if cost.kdf != "scrypt" or cost.n * cost.r * 128 > _MOST_MEMORY or cost.p > 16:
        raise StorageError(f"keys wrapped by {cost.kdf} at this cost are unknown to this version; update anninh")
    bound_to, sealed = msgspec.json.encode(cost), found.sealed
    try:
        plain = _cipher(passphrase, cost).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            "the passphrase is not the one of this file, or its keys were altered; try again"
        ) from error
    return _KEYS_COPY.decode(plain)


def _cipher(passphrase: str, cost: Wrapping) -> AESGCM:
    kdf = Scrypt(salt=cost.salt, length=32, n=cost.n, r=cost.r, p=cost.p)
    return AESGCM(kdf.derive(nfc(passphrase).encode()))
