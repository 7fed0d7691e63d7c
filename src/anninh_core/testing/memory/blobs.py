"""Blobs in memory."""

from collections.abc import Iterator
from hashlib import sha256

from anninh_core.kernel.errors import NotFound


class MemoryBlobs:
    """Byte strings under their SHA-256, gone with the process."""

    name = "memory"

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256 in hex."""
        digest = sha256(data).hexdigest()
        self._blobs[digest] = data
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes; `NotFound` where there are none."""
        try:
            return self._blobs[digest]
        except KeyError:
            raise NotFound(f"no blob {digest!r} is stored") from None

    def delete(self, digest: str) -> bool:
        """Remove a blob; False where there was none."""
        return self._blobs.pop(digest, None) is not None

    def digests(self) -> Iterator[str]:
        """Yield every digest stored, sorted."""
        yield from sorted(self._blobs)
