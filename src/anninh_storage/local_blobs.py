"""Blobs in a folder."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from anninh_core.kernel.errors import NotFound, StorageError
from anninh_core.kernel.files import make_folder, write_whole

_DIGEST = re.compile(r"[0-9a-f]{64}")


class LocalBlobs:
    """One file a blob, named after its SHA-256, in two levels of folders so that none grows large.

    Args:
        root: the folder; made if it isn't there.
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
        try:
            if not path.exists():
                make_folder(path.parent)
                write_whole(path, data)
        except OSError as error:
            raise StorageError(
                f"{path}: {error.strerror}; free space or give this process the right to write"
            ) from error
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes.

        Raises:
            NotFound: no such blob.
            StorageError: the bytes can't be read or no longer match their digest.
        """
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise _not_found(digest) from None
        except OSError as error:
            raise StorageError(
                f"{self._path(digest)}: {error.strerror}; check the disk and the folder's rights"
            ) from error
        if sha256(data).hexdigest() != digest:
            raise StorageError(f"{self._path(digest)} was altered since it was stored; restore it from a backup")
        return data

    def delete(self, digest: str) -> bool:
        """Remove a blob; False where there was none.

        Raises:
            StorageError: the folder can't be written.
        """
        try:
            self._path(digest).unlink()
        except (FileNotFoundError, NotFound):
            return False
        except OSError as error:
            raise StorageError(
                f"{self._path(digest)}: {error.strerror}; give this process the right to write"
            ) from error
        return True

    def digests(self) -> Iterator[str]:
        """Yield every digest stored, sorted."""
        yield from sorted(path.name for path in self._root.glob("??/??/*") if _DIGEST.fullmatch(path.name))

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise _not_found(digest)  # also keeps "../" out of paths
        return self._root / digest[:2] / digest[2:4] / digest


def _not_found(digest: str) -> NotFound:
    return NotFound(f"no blob {digest!r} is stored; blobs are named by 64 lower-case hex digits")
