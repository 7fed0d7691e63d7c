"""The file: a ZIP archive of parts, each with its SHA-256 in the manifest, and the manifest last."""

import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from anninh_core.app.backup.manifest import Manifest, ManifestPart, decode_manifest, encode_manifest
from anninh_core.kernel.errors import NotFound, StorageError

T = TypeVar("T")

MANIFEST_NAME = "manifest.json"
_COMPRESSION_LEVEL = 1  # what is sealed gets hardly smaller by more effort
_BUFFER = 1 << 18
_LENGTH_BYTES = 8
_DIGEST_BYTES = 32
_READ_ERRORS = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class PartWriter:
    """Takes the bytes of one part.

    Args:
        pass_on: called with them, gathered into larger pieces.
    """

    def __init__(self, pass_on: Callable[[bytes], object]) -> None:
        self._sink = pass_on
        self._hash = sha256()
        self._buffer = bytearray()
        self._size = 0
        self._count = 0

    def write(self, data: bytes) -> None:
        """Add one row, blob or file."""
        self._buffer += data
        self._count += 1
        if len(self._buffer) >= _BUFFER:
            self.flush()

    def flush(self) -> None:
        """Pass on what was gathered."""
        data = bytes(self._buffer)
        self._buffer.clear()
        self._hash.update(data)
        self._size += len(data)
        self._sink(data)

    def write_blob(self, digest: bytes, data: bytes) -> None:
        """Add a blob: its digest, its length in eight bytes, its bytes."""
        self.write(digest + len(data).to_bytes(_LENGTH_BYTES, "big") + data)

    def finish(self, name: str) -> ManifestPart:
        """Return what was written, the last of it passed on."""
        self.flush()
        return ManifestPart(name=name, sha256=self._hash.hexdigest(), size=self._size, count=self._count)


class FileWriter:
    """Writes parts one after the other inside a `with`; `parts` are those written."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = ZipFile(file, "w", compresslevel=_COMPRESSION_LEVEL)
        self.parts: list[ManifestPart] = []

    @contextmanager
    def open_part(self, name: str, *, pack: bool = True) -> Iterator[PartWriter]:
        """Write a part inside a `with`."""
        self._zip.compression = ZIP_DEFLATED if pack else ZIP_STORED
        with self._zip.open(name, "w", force_zip64=True) as file:
            writer = PartWriter(file.write)
            yield writer
            self.parts.append(writer.finish(name))

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest: the last part."""
        with self._zip.open(MANIFEST_NAME, "w") as file:
            file.write(encode_manifest(manifest))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()


class FileReader:
    """Reads parts; whatever is read is compared with the manifest.

    Args:
        path: the file.

    Raises:
        NotFound: there is no such file.
        StorageError: it is cut off, or none of ours.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = ZipFile(path)
        except FileNotFoundError:
            raise NotFound(f"there is no file {path}") from None
        except _READ_ERRORS as error:
            raise StorageError(f"{path} is cut off or no file of anninh ({error}); use another copy") from error
        try:
            self.manifest = decode_manifest(self._read_manifest(), str(path))
        except BaseException:
            self._zip.close()
            raise

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a part.

        Raises:
            StorageError: the part is damaged; raised at the place of the damage, or after the last line.
        """
        hasher = sha256()
        with self._open_part(name) as file:
            for line in _translate_errors(self.path, name, iter(file)):
                hasher.update(line)
                yield line
        self._check_hash(name, hasher.hexdigest())

    def blobs(self, name: str) -> Iterator[tuple[str, bytes]]:
        """Yield the blobs of a part with their digests; `StorageError` as for `lines`."""
        hasher = sha256()
        with self._open_part(name) as file:
            for digest, data in _translate_errors(self.path, name, _iter_blobs(file, hasher.update)):
                if sha256(data).digest() != digest:
                    raise self._damage_error(name, f"blob {digest.hex()} doesn't match its name")
                yield digest.hex(), data
        self._check_hash(name, hasher.hexdigest())

    def read_part(self, name: str) -> bytes:
        """Return a small part; `StorageError` as for `lines`."""
        return b"".join(self.lines(name))

    def require_complete(self) -> None:
        """Raise `StorageError` unless the file holds the parts that its manifest names, and no others."""
        expected = {MANIFEST_NAME, *(part.name for part in self.manifest.parts)}
        for name in sorted(expected.symmetric_difference(self._zip.namelist())):
            raise self._damage_error(name, "missing" if name in expected else "not named by the manifest")

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _read_manifest(self) -> bytes:
        try:
            return self._zip.read(MANIFEST_NAME)
        except KeyError:
            raise StorageError(f"{self.path} is no file of anninh: it has no {MANIFEST_NAME}") from None
        except _READ_ERRORS as error:
            raise self._damage_error(MANIFEST_NAME, error) from error

    @contextmanager
    def _open_part(self, name: str) -> Iterator[io.BufferedReader]:
        try:
            file = self._zip.open(name)
        except KeyError:
            raise self._damage_error(name, "missing") from None
        except _READ_ERRORS as error:
            raise self._damage_error(name, error) from error
        with file:
            yield io.BufferedReader(cast("io.RawIOBase", file), _BUFFER)  # it needs no more than `readinto`

    def _check_hash(self, name: str, found: str) -> None:
        expected_hash = next((part.sha256 for part in self.manifest.parts if part.name == name), "")
        if found != expected_hash:
            raise self._damage_error(name, "its checksum differs")

    def _damage_error(self, name: str, why: object) -> StorageError:
        return _damage_error(self.path, name, why)


def _iter_blobs(file: io.BufferedReader, add: Callable[[bytes], None]) -> Iterator[tuple[bytes, bytes]]:
    while header := file.read(_DIGEST_BYTES + _LENGTH_BYTES):
        size = int.from_bytes(header[_DIGEST_BYTES:], "big")
        data = file.read(size)
        if len(header) < _DIGEST_BYTES + _LENGTH_BYTES or len(data) < size:
            raise EOFError("cut off")
        add(header)
        add(data)
        yield header[:_DIGEST_BYTES], data


def _translate_errors(path: Path, name: str, items: Iterable[T]) -> Iterator[T]:
    """Yield items; what is wrong with the file is told with the name of the part."""
    try:
        yield from items
    except _READ_ERRORS as error:
        raise _damage_error(path, name, error) from error


def _damage_error(path: Path, name: str, why: object) -> StorageError:
    return StorageError(f"{path}: part {name!r} is damaged ({why}); use another copy")
