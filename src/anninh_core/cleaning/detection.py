"""Detection of a file's type by its content. The platform's claim and the file name are ignored."""

import re
import zipfile
from codecs import getincrementaldecoder
from io import BytesIO
from typing import BinaryIO

from anninh_core.cleaning.results import FileRefused
from anninh_core.vocabulary.files import FileReason

PICTURES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/bmp",
        "image/tiff",
        "image/heic",
        "image/avif",
    }
)
"""Image types that are re-encoded from their pixels."""

_ZIP = b"PK\x03\x04"
_ZIP_END = b"PK\x05\x06"
_MAX_ZIP_TAIL = 65_557  # Number of bytes at the end of a file in which the end record of a ZIP file can be.
_PIECE = 65_536  # Number of bytes that are read at once.
_BLANKS = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"
_MARKUP_ROOM = 64
_PDF_HEAD = 1024  # Number of bytes in which programs search for the header of a PDF.
_MARKUP = re.compile(rb"<(?:script|html|svg|iframe|\?php|!doctype)\b", re.IGNORECASE)
_MARKUP_START = re.compile(rb"(?:<\?xml|<!--|<!doctype|<(?:svg|html|head|body|script|[a-z]+:)\b)", re.IGNORECASE)
_RAR = b"Rar!\x1a\x07"
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"

_REFUSED: tuple[tuple[bytes, FileReason], ...] = (
    (b"MZ", FileReason.EXECUTABLE),
    (b"\x7fELF", FileReason.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", FileReason.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", FileReason.EXECUTABLE),
    (b"\xce\xfa\xed\xfe", FileReason.EXECUTABLE),
    (b"dex\n", FileReason.EXECUTABLE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", FileReason.EXECUTABLE),  # These bytes begin a Windows shortcut.
    (b"#!", FileReason.EXECUTABLE),
    (_RAR, FileReason.ARCHIVE),
    (_SEVEN_ZIP, FileReason.ARCHIVE),
    (b"\x1f\x8b", FileReason.ARCHIVE),
    (b"BZh", FileReason.ARCHIVE),
    (b"\xfd7zXZ\x00", FileReason.ARCHIVE),
    (b"(\xb5/\xfd", FileReason.ARCHIVE),
    (b"MSCF", FileReason.ARCHIVE),
    (_ZIP_END, FileReason.ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileReason.OLD_OFFICE),
    (b"{\\rt", FileReason.OLD_OFFICE),
)
_TYPES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR\n", "audio/amr"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.spreadsheet": "application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.presentation": "application/vnd.oasis.opendocument.presentation",
}
_OOXML = "application/vnd.openxmlformats-officedocument."
_OOXML_MAIN = {
    "word/document.xml": f"{_OOXML}wordprocessingml.document",
    "xl/workbook.xml": f"{_OOXML}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OOXML}presentationml.presentation",
}


def detect_type(data: bytes) -> str:
    """Return the media type of a file.

    Raises:
        FileRefused: the file is empty, or its type is forbidden or unknown.
    """
    return detect_file(BytesIO(data))


def detect_file(file: BinaryIO) -> str:
    """Return the media type of a file that is read piece by piece; raise as `detect_type` does.

    Args:
        file: seekable, at its beginning.
    """
    head = file.read(_PIECE)
    if media_type := detect_beginning(head):
        return media_type
    if head.startswith(_ZIP):
        return _detect_document(head, file)
    file.seek(0)
    if _begins_as_markup(file) or _is_wide_markup(head):
        raise FileRefused(FileReason.MARKUP)
    file.seek(0)
    if _is_text(file):
        return "text/plain"
    raise FileRefused(FileReason.UNKNOWN_TYPE)


