"""Blobs in memory."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from threading import Lock

from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.errors import NotFound
from anninh_core.ports.clock import Clock


class MemoryBlobs:
    """Byte strings under their SHA-256, gone with the process.

    Args:
        clock: tells when a blob was stored; the machine's where none is given.
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
        """Return the bytes; `NotFound` where there are none."""
        try:
            return self._blobs[digest]
        except KeyError:
            raise NotFound(
                "Blob {digest!r} isn't stored: blobs are named by 64 lower-case hexadecimal digits.", digest=digest
            ) from None

    def delete(self, digest: str, before: datetime | None = None) -> bool:
        """Remove a blob, with `before` only if it was last stored before then; returns whether it was removed."""
        with self._lock:
            if digest not in self._blobs or (before is not None and self._stored[digest] >= before):
                return False
            del self._blobs[digest], self._stored[digest]
            return True

    def digests(self) -> Iterator[str]:
        """Yield every digest stored, sorted."""
        yield from sorted(self._blobs)

    def older(self, before: datetime) -> Iterator[str]:
        """Yield the digests of blobs that were last stored before a moment, sorted."""
        yield from sorted(digest for digest, stored in self._stored.items() if stored < before)

    def sweep(self, before: datetime) -> int:
        """Return 0: memory is never half-written."""
        return 0
