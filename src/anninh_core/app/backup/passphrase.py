"""Keys under a passphrase, in a bundle or in a recovery copy: scrypt makes a key of it, AES-256-GCM wraps with that."""

import os
from pathlib import Path

import msgspec
from attrs import evolve, field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from anninh_core.kernel.errors import BadInput, ConfigurationError, DecryptionError, StorageError
from anninh_core.kernel.files import write_atomically
from anninh_core.kernel.text import nfc
from anninh_core.ports.keys import Keys, KeysCopy, PortableKeys

MIN_LENGTH = 12
"""Characters that a passphrase has at least."""

_NONCE_BYTES = 12
_MAX_N, _MAX_R, _MAX_P = 1 << 20, 32, 16
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
    except (msgspec.DecodeError, RecursionError) as error:
        raise StorageError(f"the wrapped keys are damaged ({error}); use another copy of the file") from error
    parameters = wrapped_keys.wrapping
    if parameters.kdf != "scrypt" or not _is_affordable(parameters):
        raise StorageError(f"keys wrapped by {parameters.kdf} at this cost are unknown to this version; update anninh")
    associated_data, sealed = msgspec.json.encode(parameters), wrapped_keys.sealed
    try:
        plain = _cipher(passphrase, parameters).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], associated_data)
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            "the passphrase is not the one of this file, or its keys were altered; try again"
        ) from error
    try:
        return _KEYS_COPY_DECODER.decode(plain)
    except msgspec.DecodeError as error:
        raise StorageError(f"the wrapped keys are none that this version reads ({error}); update anninh") from error


def _is_affordable(cost: KdfParameters) -> bool:
    """Tell whether a passphrase can be tried at this cost, which anybody may have written into the file."""
    limits = ((cost.n, 2, _MAX_N), (cost.r, 1, _MAX_R), (cost.p, 1, _MAX_P))
    return all(low <= value <= high for value, low, high in limits) and cost.n * cost.r * 128 <= _MAX_MEMORY


def _cipher(passphrase: str, cost: KdfParameters) -> AESGCM:
    kdf = Scrypt(salt=cost.salt, length=32, n=cost.n, r=cost.r, p=cost.p)
    return AESGCM(kdf.derive(nfc(passphrase).encode()))


def write_recovery_copy(keys: Keys, file: Path, passphrase: str) -> None:
    """Write a recovery copy, and read it again.

    Raises:
        ConfigurationError: the keeper's keys can't be copied, or there is a file already.
        BadInput: the passphrase is too short.
    """
    if file.exists():
        raise ConfigurationError(f"{file} exists already; name another file, so that no older copy is lost")
    write_atomically(file, wrap(_export(keys), passphrase))
    require_live_keys(keys, read_recovery_copy(file, passphrase))


def read_recovery_copy(file: Path, passphrase: str) -> KeysCopy:
    """Return the keys of a recovery copy.

    Raises:
        ConfigurationError: it can't be read.
        DecryptionError: another passphrase, or an altered file.
        StorageError: it is no recovery copy.
    """
    try:
        wrapped = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file} can't be read ({error.strerror}); name the recovery copy") from error
    return unwrap(wrapped, passphrase)


def require_live_keys(keys: Keys, copy: KeysCopy) -> None:
    """Check that a copy is one of the keys in use; it may be older than their newest epoch.

    Raises:
        ConfigurationError: it is of other keys, or the keeper's keys can't be compared.
    """
    if copy.blind != _export(keys).blind:  # it never changes, while epochs come and go
        raise ConfigurationError("the recovery copy is of other keys than this store's; look for the right one")


def _export(keys: Keys) -> KeysCopy:
    if not isinstance(keys, PortableKeys):
        raise ConfigurationError("these keys never leave their keeper; use the keeper's own recovery")
    return keys.export()
