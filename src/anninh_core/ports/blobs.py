"""The blob port: content-addressed bytes, already encrypted when they arrive here."""

from collections.abc import Iterator
from typing import Protocol


class Blobs(Protocol):
    """A store of immutable byte strings under their SHA-256."""

    def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256 in hex; a half-written blob is never visible."""
        ...

    def get(self, digest: str) -> bytes:
        """Return the bytes.

        Raises:
            NotFound: no such blob.
            StorageError: the bytes no longer match their digest.
        """
        ...

    def delete(self, digest: str) -> bool:
        """Remove a blob; False where there was none."""
        ...

    def digests(self) -> Iterator[str]:
        """Yield every digest stored."""
        ...
