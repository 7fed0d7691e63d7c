"""Envelopes: bytes that only the holders of some private keys open, whoever holds the storage and its keys.

The bytes are encrypted once, by AES-256-GCM under a key of their own, and that key is wrapped for each holder by HPKE
(RFC 9180, base mode: X25519, HKDF-SHA256, AES-256-GCM). What an envelope is about is bound to both, so that none of it
opens as a part of another envelope. Whoever may open it can wrap its key for somebody else.
"""

import os
from collections.abc import Collection, Mapping
from hashlib import sha256

from attrs import evolve, field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from anninh_core.kernel.errors import BadInput, DecryptionError

KEY_BYTES = 32
"""Length of a public key, and of a private one."""

WRAP_BYTES = 80
"""Length of a wrap: what the sender adds, the key, and a tag."""

_NONCE_BYTES = 12
_ID_LENGTH = 32
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@frozen(kw_only=True)
class Envelope:
    """Encrypted bytes, with their key wrapped for each holder.

    Attributes:
        ciphertext: nonce and bytes encrypted.
        wraps: id of a public key -> the bytes' key, wrapped for it.
    """

    ciphertext: bytes = field(repr=False)
    wraps: Mapping[str, bytes] = field(repr=False)

    @property
    def digest(self) -> str:
        """What tells it from the envelope that was there before: other holders don't change it."""
        return sha256(self.ciphertext).hexdigest()[:_ID_LENGTH]

    def with_wrap(self, key_id: str, wrap: bytes) -> "Envelope":
        """Return the envelope for one holder more."""
        return evolve(self, wraps={**self.wraps, key_id: wrap})

    def only_for(self, key_ids: Collection[str]) -> "Envelope":
        """Return the envelope without the wraps of other holders."""
        return evolve(self, wraps={id: wrap for id, wrap in self.wraps.items() if id in key_ids})


def key_id_of(public_key: bytes) -> str:
    """Return the id of a public key, by which people compare two: half of its SHA-256.

    Raises:
        BadInput: it is no public key.
    """
    if len(public_key) != KEY_BYTES:
        raise BadInput(f"a public key has {KEY_BYTES} bytes, this one {len(public_key)}; take it from `make-key`")
    return sha256(public_key).hexdigest()[:_ID_LENGTH]


def public_key_of(private_key: bytes) -> bytes:
    """Return the public key that belongs to a private one."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def make_private_key() -> bytes:
    """Return a new private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def seal_to(public_key: bytes, plain: bytes, about: str) -> bytes:
    """Encrypt bytes for the holder of one key.

    Args:
        public_key: 32 bytes.
        plain: what to encrypt.
        about: what the bytes are for; they open for nothing else.

    Raises:
        BadInput: it is a key that nobody holds, such as one of zeros.
    """
    try:
        return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public_key), about.encode())
    except ValueError as error:
        raise BadInput(f"nothing can be sealed to this public key ({error}); let its holder make another") from error


def open_sealed(private_key: bytes, sealed: bytes, about: str) -> bytes:
    """Decrypt what `seal_to` encrypted.

    Raises:
        DecryptionError: it was sealed to another key, for something else, or altered.
    """
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private_key), about.encode())
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            "this was sealed to another key, for another purpose, or was altered; use the key it names"
        ) from error


def seal_envelope(public_keys: Mapping[str, bytes], plain: bytes, about: str) -> Envelope:
    """Encrypt bytes for the holders of several keys, which stand by their ids."""
    key, nonce = AESGCM.generate_key(8 * KEY_BYTES), os.urandom(_NONCE_BYTES)
    ciphertext = nonce + AESGCM(key).encrypt(nonce, plain, about.encode())
    return Envelope(
        ciphertext=ciphertext,
        wraps={id: seal_to(public, key, about) for id, public in public_keys.items()},
    )


def open_ciphertext(ciphertext: bytes, wrap: bytes, private_key: bytes, about: str) -> bytes:
    """Decrypt an envelope's bytes by one of its wraps.

    Raises:
        DecryptionError: the key, or what it is about, is another one; or it was altered.
    """
    key = open_sealed(private_key, wrap, about)
    try:
        return AESGCM(key).decrypt(ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise DecryptionError("the sealed details were altered, or their key was exchanged; ask anew") from error


def rewrap(wrap: bytes, private_key: bytes, public_key: bytes, about: str) -> bytes:
    """Wrap an envelope's key for one holder more; raises as `open_sealed` and `seal_to` do."""
    return seal_to(public_key, open_sealed(private_key, wrap, about), about)
