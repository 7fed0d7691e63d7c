"""Marks that say a place to us and nothing to whoever holds them."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote
from anninh_core.ports.keys import Keys

# bytes
_NONCE = 12
_PLACE = 8
_PURPOSE = "sealed marks"


class SealedMarks:
    """Marks of places in the journal. Two of the same place differ, and one is good for its person alone.

    Args:
        keys: the secret follows from theirs, and is asked for once.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, place: int, person: str) -> str:
        """Return the mark of a place for a person."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, place.to_bytes(_PLACE), person.encode())
        return urlsafe_b64encode(sealed).decode()

    def open(self, mark: str, person: str) -> int:
        """Return the place of a mark.

        Raises:
            BadInput: it is none, or another person's.
        """
        try:
            sealed = urlsafe_b64decode(mark.encode())
            return int.from_bytes(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], person.encode()))
        except (InvalidTag, Error, ValueError):
            raise BadInput(
                "{mark} isn't a mark of yours: leave it out to begin with a new one.", mark=quote(mark)
            ) from None

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(sha256(self._keys.blind(_PURPOSE, "journal").encode()).digest())
