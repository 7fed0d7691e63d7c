"""The file format of backups and bundles: a ZIP archive of parts, a manifest with the SHA-256 of each part, and the
manifest's authentication code.

A reader trusts no name, size or line of a file before checking it.
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from anninh_core.app.backup.manifest import (
    AUTHENTICATED_SINCE,
    MAX_BYTES,
    Manifest,
    ManifestPart,
    decode_manifest,
    encode_manifest,
    is_part_name,
)
from anninh_core.kernel.errors import BadInput, NotFound, StorageError
from anninh_core.kernel.text import make_visible, quote_text

T = TypeVar("T")

MANIFEST_NAME = "manifest.json"
CODE_NAME = "manifest.mac"
MAX_LINE = 64 << 20
"""Greatest size of a row in bytes; the largest rows of the library, webhook bodies of a megabyte, are far smaller."""
MAX_FILE = 16 << 20
"""Greatest size in bytes of a file that contains neither rows nor blobs."""

_COMPRESSION_LEVEL = 1  # Encrypted data hardly gets smaller at higher compression levels.
_BUFFER = 1 << 18
_LENGTH_BYTES = 8
_DIGEST_BYTES = 32
_CODE_BYTES = 64
_READ_ERRORS = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError),
    # `zipfile` raises these errors for a malformed directory.
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)


class PartWriter:
    """Collects the bytes of one part and computes their checksum.

    Args:
        sink: called with the bytes, buffered into larger pieces.
    """

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        self._sink = sink
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
        """Pass the buffered bytes to the sink."""
        data = bytes(self._buffer)
        self._buffer.clear()
        self._hash.update(data)
        self._size += len(data)
        self._sink(data)

    def write_blob(self, digest: bytes, data: bytes) -> None:
        """Add a blob: its digest, its length in eight bytes, its bytes."""
        self.write(digest + len(data).to_bytes(_LENGTH_BYTES, "big") + data)

    def finish(self, name: str) -> ManifestPart:
        """Flush, and return the manifest entry of the part."""
        self.flush()
        return ManifestPart(name=name, sha256=self._hash.hexdigest(), size=self._size, count=self._count)


class FileWriter:
    """Writes the parts of a backup or bundle one after the other, used in a `with` statement; `parts` are the finished
    parts.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._zip = ZipFile(file, "w", compresslevel=_COMPRESSION_LEVEL)
        self.parts: list[ManifestPart] = []

    @contextmanager
    def open_part(self, name: str, *, pack: bool = True) -> Iterator[PartWriter]:
        """Write a part inside a `with`.

        Raises:
            BadInput: readers would reject a part of this name.
        """
        if not is_part_name(name):
            raise BadInput(
                "{part!r} isn't a valid name for a part of the file: rename the file that the part comes from.",
                part=name,
            )
        self._zip.compression = ZIP_DEFLATED if pack else ZIP_STORED
        with self._zip.open(name, "w", force_zip64=True) as file:
            writer = PartWriter(file.write)
            yield writer
            self.parts.append(writer.finish(name))

    def write_manifest(self, manifest: Manifest, make_code: Callable[[bytes], str]) -> None:
        """Write the manifest and its authentication code, the last parts; see `authentication`."""
        data = encode_manifest(manifest)
        for name, content in ((MANIFEST_NAME, data), (CODE_NAME, make_code(data).encode())):
            with self._zip.open(name, "w") as file:
                file.write(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()


class FileReader:
    """Reads the parts of a backup or bundle, and compares each with the manifest.

    Attributes:
        manifest, manifest_bytes: the file's manifest, decoded and as bytes.
        code: the manifest's authentication code, not verified yet; b"" if the file has none.

    Raises:
        NotFound: the file doesn't exist.
        StorageError: the file is truncated, isn't an anninh file, or is malicious.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._disk_size = path.stat().st_size
            self._zip = ZipFile(path)
        except FileNotFoundError:
            raise NotFound("File {file} doesn't exist: check the path.", file=path) from None
        except _READ_ERRORS as error:
            raise StorageError(
                "{path} is incomplete, or isn't an anninh file ({reason}): use another copy.",
                path=path,
                reason=make_visible(str(error)),
            ) from error
        try:
            self._entries = self._list_entries()
            self.manifest_bytes = self._read_manifest()
            self.manifest = decode_manifest(self.manifest_bytes, str(path))
            self.code = self._read_limited(CODE_NAME, _CODE_BYTES) if CODE_NAME in self._entries else b""
        except BaseException:
            self._zip.close()
            raise

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a part.

        Raises:
            StorageError: the part is damaged; raised at the damaged place, or after the last line.
        """
        hasher = sha256()
        size = self._size(name)
        with self._open_part(name) as file:
            for line in _translate_errors(self.path, name, _iter_lines(file, size)):
                hasher.update(line)
                yield line
        self._check_hash(name, hasher.hexdigest())

    def blobs(self, name: str) -> Iterator[tuple[str, bytes]]:
        """Yield the blobs of a part with their digests; `StorageError` as for `lines`."""
        if self._find_entry(name).compress_type != ZIP_STORED:
            raise self._damage_error(name, "it is packed, and blobs never are")
        hasher = sha256()
        size = min(self._size(name), self._disk_size)
        with self._open_part(name) as file:
            for digest, data in _translate_errors(self.path, name, _iter_blobs(file, size, hasher.update)):
                if sha256(data).digest() != digest:
                    raise self._damage_error(name, f"blob {digest.hex()} doesn't match its name")
                yield digest.hex(), data
        self._check_hash(name, hasher.hexdigest())

    def read_part(self, name: str) -> bytes:
        """Return a small part; `StorageError` as for `lines`."""
        self._size(name)
        data = self._read_limited(name, MAX_FILE)
        self._check_hash(name, sha256(data).hexdigest())
        return data

    def require_complete(self) -> None:
        """Raise `StorageError` unless the file holds the parts that its manifest names, and no others."""
        expected = {MANIFEST_NAME, *(part.name for part in self.manifest.parts)}
        if self.manifest.format >= AUTHENTICATED_SINCE:
            expected.add(CODE_NAME)
        for name in sorted(expected.symmetric_difference(self._entries)):
            raise self._damage_error(name, "missing" if name in expected else "not named by the manifest")

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _list_entries(self) -> Mapping[str, ZipInfo]:
        """Return the archive's entries by name.

        Duplicate names are refused, because programs differ in which of the two entries they read.
        """
        entries: dict[str, ZipInfo] = {}
        for entry in self._zip.infolist():
            if entry.filename in entries:
                raise self._damage_error(entry.filename, "it is there twice")
            if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                raise self._damage_error(entry.filename, "it is packed in a way that is not ours")
            entries[entry.filename] = entry
        return entries

    def _read_manifest(self) -> bytes:
        if MANIFEST_NAME not in self._entries:
            raise StorageError(
                "{path} isn't an anninh file, because it has no part {part!r}: use another file.",
                path=self.path,
                part=MANIFEST_NAME,
            )
        return self._read_limited(MANIFEST_NAME, MAX_BYTES)

    def _read_limited(self, name: str, most: int) -> bytes:
        """Return the content of a part, or raise `StorageError` if it has more than `most` bytes."""
        with self._open_part(name) as file:
            try:
                data = file.read(most + 1)
            except _READ_ERRORS as error:
                raise self._damage_error(name, error) from error
        if len(data) > most:
            limit = f"{most >> 20} MiB" if most >> 20 else f"{most} bytes"
            raise self._damage_error(name, f"it has more than {limit}, and none of ours has")
        return data

    def _find_entry(self, name: str) -> ZipInfo:
        if name not in self._entries:
            raise self._damage_error(name, "missing")
        return self._entries[name]

    def _size(self, name: str) -> int:
        """Return the size of a part in bytes; manifest and archive must agree."""
        declared = self._find_part(name).size
        actual = self._find_entry(name).file_size
        if declared != actual:
            raise self._damage_error(name, f"it has {actual} bytes, not {declared}")
        return declared

    def _find_part(self, name: str) -> ManifestPart:
        for part in self.manifest.parts:
            if part.name == name:
                return part
        raise self._damage_error(name, "not named by the manifest")

    @contextmanager
    def _open_part(self, name: str) -> Iterator[io.BufferedReader]:
        entry = self._find_entry(name)
        try:
            file = self._zip.open(entry)
        except _READ_ERRORS as error:
            raise self._damage_error(name, error) from error
        with file:
            # `BufferedReader` calls no method of the file except `readinto`.
            yield io.BufferedReader(cast("io.RawIOBase", file), _BUFFER)

    def _check_hash(self, name: str, digest: str) -> None:
        if digest != self._find_part(name).sha256:
            raise self._damage_error(name, "its checksum differs")

    def _damage_error(self, name: str, why: object) -> StorageError:
        return _damage_error(self.path, name, why)


def _iter_lines(file: io.BufferedReader, size: int) -> Iterator[bytes]:
    """Yield the lines of a part, each with its line end; none may be longer than `MAX_LINE`."""
    while line := file.readline(min(MAX_LINE, size) + 1):
        if len(line) > MAX_LINE:
            raise EOFError(f"a line has more than {MAX_LINE >> 20} MiB and no end")
        if not line.endswith(b"\n"):
            raise EOFError("its last line has no end")
        yield line


def _iter_blobs(
    file: io.BufferedReader, size: int, update_hash: Callable[[bytes], None]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the blobs of a part of `size` bytes; a blob that claims a greater length is never read past `size`."""
    while header := file.read(_DIGEST_BYTES + _LENGTH_BYTES):
        length = int.from_bytes(header[_DIGEST_BYTES:], "big")
        data = file.read(min(length, size))
        if len(header) < _DIGEST_BYTES + _LENGTH_BYTES or len(data) < length:
            raise EOFError("cut off")
        update_hash(header)
        update_hash(data)
        yield header[:_DIGEST_BYTES], data


def _translate_errors(path: Path, name: str, items: Iterable[T]) -> Iterator[T]:
    """Yield items; turn read errors into a `StorageError` that names the part."""
    try:
        yield from items
    except _READ_ERRORS as error:
        raise _damage_error(path, name, error) from error


def _damage_error(path: Path, name: str, why: object) -> StorageError:
    return StorageError(
        "Part {part} of {path} is damaged ({reason}): use another copy.",
        path=path,
        part=quote_text(name),
        reason=make_visible(str(why)),
    )