def detect_beginning(head: bytes) -> str:
    """Return the media type of a file by its first bytes, or "" if they don't determine the type.

    Args:
        head: at least 512 bytes, or the whole file.

    Raises:
        FileRefused: the file is empty, or its first bytes show a forbidden type.
    """
    if not head:
        raise FileRefused(FileReason.EMPTY)
    if media_type := _detect_by_signature(head):
        return media_type
    for start, reason in _REFUSED:
        if head.startswith(start):
            raise FileRefused(reason)
    if head[257:262] == b"ustar":
        raise FileRefused(FileReason.ARCHIVE)
    return ""


def find_second_type(data: bytes, media_type: str) -> str:
    """Return a second type that other programs would detect in a file, as they search elsewhere for a header, or ""."""
    is_package = media_type.startswith("application/vnd.")
    if not is_package and _ZIP_END in data[-_MAX_ZIP_TAIL:] and zipfile.is_zipfile(BytesIO(data)):
        return "zip"
    if media_type not in ("application/pdf", "text/plain") and b"%PDF-" in data[:_PDF_HEAD]:
        return "pdf"
    for signature, name in ((_RAR, "rar"), (_SEVEN_ZIP, "7z")):
        if not is_package and signature in data:
            return name
    return "markup" if media_type in PICTURES and _MARKUP.search(data) else ""


def _detect_by_signature(data: bytes) -> str:
    for start, media_type in _TYPES:
        if data.startswith(start):
            return media_type
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        return _detect_brand(data)
    if data[:2] == b"BM" and data[6:10] == bytes(4) and len(data) > 26:
        return "image/bmp"
    if data[0] == 0xFF and len(data) > 1:
        if data[1] & 0xF6 == 0xF0:
            return "audio/aac"
        # These bits are those of the MPEG layers III and II.
        if data[1] & 0xE0 == 0xE0 and data[1] & 0x06 in (0x02, 0x04):
            return "audio/mpeg"
    return ""


def _detect_brand(data: bytes) -> str:
    """Return the type of a file of ISO boxes by its brands; an image's major brand may be a general brand."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[start : start + 4] for start in range(16, size, 4))]
    if any(brand in (b"avif", b"avis") for brand in brands):
        return "image/avif"
    if any(brand in _HEIC_BRANDS for brand in brands):
        return "image/heic"
    major = brands[0]
    if major == b"qt  ":
        return "video/quicktime"
    if major[:3] in (b"M4A", b"M4B"):
        return "audio/mp4"
    return "video/3gpp" if major[:2] == b"3g" else "video/mp4"


def _detect_document(head: bytes, file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRefused(FileReason.DAMAGED) from None
    mimetype = head[30 : 30 + 8] == b"mimetype" and head[38:].split(_ZIP, 1)[0][:80]
    if mimetype:
        declared_type = max(
            (candidate for candidate in _OPEN_DOCUMENT if mimetype.startswith(candidate)), key=len, default=b""
        )
        if declared_type:
            return _OPEN_DOCUMENT[declared_type]
    if "[Content_Types].xml" in names:
        for main, media_type in _OOXML_MAIN.items():
            if main in names:
                return media_type
    raise FileRefused(FileReason.ARCHIVE)


def _begins_as_markup(file: BinaryIO) -> bool:
    """Return whether a file begins with markup after the blanks that a browser skips."""
    start = b""
    while len(start) < _MARKUP_ROOM and (piece := file.read(_PIECE)):
        start = (start + piece).lstrip(_BLANKS)
    return _MARKUP_START.match(start[:_MARKUP_ROOM]) is not None


def _is_wide_markup(head: bytes) -> bool:
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    return bool(_MARKUP_START.match(head[2:400].replace(b"\x00", b"").lstrip()[:_MARKUP_ROOM]))


def _is_text(file: BinaryIO) -> bool:
    mark = file.read(2)
    is_wide = mark in (b"\xff\xfe", b"\xfe\xff")
    decoder = getincrementaldecoder("utf-16" if is_wide else "utf-8")()
    piece = mark
    try:
        while piece:
            if not is_wide and b"\x00" in piece:
                return False
            decoder.decode(piece)
            piece = file.read(_PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
