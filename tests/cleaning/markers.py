"""Strings that a cleaned file must not contain, and the search for them in its bytes."""

import base64
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

AUTHOR = "Thử Văn Tác Giả"
SERIAL = "SN-0000-MAYANH-1234"
PLACE = "+20.2506+105.9745/"
COMMENT = "ghi chú kín của người viết"
PATH = "C:\\Users\\thuvan\\Mẫu.dotm"
XMP = "uuid-thu-0001-0002"
THUMBNAIL = "ANH-THU-NHO-THUMB"
DELETED = "câu này đã xóa đi rồi"
MARKERS = (AUTHOR, SERIAL, PLACE, COMMENT, PATH, XMP, THUMBNAIL, DELETED)
LATITUDE = (20_201_337, 1_000_003)
"""Seconds of a GPS latitude, as numerator and denominator."""
_MAX_UNPACKED = 50_000_000


def find_markers(data: bytes) -> set[str]:
    """Return the markers that a file contains, in any encoding and any nested archive or compressed stream."""
    markers: set[str] = set()
    for layer in _iter_unpacked_layers(data, 0):
        markers |= {marker for marker in MARKERS if any(form in layer for form in _iter_encodings(marker))}
        if any(struct.pack(order + "II", *LATITUDE) in layer for order in "<>"):
            markers.add("GPS")
    return markers


def _iter_encodings(marker: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        encoded = marker.encode(encoding)
        yield encoded
        yield encoded.hex().encode()
        yield encoded.hex().upper().encode()
        for shift in range(3):  # base64 of a longer text contains the marker at one of three offsets
            yield base64.b64encode(b"\x00" * shift + encoded)[4 if shift else 0 : -4]
    yield marker.encode("ascii", "xmlcharrefreplace")
    yield marker.replace("\\", "\\\\").encode()
    ascii_only = marker.encode("ascii", "ignore")
    if len(ascii_only) > 12:
        yield ascii_only


def _iter_unpacked_layers(data: bytes, depth: int) -> Iterator[bytes]:
    yield data
    if depth > 3:
        return
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(data)) as package:
            yield package.comment
            for entry in package.infolist():
                yield entry.filename.encode() + entry.comment + entry.extra
                yield from _iter_unpacked_layers(package.read(entry), depth + 1)
    start = 0
    while (start := data.find(b"\x78", start)) != -1:
        if data[start + 1 : start + 2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
            try:
                unpacked = zlib.decompressobj().decompress(data[start:], _MAX_UNPACKED)
            except zlib.error:
                unpacked = b""
            if len(unpacked) > 8:
                yield from _iter_unpacked_layers(unpacked, depth + 1)
        start += 1
