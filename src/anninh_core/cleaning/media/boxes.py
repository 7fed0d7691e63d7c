"""Video and audio in ISO boxes (MP4, MOV, 3GP, M4A), and JPEG 2000: metadata about the origin is overwritten.

No library under a permissive licence does so; therefore it is done here, in place: a box that isn't needed becomes
`free` and its bytes zeros, so that no offset changes. Overwritten are `udta`, `meta`, `uuid` and unknown boxes,
creation times, names of handlers and encoders, tracks that are neither video nor audio (telephones, drones and
dashboard cameras store places and movements in them, in subtitles too), and bytes in `mdat` that belong to no kept
track. The coded video and audio stay unchanged.
"""

from collections.abc import Iterator
from itertools import islice

from attrs import frozen

from anninh_core.cleaning.media.samples import find_sample_ranges
from anninh_core.cleaning.results import FileLimits, FileNotCleaned, FileRefused
from anninh_core.vocabulary.files import FileReason

_CONTAINERS = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"mvex", b"moof", b"traf", b"mfra", b"jp2h"}
)
_KEPT = frozenset(
    {
        *(b"ftyp", b"styp", b"mdat", b"sidx", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"nmhd", b"sthd"),
        *(b"elst", b"dref", b"stsd", b"stts", b"ctts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"cslg"),
        *(b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"mehd", b"trex", b"mfhd", b"tfhd", b"tfdt", b"trun"),
        *(b"tfra", b"mfro", b"gmhd", b"tref", b"tapt", b"elng", b"stps", b"padb", b"stdp"),
        *(b"jP  ", b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"jp2c"),
    }
)
_KEPT_TRACKS = frozenset({b"vide", b"soun", b"auxv"})
_MAX_DEPTH = 12
_MAX_BOXES = 50_000  # Greatest number of boxes in a parent when boxes are searched by name.
_TIMES = {b"mvhd", b"tkhd", b"mdhd"}
_VISUAL_ENTRY = 86
_ENCODER_NAME = (50, 82)
_DEPTHS = (b"\x00\x18", b"\x00\x20")
"""Bytes that follow the encoder name in a visual sample entry, for 24 or 32 bits a pixel."""


@frozen
class Box:
    """A box: its name, and the offsets of its header, content and end."""

    name: bytes
    start: int
    content: int
    end: int


def iter_boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two offsets.

    Raises:
        FileRefused: a box doesn't fit between the offsets.
    """
    while end - start >= 8:
        size = int.from_bytes(data[start : start + 4], "big")
        name = bytes(data[start + 4 : start + 8])
        content = 8
        if size == 1:
            size = int.from_bytes(data[start + 8 : start + 16], "big")
            content = 16
        elif size == 0:
            size = end - start
        if size < content or start + size > end:
            raise FileRefused(FileReason.DAMAGED, f"a box of {size} bytes in {end - start}")
        yield Box(name, start, start + content, start + size)
        start += size


def find_track_kinds(data: bytes) -> frozenset[bytes]:
    """Return the kinds of a file's tracks, such as `vide` and `soun`; empty for a damaged file."""
    heads = _find_boxes(data, b"moov", b"trak", b"mdia", b"hdlr")
    return frozenset(bytes(data[head.content + 8 : head.content + 12]) for head in heads)


def find_declared_milliseconds(data: bytes) -> int:
    """Return the declared duration of a file of boxes, or that of its longest track; 0 if it declares no duration."""
    heads = (*_find_boxes(data, b"moov", b"mvhd"), *_find_boxes(data, b"moov", b"trak", b"mdia", b"mdhd"))
    return max((_read_milliseconds(data[head.content : head.end]) for head in heads), default=0)


def _read_milliseconds(head: bytes) -> int:
    is_long = head[:1] == b"\x01"
    scale_at = 20 if is_long else 12
    per_second = int.from_bytes(head[scale_at : scale_at + 4], "big")
    duration = int.from_bytes(head[scale_at + 4 : scale_at + (12 if is_long else 8)], "big")
    return duration * 1000 // per_second if per_second else 0


def _find_boxes(data: bytes, *path: bytes) -> list[Box]:
    boxes = [Box(b"", 0, 0, len(data))]
    for name in path:
        try:
            boxes = [
                box
                for parent in boxes
                for box in islice(iter_boxes(data, parent.content, parent.end), _MAX_BOXES)
                if box.name == name
            ]
        except FileRefused:
            return []
    return boxes


def blank_boxes(data: bytes, limits: FileLimits) -> bytes:
    """Return a file of boxes in which all bytes not needed for playing or drawing are overwritten.

    Raises:
        FileRefused: the file is damaged, or has too many boxes.
        FileNotCleaned: a fragmented file has a track to drop (such as places), and its bytes can't be located.
    """
    if data[:4] == b"\xffO\xffQ":  # These bytes begin a bare JPEG 2000 stream.
        return data
    return _BoxBlanker(data, limits).run()


class _BoxBlanker:
    def __init__(self, data: bytes, limits: FileLimits) -> None:
        self._data = bytearray(data)
        self._limits = limits
        self._count = 0
        self._kept_ranges: list[tuple[int, int]] = []
        self._dropped_ranges: list[tuple[int, int]] = []
        self._dropped_tracks = 0

    def run(self) -> bytes:
        boxes = list(self._iter_counted_boxes(0, len(self._data)))
        end = boxes[-1].end if boxes else 0
        del self._data[end:]  # The remainder is cut off, because it is shorter than a box header.
        for box in boxes:
            self._clean_box(box, 0)
        names = {box.name for box in boxes}
        if b"moof" in names:
            if self._dropped_tracks:
                raise FileNotCleaned(FileReason.NO_CLEANER, "fragments with a track of unknown kind")
        elif b"moov" in names:
            self._blank_unneeded_bytes([box for box in boxes if box.name == b"mdat"])
        elif b"ftyp" not in names or b"jP  " not in names:
            raise FileRefused(FileReason.DAMAGED, "nothing to play")
        return bytes(self._data)

    def _iter_counted_boxes(self, start: int, end: int) -> Iterator[Box]:
        for box in iter_boxes(self._data, start, end):
            self._count += 1
            if self._count > self._limits.parts:
                raise FileRefused(FileReason.BOMB, f"over {self._limits.parts:,} boxes")
            yield box

    def _clean_box(self, box: Box, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise FileRefused(FileReason.BOMB, "boxes in boxes")
        if box.name == b"trak" and not self._is_kept_track(box):
            self._dropped_tracks += 1
            self._blank_box(box)
        elif box.name in _CONTAINERS:
            for inner in self._iter_counted_boxes(box.content, box.end):
                self._clean_box(inner, depth + 1)
        elif box.name not in _KEPT:
            self._blank_box(box)
        elif box.name in _TIMES:
            self._zero_bytes(box.content + 4, box.content + (20 if self._data[box.content] == 1 else 12), box)
        elif box.name == b"hdlr":
            self._zero_bytes(box.content + 12, box.end, box)
        elif box.name == b"stsd":
            self._clean_entries(box)
        elif box.name == b"dref":
            self._clean_data_references(box)

    def _is_kept_track(self, track: Box) -> bool:
        """Return whether a track is kept, and note the byte ranges of its samples."""
        media = self._find_box(track, b"mdia")
        handler = self._find_box(media, b"hdlr") if media else None
        kind = bytes(self._data[handler.content + 8 : handler.content + 12]) if handler else b""
        is_kept = kind in _KEPT_TRACKS
        table = self._find_box(self._find_box(media, b"minf"), b"stbl")
        if table is not None:
            boxes = self._iter_counted_boxes(table.content, table.end)
            tables = {box.name: bytes(self._data[box.content : box.end]) for box in boxes}
            ranges = self._kept_ranges if is_kept else self._dropped_ranges
            ranges += find_sample_ranges(tables, self._limits)
        return is_kept

    def _find_box(self, parent: Box | None, name: bytes) -> Box | None:
        if parent is None:
            return None
        return next((box for box in self._iter_counted_boxes(parent.content, parent.end) if box.name == name), None)

    def _clean_entries(self, box: Box) -> None:
        """Overwrite encoder names in sample entries, and unneeded boxes inside visual entries."""
        for entry in self._iter_counted_boxes(box.content + 8, box.end):
            is_visual = entry.end - entry.start >= _VISUAL_ENTRY and entry.name not in (b"mp4a", b"samr", b"sawb")
            if is_visual and bytes(self._data[entry.start + 82 : entry.start + 84]) in _DEPTHS:
                self._zero_bytes(entry.start + _ENCODER_NAME[0], entry.start + _ENCODER_NAME[1], entry)
                for inner in self._iter_counted_boxes(entry.start + _VISUAL_ENTRY, entry.end):
                    if inner.name in (b"uuid", b"udta", b"meta", b"free", b"skip"):
                        self._blank_box(inner)

    def _clean_data_references(self, box: Box) -> None:
        """Refuse media in another file; overwrite the bytes after the flag for media in this file."""
        for entry in self._iter_counted_boxes(box.content + 8, box.end):
            if not self._data[entry.content + 3] & 1:
                raise FileRefused(FileReason.EMBEDDED, "media in another file")
            self._zero_bytes(entry.content + 4, entry.end, entry)

    def _blank_unneeded_bytes(self, stretches: list[Box]) -> None:
        """Overwrite the bytes that no kept track needs."""
        needed = sorted(self._kept_ranges)
        dropped = sorted(self._dropped_ranges)
        if _has_overlap(needed, dropped):
            raise FileRefused(FileReason.DAMAGED, "a track in the bytes of another")
        for box in stretches:
            position = box.content
            for start, end in needed:
                if start >= box.end or end <= box.content:
                    continue
                if start > position:
                    self._zero_bytes(position, min(start, box.end), box)
                position = max(position, min(end, box.end))
            self._zero_bytes(position, box.end, box)

    def _blank_box(self, box: Box) -> None:
        self._data[box.start + 4 : box.start + 8] = b"free"
        self._zero_bytes(box.content, box.end, box)

    def _zero_bytes(self, start: int, end: int, box: Box) -> None:
        end = min(end, box.end)
        if end > start:
            self._data[start:end] = bytes(end - start)


def _has_overlap(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> bool:
    """Return whether a range of one sorted list overlaps a range of the other."""
    index = 0
    for start, end in first:
        while index < len(second) and second[index][1] <= start:
            index += 1
        if index < len(second) and second[index][0] < end and start < end:
            return True
    return False
