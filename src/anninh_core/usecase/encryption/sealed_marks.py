"""Encrypted positions in the journal, which their holders can't read."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote_text
from anninh_core.ports.keys import Keys

# The length of each part of a mark, in bytes.
_NONCE = 12
_PLACE = 8
_PURPOSE = "sealed marks"


class SealedMarks:
    """Encrypts and decrypts marks of journal positions. Two marks of the same position differ, and each is valid for
    one person only.

    Args:
        keys: the secret is derived from them once.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, place: int, person: str) -> str:
        """Return a mark of a journal position, which is valid for one person."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, place.to_bytes(_PLACE), person.encode())
        return urlsafe_b64encode(sealed).decode()

    def open(self, mark: str, person: str) -> int:
        """Return the journal position that a mark contains.

        Raises:
            BadInput: it isn't a mark, or belongs to another person.
        """
        try:
            sealed = urlsafe_b64decode(mark.encode())
            return int.from_bytes(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], person.encode()))
        except (InvalidTag, Error, ValueError):
            raise BadInput(
                "{mark} isn't a mark of yours: leave it out to begin with a new one.", mark=quote_text(mark)
            ) from None

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(sha256(self._keys.blind(_PURPOSE, "journal").encode()).digest())
