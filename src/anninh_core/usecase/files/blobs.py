"""Blobs that are encrypted before they leave the core, each as a whole, and decrypted when they are read."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from anninh_core.kernel.errors import Purged
from anninh_core.ports.blobs import Blobs
from anninh_core.usecase.encryption.encryptor import DataKey
from anninh_core.usecase.runner import UseCaseRunner

_SCOPE = "blobs"
_ASSOCIATED_DATA = b"blob"


class EncryptedBlobs:
    """A blob store with encryption: callers have plain bytes, the store has encrypted bytes.

    A blob's name is the digest of its encrypted bytes. The nonce is a keyed hash of the content, so that equal content
    is stored once and no reader of the store can test a guess.

    Args:
        blobs: store of the encrypted bytes.
        scope: erasure scope that encrypts them; "" for files that no purge removes. Reading a blob requires the scope
            that it was stored under.
        key: the scope's data key if the current act creates it; otherwise the key is looked up.
    """

    def __init__(self, runner: UseCaseRunner, blobs: Blobs, scope: str = "", key: DataKey | None = None) -> None:
        self._runner = runner
        self._context = runner.context
        self._blobs = blobs
        self._scope = scope or _SCOPE
        self._key = key

    def put(self, data: bytes) -> str:
        """Encrypt and store bytes; return the name for `get`.

        Raises:
            Purged: the scope has no key, so nothing more may be stored under it.
        """
        digest = sha256(data).hexdigest()
        is_shared = self._scope == _SCOPE
        nonce = bytes.fromhex(self._context.keys.blind(_SCOPE, digest if is_shared else f"{self._scope}:{digest}")[:24])
        return self._blobs.put(nonce + self._get_key(is_shared).cipher.encrypt(nonce, data, _ASSOCIATED_DATA))

    def _get_key(self, shared: bool) -> DataKey:
        if self._key is not None:
            return self._key
        key = self._runner.ensure_key(_SCOPE) if shared else self._context.encryptor.get_key(self._scope)
        if key.new is not None:
            raise Purged("The key of {scope!r} was destroyed: nothing more can be stored for it.", scope=self._scope)
        return key

    def get(self, digest: str) -> bytes:
        """Return the decrypted bytes of a blob.

        Raises:
            NotFound: no such blob.
            Purged, Damaged, KeysUnavailable: the blob can't be decrypted, as for `Encryptor.decrypt`.
        """
        return self._context.encryptor.decrypt(self._scope, self._blobs.get(digest), _ASSOCIATED_DATA)

    def delete(self, digest: str, before: datetime | None = None) -> bool:
        """Remove a blob, but if `before` is given only if it was last stored before that time; return whether it was
        removed.
        """
        return self._blobs.delete(digest, before)

    def digests(self) -> Iterator[str]:
        """Yield the name of every blob."""
        return self._blobs.digests()

    def older(self, before: datetime) -> Iterator[str]:
        """Yield the names of blobs that were last stored before a time."""
        return self._blobs.older(before)

    def sweep(self, before: datetime) -> int:
        """Remove partial files left by writers that crashed before a time; return their number."""
        return self._blobs.sweep(before)
