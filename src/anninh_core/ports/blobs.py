"""The blob port: content-addressed bytes, already encrypted when they arrive here.

A blob is kept for as long as its name stands, as 64 hex digits, in anything stored: a record, a row of a queue, the
state of an adapter. What nothing names is collected some time after it was stored.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol


class Blobs(Protocol):
    """A store of immutable byte strings under their SHA-256."""

    def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256 in hex; a half-written blob is never visible.

        A blob that is there already counts as stored at this moment.
        """
        ...

    def get(self, digest: str) -> bytes:
        """Return the bytes.

        Raises:
            NotFound: no such blob.
            StorageError: the bytes no longer match their digest.
        """
        ...

    def delete(self, digest: str, before: datetime | None = None) -> bool:
        """Remove a blob, with `before` only if it was last stored before then; returns whether it was removed.

        No blob is removed that is stored again at the same moment.
        """
        ...

    def digests(self) -> Iterator[str]:
        """Yield every digest stored."""
        ...

    def older(self, before: datetime) -> Iterator[str]:
        """Yield the digests of blobs that were last stored before a moment, which is aware."""
        ...

    def sweep(self, before: datetime) -> int:
        """Remove what writers that crashed before a moment left half-written; returns how many."""
        ...
