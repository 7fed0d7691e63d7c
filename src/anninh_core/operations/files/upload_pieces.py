"""Storage of an uploaded file in pieces, each encrypted and stored on arrival, so that at most one piece is in
memory.
"""

from collections.abc import Sequence
from functools import lru_cache
from io import SEEK_CUR, SEEK_END, BufferedReader, RawIOBase

from anninh_core.usecase.files.blobs import EncryptedBlobs

PIECE = 1024 * 1024
"""Size in bytes of each piece except the last."""
_NAME = 32  # Number of bytes of a blob's name in the list of pieces.


class UploadPieces:
    """The pieces of an uploaded file, in order.

    Attributes:
        size: total bytes of the pieces so far.
    """

    def __init__(self, blobs: EncryptedBlobs) -> None:
        self._blobs = blobs
        self._names: list[str] = []
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Encrypt and store the next piece of the file; all pieces but the last have `PIECE` bytes."""
        self._names.append(self._blobs.put(piece))
        self.size += len(piece)

    def close(self) -> str:
        """Store the encrypted list of the file's pieces, and return its name in the blob store."""
        return self._blobs.put(b"".join(map(bytes.fromhex, self._names)))

    def open(self) -> BufferedReader:
        """Return the uploaded file opened for reading, with one piece in memory."""
        return BufferedReader(_PieceReader(self._blobs, self._names, self.size), 16_384)


def join_pieces(blobs: EncryptedBlobs, list_name: str) -> bytes:
    """Return the whole file from the list of its pieces."""
    names = blobs.get(list_name)
    return b"".join(blobs.get(names[start : start + _NAME].hex()) for start in range(0, len(names), _NAME))


class _PieceReader(RawIOBase):
    def __init__(self, blobs: EncryptedBlobs, names: Sequence[str], size: int) -> None:
        super().__init__()
        self._names = names
        self._size = size
        self._position = 0
        self._get = lru_cache(1)(blobs.get)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        start = {SEEK_CUR: self._position, SEEK_END: self._size}.get(whence, 0)
        if start + offset < 0:
            raise OSError("before the beginning of the file")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # as RawIOBase calls it
        number, start = divmod(self._position, PIECE)
        if self._position >= self._size:
            return 0
        part = self._get(self._names[number])[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)
