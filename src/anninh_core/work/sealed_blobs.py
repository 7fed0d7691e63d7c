"""Blobs encrypted whole before they leave the core, and opened again for whoever may use them."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.blobs import Blobs
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.sealing import DataKey

_SCOPE = "blobs"
_BOUND_TO = b"blob"


class SealedBlobs:
    """The blob port with clear bytes on this side and sealed ones on the other.

    A blob's name is the digest of its sealed bytes. The nonce is a keyed hash of the content, so that the same content
    is stored once and whoever sees the store can't test a guess.

    Args:
        desk: seals and opens.
        blobs: where the sealed bytes lie.
        scope: erasure scope that seals them; "" for files that nobody's purge takes away. Whoever opens a blob has to
            name the scope that it was put under.
    """

    def __init__(self, runner: UseCaseRunner, blobs: Blobs, scope: str = "") -> None:
        self._runner = runner
        self._context = runner.context
        self._blobs = blobs
        self._scope = scope or _SCOPE

    def put(self, data: bytes) -> str:
        """Seal and store bytes; returns the name under which `get` finds them.

        Raises:
            SealBroken: the scope has no key. It was purged: nothing more is kept of it.
        """
        digest = sha256(data).hexdigest()
        shared = self._scope == _SCOPE
        nonce = bytes.fromhex(self._context.keys.blind(_SCOPE, digest if shared else f"{self._scope}:{digest}")[:24])
        return self._blobs.put(nonce + self._key(shared).cipher.encrypt(nonce, data, _BOUND_TO))

    def _key(self, shared: bool) -> DataKey:
        key = self._runner.stored_key(_SCOPE) if shared else self._context.sealer.key_for(self._scope)
        if key.new is not None:
            raise DecryptionError(
                f"the key of scope {self._scope!r} is destroyed; nothing more is kept of what it sealed"
            )
        return key

    def get(self, digest: str) -> bytes:
        """Return the clear bytes.

        Raises:
            NotFound: no such blob.
            SealBroken: the bytes were altered, or the key is destroyed.
        """
        return self._context.sealer.open(self._scope, self._blobs.get(digest), _BOUND_TO)

    def delete(self, digest: str, before: datetime | None = None) -> bool:
        """Remove a blob, with `before` only if it was last stored before then; returns whether it was removed."""
        return self._blobs.delete(digest, before)

    def digests(self) -> Iterator[str]:
        """Yield the name of every blob."""
        return self._blobs.digests()

    def older(self, before: datetime) -> Iterator[str]:
        """Yield the names of blobs that were last stored before a moment."""
        return self._blobs.older(before)

    def sweep(self, before: datetime) -> int:
        """Remove what writers that crashed before a moment left half-written; returns how many."""
        return self._blobs.sweep(before)
