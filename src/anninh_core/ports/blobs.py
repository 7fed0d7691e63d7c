"""The port for blobs: byte strings stored under their hash, already encrypted when they arrive here.

A blob is kept as long as its name, as 64 hex digits, occurs in stored data: a record, a row of a queue, the state of an
adapter. Unreferenced blobs are collected some time after they were stored.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol


class Blobs(Protocol):
    """A store of immutable byte strings under their SHA-256."""

    def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256 in hex; a half-written blob is never visible.

        An existing blob counts as stored at this moment.
        """
        ...

    def get(self, digest: str) -> bytes:
        """Return the bytes of a blob.

        Raises:
            NotFound: no such blob.
            StorageError: the bytes no longer match their digest.
        """
        ...

    def delete(self, digest: str, before: datetime | None = None) -> bool:
        """Remove a blob; with `before`, only if it was last stored before that moment. Return whether it was removed.

        A blob that is stored again at the same moment isn't removed.
        """
        ...

    def digests(self) -> Iterator[str]:
        """Yield the digest of every stored blob."""
        ...

    def older(self, before: datetime) -> Iterator[str]:
        """Yield the digests of blobs that were last stored before a moment with a time zone."""
        ...

    def sweep(self, before: datetime) -> int:
        """Remove unfinished files of writers that crashed before a moment; return how many."""
        ...
