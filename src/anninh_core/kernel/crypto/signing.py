"""Ed25519 signatures that are verified with a public key alone, and chains of keys, each certified by its
predecessor.
"""

from collections.abc import Sequence
from hashlib import sha256

from attrs import evolve, field, frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from anninh_core._moved import keep_old_imports

SEED_BYTES = 32
"""Length of a private key in bytes."""

_CERTIFICATE = "signing key"
_DERIVATION = b"anninh signing key 1"
_ID_LENGTH = 32


@frozen(kw_only=True)
class PublicKey:
    """A public key, certified by the key before it in a chain.

    Attributes:
        key: 32 bytes.
        certified_by: id of the preceding key; "" for the first.
        certificate: signature of the preceding key over this key; empty for the first.
    """

    key: bytes
    certified_by: str = ""
    certificate: bytes = b""

    @property
    def id(self) -> str:
        """The public key's fingerprint: 32 hex digits, to be compared over another channel."""
        return sha256(self.key).hexdigest()[:_ID_LENGTH]


@frozen(kw_only=True)
class KeyChain:
    """The current private key, and the chain of public keys up to it.

    Attributes:
        seed: the private key; earlier private keys are not kept.
        public: oldest first; the last belongs to `seed`.
    """

    seed: bytes = field(repr=False)
    public: tuple[PublicKey, ...]

    @classmethod
    def begin(cls, seed: bytes) -> "KeyChain":
        """Return a chain with a single key, whose private part is `seed`."""
        return cls(seed=seed, public=(PublicKey(key=_derive_public_bytes(seed)),))

    @classmethod
    def from_secret(cls, secret: bytes) -> "KeyChain":
        """Return a chain with a single key derived from a secret, so that all copies of a keeper sign with the same key
        from the start.
        """
        return cls.begin(HKDF(SHA256(), SEED_BYTES, salt=_DERIVATION, info=None).derive(secret))

    @property
    def current(self) -> PublicKey:
        """The public key that belongs to the current private key."""
        return self.public[-1]

    def sign(self, purpose: str, content: bytes) -> bytes:
        """Sign content; a signature for one purpose is invalid for another."""
        return _load_private_key(self.seed).sign(_format_signed_bytes(purpose, content))

    def rotated(self, seed: bytes) -> "KeyChain":
        """Return the chain with a new key, certified by the current key, and without the current private key."""
        certificate = self.sign(_CERTIFICATE, _derive_public_bytes(seed))
        public_key = PublicKey(key=_derive_public_bytes(seed), certified_by=self.current.id, certificate=certificate)
        return evolve(self, seed=seed, public=(*self.public, public_key))

    @property
    def is_consistent(self) -> bool:
        """Whether the private key fits the last public key, and each public key is certified."""
        return self.current.key == _derive_public_bytes(self.seed) and find_uncertified_key(self.public) is None


def verify_signature(key: PublicKey, purpose: str, content: bytes, signature: bytes) -> bool:
    """Return whether a signature was made with `key` for this purpose and content."""
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, _format_signed_bytes(purpose, content))
    except (InvalidSignature, ValueError):
        return False
    return True


def find_uncertified_key(keys: Sequence[PublicKey]) -> PublicKey | None:
    """Return the first key of a chain (oldest first) without a valid certificate of its predecessor, or None."""
    for number, key in enumerate(keys):
        before = keys[number - 1] if number else None
        if before is None:
            certified = not key.certified_by
        else:
            certified = key.certified_by == before.id and verify_signature(
                before, _CERTIFICATE, key.key, key.certificate
            )
        if not certified:
            return key
    return None


def _format_signed_bytes(purpose: str, content: bytes) -> bytes:
    return f"anninh {purpose} 1\n".encode() + content


def _load_private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _derive_public_bytes(seed: bytes) -> bytes:
    return _load_private_key(seed).public_key().public_bytes_raw()


keep_old_imports(__name__)
