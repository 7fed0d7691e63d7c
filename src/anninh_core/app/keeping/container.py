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

from anninh_core.app.keeping.manifest import Manifest, Part, read, written
from anninh_core.kernel.errors import NotFound, StorageError

T = TypeVar("T")

MANIFEST = "manifest.json"
_FAST = 1  # what is sealed gets hardly smaller by more effort
_BUFFER = 1 << 18
_NUMBER = 8
_DIGEST = 32
_WRONG = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class PartWriter:
    """Takes the bytes of one part.

    Args:
        pass_on: called with them, gathered into larger pieces.
    """

    def __init__(self, pass_on: Callable[[bytes], object]) -> None:
        self._pass_on = pass_on
        self._hash = sha256()
        self._gathered = bytearray()
        self._size = 0
        self._count = 0

    def write(self, data: bytes) -> None:
        """Add one row, blob or file."""
        self._gathered += data
        self._count += 1
        if len(self._gathered) >= _BUFFER:
            self.flush()

    def flush(self) -> None:
        """Pass on what was gathered."""
        data = bytes(self._gathered)
        self._gathered.clear()
        self._hash.update(data)
        self._size += len(data)
        self._pass_on(data)

    def write_blob(self, digest: bytes, data: bytes) -> None:
        """Add a blob: its digest, its length in eight bytes, its bytes."""
        self.write(digest + len(data).to_bytes(_NUMBER, "big") + data)

    def part(self, name: str) -> Part:
        """Return what was written, the last of it passed on."""
        self.flush()
        return Part(name=name, sha256=self._hash.hexdigest(), size=self._size, count=self._count)


class FileWriter:
    """Writes parts one after the other inside a `with`; `parts` are those written."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = ZipFile(file, "w", compresslevel=_FAST)
        self.parts: list[Part] = []

    @contextmanager
    def part(self, name: str, *, pack: bool = True) -> Iterator[PartWriter]:
        """Write a part inside a `with`."""
        self._zip.compression = ZIP_DEFLATED if pack else ZIP_STORED
        with self._zip.open(name, "w", force_zip64=True) as file:
            writer = PartWriter(file.write)
            yield writer
            self.parts.append(writer.part(name))

    def describe(self, manifest: Manifest) -> None:
        """Write the manifest: the last part."""
        with self._zip.open(MANIFEST, "w") as file:
            file.write(written(manifest))

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
        except _WRONG as error:
            raise StorageError(f"{path} is cut off or no file of anninh ({error}); use another copy") from error
        try:
            self.manifest = read(self._manifest(), str(path))
        except BaseException:
            self._zip.close()
            raise

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a part.

        Raises:
            StorageError: the part is damaged; raised at the place of the damage, or after the last line.
        """
        found = sha256()
        with self._part(name) as file:
            for line in _unharmed(self.path, name, iter(file)):
                found.update(line)
                yield line
        self._compare(name, found.hexdigest())

    def blobs(self, name: str) -> Iterator[tuple[str, bytes]]:
        """Yield the blobs of a part with their digests; `StorageError` as for `lines`."""
        found = sha256()
        with self._part(name) as file:
            for digest, data in _unharmed(self.path, name, _frames(file, found.update)):
                if sha256(data).digest() != digest:
                    raise self._damaged(name, f"blob {digest.hex()} doesn't match its name")
                yield digest.hex(), data
        self._compare(name, found.hexdigest())

    def whole(self, name: str) -> bytes:
        """Return a small part; `StorageError` as for `lines`."""
        return b"".join(self.lines(name))

    def require_complete(self) -> None:
        """Raise `StorageError` unless the file holds the parts that its manifest names, and no others."""
        named = {MANIFEST, *(part.name for part in self.manifest.parts)}
        for name in sorted(named.symmetric_difference(self._zip.namelist())):
            raise self._damaged(name, "missing" if name in named else "not named by the manifest")

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _manifest(self) -> bytes:
        try:
            return self._zip.read(MANIFEST)
        except KeyError:
            raise StorageError(f"{self.path} is no file of anninh: it has no {MANIFEST}") from None
        except _WRONG as error:
            raise self._damaged(MANIFEST, error) from error

    @contextmanager
    def _part(self, name: str) -> Iterator[io.BufferedReader]:
        try:
            file = self._zip.open(name)
        except KeyError:
            raise self._damaged(name, "missing") from None
        except _WRONG as error:
            raise self._damaged(name, error) from error
        with file:
            yield io.BufferedReader(cast("io.RawIOBase", file), _BUFFER)  # it needs no more than `readinto`

    def _compare(self, name: str, found: str) -> None:
        wanted = next((part.sha256 for part in self.manifest.parts if part.name == name), "")
        if found != wanted:
            raise self._damaged(name, "its checksum differs")

    def _damaged(self, name: str, why: object) -> StorageError:
        return _damaged(self.path, name, why)


def _frames(file: io.BufferedReader, add: Callable[[bytes], None]) -> Iterator[tuple[bytes, bytes]]:
    while head := file.read(_DIGEST + _NUMBER):
        size = int.from_bytes(head[_DIGEST:], "big")
        data = file.read(size)
        if len(head) < _DIGEST + _NUMBER or len(data) < size:
            raise EOFError("cut off")
        add(head)
        add(data)
        yield head[:_DIGEST], data


def _unharmed(path: Path, name: str, items: Iterable[T]) -> Iterator[T]:
    """Yield items; what is wrong with the file is told with the name of the part."""
    try:
        yield from items
    except _WRONG as error:
        raise _damaged(path, name, error) from error


def _damaged(path: Path, name: str, why: object) -> StorageError:
    return StorageError(f"{path}: part {name!r} is damaged ({why}); use another copy")
