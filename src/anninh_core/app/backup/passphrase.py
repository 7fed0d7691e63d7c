"""Encryption of keys with a passphrase, for a bundle or a recovery copy: scrypt derives a key, AES-256-GCM encrypts
with it.
"""

import os

import msgspec
from attrs import field, frozen
from cryptography.exceptions import InvalidTag

from anninh_core.kernel.crypto.passphrase import KdfParameters, derive_cipher, require_long_passphrase
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import DecryptionError, StorageError
from anninh_core.kernel.text import quote_text
from anninh_core.ports.keys import KeysCopy

_NONCE_BYTES = 12


@frozen
class _WrappedKeys:
    wrapping: KdfParameters
    sealed: bytes = field(repr=False)


_WRAPPED_DECODER = msgspec.json.Decoder(_WrappedKeys)
_KEYS_COPY_DECODER = msgspec.json.Decoder(KeysCopy)


def wrap(copy: KeysCopy, passphrase: str, wrapping: KdfParameters | None = None) -> bytes:
    """Return `copy`, encrypted with a passphrase.

    Args:
        passphrase: at least `passphrase.MIN_LENGTH` characters; composed and decomposed letters are equivalent.
        wrapping: cost of the key derivation; a new salt is always generated.

    Raises:
        BadInput: the passphrase is too short.
    """
    require_long_passphrase(passphrase)
    parameters = (wrapping or KdfParameters()).with_new_salt()
    nonce = os.urandom(_NONCE_BYTES)
    sealed = derive_cipher(passphrase, parameters).encrypt(
        nonce, msgspec.json.encode(copy), msgspec.json.encode(parameters)
    )
    return msgspec.json.encode(_WrappedKeys(parameters, nonce + sealed))


def unwrap_keys(wrapped: bytes, passphrase: str) -> KeysCopy:
    """Decrypt and return the keys.

    Raises:
        DecryptionError: the passphrase is wrong, or the bytes were altered.
        StorageError: the encrypted keys are damaged, or this version doesn't support their format.
    """
    try:
        wrapped_keys = _WRAPPED_DECODER.decode(wrapped)
    except DECODE_ERRORS as error:
        raise StorageError(
            "The wrapped keys are damaged ({reason}): use another copy of the file.",
            reason=describe_decode_error(error, wrapped),
        ) from error
    parameters = wrapped_keys.wrapping
    if not parameters.is_known:
        raise StorageError(
            "This version can't open keys that were wrapped with {kdf} at this cost: update anninh.",
            kdf=quote_text(parameters.kdf),
        )
    associated_data = msgspec.json.encode(parameters)
    sealed = wrapped_keys.sealed
    try:
        plain = derive_cipher(passphrase, parameters).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], associated_data
        )
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            "The passphrase doesn't open the keys of this file, or the keys were altered: try again."
        ) from error
    try:
        return _KEYS_COPY_DECODER.decode(plain)
    except DECODE_ERRORS as error:
        raise StorageError(
            "This version can't read the wrapped keys ({reason}): update anninh.",
            reason=describe_decode_error(error, plain),
        ) from error
