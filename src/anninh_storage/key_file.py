"""Format of the key file, which holds the keys in clear, readable by every version, or sealed under a passphrase."""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Self

import msgspec
from attrs import field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.crypto.passphrase import KdfParameters, derive_cipher
from anninh_core.kernel.crypto.signing import KeyChain
from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.text import quote_text
from anninh_core.ports.keys import KeysCopy
from anninh_core.ports.storages.copied_keys import FORM, KEY_BYTES

_NONCE_BYTES = 12
_BOUND_TO = b"anninh key file 1\n"


class WrongPassphraseError(ValueError):
    """The passphrase is wrong, or the sealed keys were altered: decryption can't distinguish the two."""


@frozen
class Protection:
    """The cipher that seals a key file, derived from a passphrase that isn't kept.

    Attributes:
        parameters: parameters of the key derivation, in clear in the file.
        cipher: the derived key, in memory only.
    """

    parameters: KdfParameters
    cipher: AESGCM = field(repr=False, eq=False)

    @classmethod
    def derive(cls, passphrase: str, parameters: KdfParameters) -> Self:
        """Derive the cipher from a passphrase; slow on purpose."""
        return cls(parameters, derive_cipher(passphrase, parameters))


@frozen
class SealedKeys:
    """The sealed keys of a key file that a passphrase protects."""

    parameters: KdfParameters
    sealed: bytes = field(repr=False)

    def open(self, protection: Protection) -> KeysCopy:
        """Decrypt and return the keys, or raise `WrongPassphraseError`."""
        nonce = self.sealed[:_NONCE_BYTES]
        content = self.sealed[_NONCE_BYTES:]
        try:
            plain = protection.cipher.decrypt(nonce, content, _build_associated_data(self.parameters))
        except InvalidTag as error:
            raise WrongPassphraseError from error
        return _decode_clear(json.loads(plain))


def encode_key_file(copy: KeysCopy, protection: Protection | None) -> bytes:
    """Return the bytes of a key file: sealed if `protection` is given, else in clear."""
    texts = {name: _encode_key(key) for name, key in copy.epochs.items()}
    content: dict[str, object] = {"blind": _encode_key(copy.blind), "current": copy.current, "epochs": texts}
    if copy.signing is not None:
        content["signing"] = msgspec.to_builtins(copy.signing)
    if protection is not None:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = protection.cipher.encrypt(
            nonce, json.dumps(content).encode(), _build_associated_data(protection.parameters)
        )
        content = {"protected": msgspec.to_builtins(protection.parameters), "sealed": _encode_key(nonce + sealed)}
    return json.dumps(content, indent=2, sort_keys=True).encode()


def decode_key_file(data: bytes) -> KeysCopy | SealedKeys:
    """Return the keys of a key file, still sealed if the file is protected.

    Raises:
        StorageError: it is protected in a way that this version doesn't know.
        ValueError, TypeError, KeyError, AttributeError, or one of the `DECODE_ERRORS`: it is damaged, or no key file.
    """
    content = json.loads(data)
    if "protected" not in content:
        return _decode_clear(content)
    parameters = msgspec.convert(content["protected"], KdfParameters)
    if not parameters.is_known:
        raise StorageError(
            "This version can't open a key file that is protected by {kdf} at this cost: update anninh.",
            kdf=quote_text(parameters.kdf),
        )
    sealed = b64decode(content["sealed"], validate=True)
    if len(sealed) <= _NONCE_BYTES:
        raise ValueError("nothing is sealed in it")
    return SealedKeys(parameters, sealed)


def _decode_clear(content: Mapping[str, Any]) -> KeysCopy:
    blind = b64decode(content["blind"])
    current = str(content["current"])
    epochs = {str(name): b64decode(key) for name, key in content["epochs"].items()}
    if {len(blind), *map(len, epochs.values())} != {KEY_BYTES}:
        raise ValueError("a key of another length")
    if current not in epochs:
        raise ValueError("the current epoch key is missing")
    signing = msgspec.convert(content["signing"], KeyChain) if "signing" in content else None
    if signing is not None and not signing.is_consistent:
        raise ValueError("the signing keys don't belong together")
    return KeysCopy(form=FORM, blind=blind, current=current, epochs=epochs, signing=signing)


def _build_associated_data(parameters: KdfParameters) -> bytes:
    return _BOUND_TO + msgspec.json.encode(parameters)


def _encode_key(key: bytes) -> str:
    return b64encode(key).decode()
