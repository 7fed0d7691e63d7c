"""Storage of blobs as files in a folder."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from anninh_core.kernel.errors import NotFound, StorageError
from anninh_core.kernel.files import TEMPORARY_PREFIX, make_folder, write_atomically
from anninh_storage.locks import hold_lock

_LOCK = ".lock"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class LocalBlobs:
    """Stores each blob in a file named after its SHA-256, in two levels of folders so that none grows large.

    The modification time of a file is the time at which its blob was last stored. A lock keeps a blob that is being
    stored again from being removed as an old one, by this process or another.

    Args:
        root: the folder; created if it is missing.
    """

    name = "local"

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """Store bytes durably and return their SHA-256 in hex; a half-written blob is never visible.

        Raises:
            StorageError: the folder can't be written.
        """
        digest = sha256(data).hexdigest()
        path = self._path(digest)
        with _translate_write_errors(path):
            if not self._update_time(path):
                make_folder(path.parent)
                write_atomically(path, data)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of the blob with this digest.

        Raises:
            NotFound: no such blob.
            StorageError: the bytes can't be read or no longer match their digest.
        """
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise _build_not_found_error(digest) from None
        except OSError as error:
            raise StorageError(
                "{path} can't be read ({reason}): check the disk and the permissions.",
                path=self._path(digest),
                reason=error.strerror,
            ) from error
        if sha256(data).hexdigest() != digest:
            raise StorageError(
                "{path} was altered after it was stored: restore it from a backup.", path=self._path(digest)
            )
        return data

    def delete(self, digest: str, before: datetime | None = None) -> bool:
        """Remove a blob; if `before` is given, only if the blob was last stored before that moment. Return whether the
        blob was removed.

        Raises:
            StorageError: the folder can't be written.
        """
        if not _DIGEST.fullmatch(digest):
            return False
        path = self._path(digest)
        with _translate_write_errors(path):
            if not path.parent.is_dir():
                return False
            with hold_lock(self._root / _LOCK):
                removable = path.exists() and (before is None or path.stat().st_mtime < before.timestamp())
                if removable:
                    path.unlink()
        return removable

    def digests(self) -> Iterator[str]:
        """Yield the digest of every stored blob, sorted."""
        yield from sorted(path.name for path in self._root.glob("??/??/*") if _DIGEST.fullmatch(path.name))

    def older(self, before: datetime) -> Iterator[str]:
        """Yield the digests of blobs that were last stored before a moment, sorted."""
        for digest in self.digests():
            with suppress(FileNotFoundError):  # Another process may have removed the file meanwhile.
                if self._path(digest).stat().st_mtime < before.timestamp():
                    yield digest

    def sweep(self, before: datetime) -> int:
        """Remove the half-written files of writers that crashed before a moment; return their number."""
        leftovers = [
            path for path in self._root.glob(f"??/??/{TEMPORARY_PREFIX}*") if path.stat().st_mtime < before.timestamp()
        ]
        for path in leftovers:
            with _translate_write_errors(path):
                path.unlink()
        return len(leftovers)

    def _update_time(self, path: Path) -> bool:
        """Update the modification time of a blob's file; return whether the blob exists."""
        if not path.exists():
            return False
        with hold_lock(self._root / _LOCK):
            try:
                os.utime(path)
            except FileNotFoundError:
                return False
        return True

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise _build_not_found_error(digest)  # This check also keeps "../" out of paths.
        return self._root / digest[:2] / digest[2:4] / digest


@contextmanager
def _translate_write_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            "{path} can't be written ({reason}): free space, or give this process permission to write.",
            path=path,
            reason=error.strerror,
        ) from error


def _build_not_found_error(digest: str) -> NotFound:
    return NotFound("Blob {digest!r} isn't stored: blobs are named by 64 lower-case hexadecimal digits.", digest=digest)
