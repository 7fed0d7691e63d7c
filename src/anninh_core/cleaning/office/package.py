"""Reading of ZIP packages within limits, and writing of deterministic packages."""

import posixpath
import zipfile
import zlib
from collections.abc import Collection, Mapping
from io import BytesIO

from anninh_core.cleaning.results import FileLimits, FileRefused
from anninh_core.vocabulary.files import FileReason

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1
_MEGABYTE = 1024 * 1024


def unpack_package(data: bytes, limits: FileLimits) -> dict[str, bytes]:
    """Return the parts of a package by name, in their order.

    Raises:
        FileRefused: the package is encrypted or damaged, has absolute, relative or duplicate names, or unpacks to more
            than the limits allow.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return _read_parts(package, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise FileRefused(FileReason.DAMAGED) from None


def _read_parts(package: zipfile.ZipFile, limits: FileLimits) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    seen: set[str] = set()
    remaining = limits.unpacked
    entries = package.infolist()
    if len(entries) > limits.parts:
        raise FileRefused(FileReason.BOMB, f"over {limits.parts:,} parts")
    for entry in entries:
        if entry.is_dir():
            continue
        _check_entry(entry, seen, limits)
        seen.add(entry.filename.lower())
        with package.open(entry) as file:
            content = file.read(min(remaining, entry.file_size) + 1)
        remaining -= len(content)
        if remaining < 0:
            raise FileRefused(FileReason.BOMB, f"it unpacks to over {limits.unpacked:,} bytes")
        parts[entry.filename] = content
    return parts


def _check_entry(entry: zipfile.ZipInfo, seen: Collection[str], limits: FileLimits) -> None:
    name = entry.filename
    if entry.flag_bits & _ENCRYPTED:
        raise FileRefused(FileReason.ENCRYPTED)
    leads_away = name.startswith(("/", "..")) or "\\" in name or posixpath.normpath(name) != name
    if leads_away or name.lower() in seen:
        raise FileRefused(FileReason.DAMAGED, "a name that leads elsewhere, or comes twice")
    if entry.file_size > limits.unpacked:
        raise FileRefused(FileReason.BOMB, f"it unpacks to over {limits.unpacked:,} bytes")
    if entry.file_size > _MEGABYTE and entry.file_size > entry.compress_size * limits.ratio:
        raise FileRefused(FileReason.BOMB, f"a part unpacks to over {limits.ratio} times its size")


def pack_parts(parts: Mapping[str, bytes], stored: Collection[str] = ()) -> bytes:
    """Return a ZIP package of the given parts, all of them dated 1980 and without comments."""
    with BytesIO() as file:
        with zipfile.ZipFile(file, "w") as package:
            for name, content in parts.items():
                entry = zipfile.ZipInfo(name, _FIRST_DAY)
                entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
                entry.create_system = 0
                package.writestr(entry, content, compresslevel=6)
        return file.getvalue()
