"""A blob store in memory."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from threading import Lock

from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.errors import NotFound
from anninh_core.ports.clock import Clock


class MemoryBlobs:
    """Byte strings by their SHA-256, kept until the process ends.

    Args:
        clock: gives the times at which blobs are stored; the system clock if None.
    """

    name = "memory"

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = Lock()
        self._blobs: dict[str, bytes] = {}
        self._stored: dict[str, datetime] = {}

    def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256 in hex."""
        digest = sha256(data).hexdigest()
        with self._lock:
            self._blobs[digest] = data
            self._stored[digest] = self._clock.now()
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes with this digest.

        Raises:
            NotFound: no blob has this digest.
        """
        try:
            return self._blobs[digest]
        except KeyError:
            raise NotFound(
                "Blob {digest!r} isn't stored: blobs are named by 64 lower-case hexadecimal digits.", digest=digest
            ) from None

    def delete(self, digest: str, before: datetime | None = None) -> bool:
        """Remove a blob, but if `before` is given only if it was last stored before that time; return whether it was
        removed.
        """
        with self._lock:
            if digest not in self._blobs or (before is not None and self._stored[digest] >= before):
                return False
            del self._blobs[digest], self._stored[digest]
            return True

    def digests(self) -> Iterator[str]:
        """Yield the digest of every stored blob, sorted."""
        yield from sorted(self._blobs)

    def older(self, before: datetime) -> Iterator[str]:
        """Yield the digests of blobs last stored before a time, sorted."""
        yield from sorted(digest for digest, stored in self._stored.items() if stored < before)

    def sweep(self, before: datetime) -> int:
        """Return 0: blobs in memory are never half-written."""
        return 0
