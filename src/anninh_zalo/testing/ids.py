"""Ids in the platform's formats, the same in every run."""

import base64
import hashlib
from collections import Counter


class IdGenerator:
    """Generates ids from a seed and a count per kind.

    Users and official accounts have decimal strings beyond 2^53, which a float would damage; groups and messages have
    hexadecimal ones.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._counts: Counter[str] = Counter()

    def number(self, kind: str) -> str:
        """Return a new id of 19 digits."""
        return str(10**18 + int.from_bytes(self._next_digest(kind)[:8], "big") % (8 * 10**18))

    def hex(self, kind: str, length: int = 20) -> str:
        """Return a new id of hexadecimal digits."""
        return self._next_digest(kind).hex()[:length]

    def token(self, kind: str) -> str:
        """Return a new text in the form of a token."""
        return base64.urlsafe_b64encode(self._next_digest(kind) + self._next_digest(kind)).decode().rstrip("=")

    def _next_digest(self, kind: str) -> bytes:
        self._counts[kind] += 1
        return hashlib.sha256(f"{self._seed}:{kind}:{self._counts[kind]}".encode()).digest()


def app_scoped_id(app_id: str, user_id: str) -> str:
    """Return a user's id as one application gets it."""
    digest = hashlib.sha256(f"{app_id}:{user_id}".encode()).digest()
    return str(10**18 + int.from_bytes(digest[:8], "big") % (8 * 10**18))
