"""Ciphers derived from a passphrase by scrypt, which makes guessing costly in time and memory."""

import os

from attrs import evolve, field, frozen
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc

MIN_LENGTH = 12
"""Minimum number of characters of a passphrase."""

_SALT_BYTES = 16
_MAX_N = 1 << 20
_MAX_R = 32
_MAX_P = 16
_MAX_MEMORY = 1 << 30


@frozen(kw_only=True)
class KdfParameters:
    """How a key is derived from a passphrase; stored in clear next to the encrypted data, and authenticated with it.

    Attributes:
        n, r, p: cost of scrypt: n × r × 128 bytes of memory, p times. The default takes 128 MiB and less than a second.
    """

    kdf: str = "scrypt"
    n: int = 1 << 17
    r: int = 8
    p: int = 1
    salt: bytes = field(default=b"", repr=False)

    def with_new_salt(self) -> "KdfParameters":
        """Return parameters of the same cost with a new random salt, so that no two keys are the same."""
        return evolve(self, salt=os.urandom(_SALT_BYTES))

    @property
    def is_known(self) -> bool:
        """Whether the algorithm is supported and the cost within limits: parameters may come from a manipulated
        file.
        """
        limits = ((self.n, 2, _MAX_N), (self.r, 1, _MAX_R), (self.p, 1, _MAX_P))
        in_limits = all(low <= value <= high for value, low, high in limits) and self.n * self.r * 128 <= _MAX_MEMORY
        return self.kdf == "scrypt" and in_limits and self.n.bit_count() == 1


def derive_cipher(passphrase: str, parameters: KdfParameters) -> AESGCM:
    """Return the cipher derived from a passphrase; composed and decomposed letters in it are equal.

    Raises:
        ValueError: invalid parameters; check `is_known` first.
    """
    kdf = Scrypt(salt=parameters.salt, length=32, n=parameters.n, r=parameters.r, p=parameters.p)
    return AESGCM(kdf.derive(nfc(passphrase).encode()))


def require_long_passphrase(passphrase: str) -> None:
    """Raise `BadInput` if a passphrase is too short."""
    if len(passphrase) < MIN_LENGTH:
        raise BadInput(
            "A passphrase of {count} characters is too short: use at least {least}, or five words.",
            count=len(passphrase),
            least=MIN_LENGTH,
        )
