"""JPEG images inside other files: metadata segments are cut out, the coded image stays unchanged."""

from anninh_core.cleaning.results import FileRefused
from anninh_core.vocabulary.files import FileReason

_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_APP0 = 0xE0
_ADOBE = 0xEE
_COMMENT = 0xFE
_START_OF_SCAN = 0xDA
_END = 0xD9
_JFIF_LENGTH = 16  # Length of the JFIF segment without a thumbnail.


def strip_jpeg(data: bytes) -> bytes:
    """Return a JPEG without EXIF, XMP, profiles, comments, thumbnails and trailing data.

    Raises:
        FileRefused: the JPEG is damaged.
    """
    if data[:2] != b"\xff\xd8":
        raise FileRefused(FileReason.DAMAGED, "a JPEG in it")
    kept = [b"\xff\xd8"]
    position = 2
    while True:
        start = data.find(b"\xff", position)
        if start != position or start + 1 >= len(data):
            raise FileRefused(FileReason.DAMAGED, "a JPEG in it")
        marker = data[start + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == _END:
            return b"".join((*kept, b"\xff\xd9"))
        position, segment = _read_segment(data, start, marker)
        kept.append(segment)


def _read_segment(data: bytes, start: int, marker: int) -> tuple[int, bytes]:
    """Return the start of the next segment, and the bytes of this segment to keep."""
    if marker in _STANDALONE:
        return start + 2, data[start : start + 2]
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    end = start + 2 + length
    if length < 2 or end > len(data):
        raise FileRefused(FileReason.DAMAGED, "a JPEG in it")
    if marker == _START_OF_SCAN:
        end = _find_scan_end(data, end)
        return end, data[start:end]
    if marker == _APP0 and data[start + 4 : start + 9] == b"JFIF\x00" and length >= _JFIF_LENGTH:
        return end, b"\xff\xe0\x00\x10" + data[start + 4 : start + 16] + b"\x00\x00"
    if marker == _ADOBE and data[start + 4 : start + 9] == b"Adobe":
        return end, data[start:end] if length == 14 else b""
    is_dropped = 0xE0 <= marker <= 0xEF or marker == _COMMENT or 0xF0 <= marker <= 0xFD
    return end, b"" if is_dropped else data[start:end]


def _find_scan_end(data: bytes, position: int) -> int:
    """Return the position of the marker that ends a scan's coded data."""
    while (position := data.find(b"\xff", position)) != -1:
        follower = data[position + 1] if position + 1 < len(data) else _END
        if follower == 0 or 0xD0 <= follower <= 0xD7:
            position += 2
        else:
            return position
    raise FileRefused(FileReason.DAMAGED, "a JPEG in it")
