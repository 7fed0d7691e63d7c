"""Ed25519: signatures that anybody can check with a public key, and keys certified by those before them."""

from collections.abc import Sequence
from hashlib import sha256

from attrs import evolve, field, frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEED_BYTES = 32
"""Length of a private key."""

_CERTIFICATE = "signing key"
_DERIVATION = b"anninh signing key 1"
_ID_LENGTH = 32


@frozen(kw_only=True)
class PublicKey:
    """A public key, and who says that it follows the one before.

    Attributes:
        key: 32 bytes.
        certified_by: id of the key before it; "" for the first.
        certificate: signature of the key before it over this one; empty for the first.
    """

    key: bytes
    certified_by: str = ""
    certificate: bytes = b""

    @property
    def id(self) -> str:
        """The fingerprint: 32 hex digits, to be compared over another channel."""
        return sha256(self.key).hexdigest()[:_ID_LENGTH]


@frozen(kw_only=True)
class KeyChain:
    """The private key in use, and the public keys that led to it.

    Attributes:
        seed: the private key; those before it are gone.
        public: oldest first; the last belongs to `seed`.
    """

    seed: bytes = field(repr=False)
    public: tuple[PublicKey, ...]

    @classmethod
    def begin(cls, seed: bytes) -> "KeyChain":
        """Return a chain of one key."""
        return cls(seed=seed, public=(PublicKey(key=_public_bytes(seed)),))

    @classmethod
    def derive(cls, secret: bytes) -> "KeyChain":
        """Return a chain of one key, always the same for a secret: copies of a keeper sign alike from the start."""
        return cls.begin(HKDF(SHA256(), SEED_BYTES, salt=_DERIVATION, info=None).derive(secret))

    @property
    def current(self) -> PublicKey:
        """The key that signs now."""
        return self.public[-1]

    def sign(self, purpose: str, content: bytes) -> bytes:
        """Sign content; a signature for one purpose is none for another."""
        return _private_key(self.seed).sign(_signed_bytes(purpose, content))

    def rotated(self, seed: bytes) -> "KeyChain":
        """Return the chain with a new key, certified by the present one, whose private half is left behind."""
        certificate = self.sign(_CERTIFICATE, _public_bytes(seed))
        new = PublicKey(key=_public_bytes(seed), certified_by=self.current.id, certificate=certificate)
        return evolve(self, seed=seed, public=(*self.public, new))

    @property
    def is_whole(self) -> bool:
        """Whether private and public keys belong together, and each public key is certified."""
        return self.current.key == _public_bytes(self.seed) and find_uncertified(self.public) is None


def verify_signature(key: PublicKey, purpose: str, content: bytes, signature: bytes) -> bool:
    """Tell whether a signature was made with a key, for this purpose and content."""
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, _signed_bytes(purpose, content))
    except (InvalidSignature, ValueError):
        return False
    return True


def find_uncertified(keys: Sequence[PublicKey]) -> PublicKey | None:
    """Return the first key of a chain, oldest first, that the one before it didn't certify; None if each is."""
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


def _signed_bytes(purpose: str, content: bytes) -> bytes:
    return f"anninh {purpose} 1\n".encode() + content


def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public_bytes(seed: bytes) -> bytes:
    return _private_key(seed).public_key().public_bytes_raw()
