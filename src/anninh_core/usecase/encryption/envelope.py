"""Envelopes: bytes that only the holders of certain private keys can decrypt, even given the storage and its keys.

The bytes are encrypted once, by AES-256-GCM under a key of their own, and that key is wrapped for each holder by HPKE
(RFC 9180, base mode: X25519, HKDF-SHA256, AES-256-GCM). The envelope's subject is bound to both, so that no part can be
used in another envelope. A holder can wrap the key for another holder, and signs that wrap with a key derived from the
envelope's key: no one else can add or replace wraps.
"""

import os
from collections.abc import Collection, Mapping
from hashlib import sha256

from attrs import evolve, field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from anninh_core.kernel.crypto.signing import KeyChain, PublicKey, verify_signature
from anninh_core.kernel.errors import BadInput, DecryptionError

KEY_BYTES = 32
"""Length of a public key, and of a private key, in bytes."""

WRAP_BYTES = 80
"""Length of a wrap in bytes: the encapsulated key, the encrypted key, and a tag."""

_NONCE_BYTES = 12
_WRAP = "envelope wrap"
_ID_LENGTH = 32
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@frozen(kw_only=True)
class Wrap:
    """The key of an envelope, wrapped by a holder for a further holder.

    Attributes:
        key: id of the further holder's public key.
        proof: signature by a key derived from the envelope's key.
    """

    key: str
    wrap: bytes = field(repr=False)
    proof: bytes = field(default=b"", repr=False)

    @property
    def signed_bytes(self) -> bytes:
        """The bytes that `proof` signs: the key's id and the wrap."""
        return f"{self.key} ".encode() + self.wrap


@frozen(kw_only=True)
class Envelope:
    """Encrypted bytes, together with their key, which is wrapped for each holder.

    Attributes:
        ciphertext: nonce and encrypted bytes.
        wraps: id of a public key -> the bytes' key, wrapped for it.
        signer: public key, derived from the bytes' key, that verifies added wraps; empty in envelopes of earlier
            versions.
        added: ids of the keys whose wraps a holder made; all others were made together with the envelope.
    """

    ciphertext: bytes = field(repr=False)
    wraps: Mapping[str, bytes] = field(repr=False)
    signer: bytes = field(default=b"", repr=False)
    added: tuple[str, ...] = field(default=(), repr=False)

    @property
    def digest(self) -> str:
        """Id of the envelope's content; wraps for further holders don't change it."""
        return sha256(self.ciphertext).hexdigest()[:_ID_LENGTH]

    def with_wrap(self, wrap: Wrap) -> "Envelope":
        """Return a copy of the envelope with a wrap for a further holder.

        Raises:
            BadInput: the wrap wasn't made by a holder of the envelope, or its key has a wrap already.
        """
        if wrap.key in self.wraps:
            raise BadInput(
                "The details are already wrapped for key {key}, and that can't be replaced: propose another "
                "key with {act:identity.custodians.propose}.",
                key=wrap.key,
            )
        if self.signer and not verify_signature(PublicKey(key=self.signer), _WRAP, wrap.signed_bytes, wrap.proof):
            raise BadInput(
                "The wrap for key {key} wasn't made by a holder who can open the details: have such a holder "
                "wrap them again with `anninh custodians rewrap`.",
                key=wrap.key,
            )
        return evolve(self, wraps={**self.wraps, wrap.key: wrap.wrap}, added=(*self.added, wrap.key))

    def only_for(self, key_ids: Collection[str]) -> "Envelope":
        """Return a copy of the envelope with the wraps for `key_ids` only.

        Only a holder can verify that an added wrap opens the envelope. So if no original wrap would remain, all wraps
        stay; likewise if the original ones are unknown.
        """
        kept = {id: wrap for id, wrap in self.wraps.items() if id in key_ids}
        if not self.signer or not kept.keys() - {*self.added}:
            return self
        return evolve(self, wraps=kept, added=tuple(id for id in self.added if id in kept))


def compute_key_id(public_key: bytes) -> str:
    """Return the id of a public key, which people compare by eye: half of its SHA-256.

    Raises:
        BadInput: invalid public key.
    """
    if len(public_key) != KEY_BYTES:
        raise BadInput(
            "A public key must have {expected} bytes, but this one has {count}: copy it from the output of "
            "`anninh custodians make-key`.",
            expected=KEY_BYTES,
            count=len(public_key),
        )
    return sha256(public_key).hexdigest()[:_ID_LENGTH]


def derive_public_key(private_key: bytes) -> bytes:
    """Return the public key that belongs to a private key."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def make_private_key() -> bytes:
    """Create and return a new private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def seal_for_key(public_key: bytes, plain: bytes, about: str) -> bytes:
    """Encrypt bytes for the holder of one public key.

    Args:
        public_key: 32 bytes.
        about: subject of the bytes; needed for decryption.

    Raises:
        BadInput: a key without a holder, such as all zeros.
    """
    try:
        return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public_key), about.encode())
    except ValueError as error:
        raise BadInput(
            "This public key can't be used to seal anything ({reason}): have its holder make another one "
            "with `anninh custodians make-key`.",
            reason=error,
        ) from error


def open_sealed(private_key: bytes, sealed: bytes, about: str) -> bytes:
    """Decrypt bytes that `seal_for_key` encrypted.

    Raises:
        DecryptionError: the bytes were encrypted for another key or subject, or were altered.
    """
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private_key), about.encode())
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            "This was sealed to another key or for another purpose, or was altered: use the key that it names."
        ) from error


def seal_envelope(public_keys: Mapping[str, bytes], plain: bytes, about: str) -> Envelope:
    """Encrypt bytes for the holders of several public keys, which are given by their ids."""
    key = AESGCM.generate_key(8 * KEY_BYTES)
    nonce = os.urandom(_NONCE_BYTES)
    ciphertext = nonce + AESGCM(key).encrypt(nonce, plain, about.encode())
    return Envelope(
        ciphertext=ciphertext,
        wraps={id: seal_for_key(public, key, about) for id, public in public_keys.items()},
        signer=KeyChain.from_secret(key).current.key,
    )


def open_ciphertext(ciphertext: bytes, wrap: bytes, private_key: bytes, about: str) -> bytes:
    """Decrypt the bytes of an envelope with one of its wraps and the private key that opens it.

    Raises:
        DecryptionError: wrong key or subject, or altered bytes.
    """
    key = open_sealed(private_key, wrap, about)
    try:
        return AESGCM(key).decrypt(ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            "The sealed details were altered, or their key was exchanged: request them again."
        ) from error


def rewrap(wrap: bytes, private_key: bytes, public_key: bytes, about: str) -> Wrap:
    """Wrap the key of an envelope for a further holder; errors are those of `open_sealed` and `seal_for_key`."""
    key = open_sealed(private_key, wrap, about)
    unsigned = Wrap(key=compute_key_id(public_key), wrap=seal_for_key(public_key, key, about))
    return evolve(unsigned, proof=KeyChain.from_secret(key).sign(_WRAP, unsigned.signed_bytes))
