"""Minimal video and audio files, with the metadata that phones write."""

import struct
from collections.abc import Mapping

from tests.cleaning.markers import AUTHOR, COMMENT, DELETED, PATH, PLACE, SERIAL, THUMBNAIL, XMP
from tests.cleaning.pictures import XMP_PACKET

# The media data, which must remain after cleaning.
PICTURE_BYTES = b"PICTURE-DATA" * 4
SOUND_BYTES = b"SOUND-DATA" * 4
_MADE = 3_700_000_000  # The creation time of the film, in seconds since 1904


def box(name: bytes, *content: bytes) -> bytes:
    """Return an MP4 box."""
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + name + body


def full_box(name: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    """Return an MP4 box with version and flags."""
    return box(name, bytes([version]) + flags.to_bytes(3, "big"), *content)


def _sample_table(entry: bytes, offset: int, size: int) -> bytes:
    return box(
        b"stbl",
        full_box(b"stsd", struct.pack(">I", 1), entry),
        full_box(b"stts", struct.pack(">III", 1, 1, 1000)),
        full_box(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        full_box(b"stsz", struct.pack(">II", size, 1)),
        full_box(b"stco", struct.pack(">II", 1, offset)),
    )


def _track(kind: bytes, entry: bytes, offset: int, size: int) -> bytes:
    return box(
        b"trak",
        full_box(b"tkhd", struct.pack(">IIII", _MADE, _MADE, 1, 0), bytes(68)),
        box(
            b"mdia",
            full_box(b"mdhd", struct.pack(">IIII", _MADE, _MADE, 1000, 1000), b"\x55\xc4\x00\x00"),
            full_box(b"hdlr", bytes(4), kind, bytes(12), AUTHOR.encode() + b"\x00"),
            box(
                b"minf",
                box(b"dinf", full_box(b"dref", struct.pack(">I", 1), full_box(b"url ", PATH.encode(), flags=1))),
                _sample_table(entry, offset, size),
            ),
        ),
        box(b"udta", box(b"name", AUTHOR.encode())),
    )


def _visual_entry() -> bytes:
    name = SERIAL.encode()
    sizes = struct.pack(">HHIIIH", 96, 64, 0x480000, 0x480000, 0, 1)
    encoder = bytes([len(name)]) + name.ljust(31, b"\x00")
    return box(
        b"avc1", bytes(6), b"\x00\x01", bytes(16), sizes, encoder, b"\x00\x18\xff\xff", box(b"uuid", XMP.encode())
    )


def _build_place_boxes() -> bytes:
    """Return boxes with place and author, as phones and programs write them."""
    return box(
        b"udta",
        box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE.encode()),
        box(b"\xa9ART", AUTHOR.encode()),
        full_box(
            b"meta", full_box(b"hdlr", bytes(4), b"mdir", bytes(13)), box(b"ilst", box(b"\xa9cmt", COMMENT.encode()))
        ),
    )


def film(brand: bytes = b"isom", *, tail: bytes = b"") -> bytes:
    """Return a film with a video, a metadata and an audio track; `mdat` also has data that no track refers to."""
    head = box(b"ftyp", brand, bytes(4), b"isom", b"mp42")
    places = PLACE.encode() * 3
    lost = DELETED.encode()
    media = PICTURE_BYTES + places + SOUND_BYTES + lost
    start = len(head) + 8
    sound = box(b"mp4a", bytes(6), b"\x00\x01", bytes(8), struct.pack(">HHHHI", 1, 16, 0, 0, 8000 << 16))
    movie = box(
        b"moov",
        full_box(b"mvhd", struct.pack(">IIII", _MADE, _MADE, 1000, 1000), bytes(80)),
        _track(b"vide", _visual_entry(), start, len(PICTURE_BYTES)),
        _track(b"meta", box(b"mebx", bytes(6), b"\x00\x01"), start + len(PICTURE_BYTES), len(places)),
        _track(b"soun", sound, start + len(PICTURE_BYTES) + len(places), len(SOUND_BYTES)),
        _build_place_boxes(),
        full_box(b"meta", full_box(b"hdlr", bytes(4), b"mdta", bytes(13)), box(b"keys", SERIAL.encode())),
    )
    extra_boxes = (
        box(b"uuid", bytes(16), XMP_PACKET) + box(b"free", THUMBNAIL.encode()) + box(b"skip", COMMENT.encode())
    )
    return head + box(b"mdat", media) + movie + extra_boxes + box(b"Xtra", AUTHOR.encode("utf-16-le")) + tail


def mp3() -> bytes:
    """Return an MP3 with every kind of tag, and a text between its frames."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    title = b"TPE1" + struct.pack(">I", len(AUTHOR.encode("utf-16")) + 1) + b"\x00\x00\x01" + AUTHOR.encode("utf-16")
    picture = b"APIC" + struct.pack(">I", len(THUMBNAIL)) + b"\x00\x00" + THUMBNAIL.encode()
    body = title + picture
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    id3 = b"ID3\x03\x00\x00" + size + body
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, 32 + len(COMMENT.encode()), 1, 0) + bytes(8)
    tail = ape + COMMENT.encode() + b"TAG" + SERIAL.encode().ljust(125, b"\x00")
    return id3 + frame * 3 + PATH.encode() + frame * 3 + tail


def aac() -> bytes:
    """Return an AAC stream with tags between and behind its frames."""
    body = b"TXXX" + struct.pack(">I", len(PLACE)) + b"\x00\x00" + PLACE.encode()
    frame = b"\xff\xf1\x50\x80" + bytes([64 >> 3, (64 & 7) << 5 | 0x1F, 0xFC]) + bytes(57)
    return frame * 2 + body + frame * 2 + AUTHOR.encode()


def amr() -> bytes:
    """Return an AMR file with trailing data."""
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * 5 + b"\xff" + SERIAL.encode()


def wav() -> bytes:
    """Return a WAV file with metadata about its author."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)

    body = (
        chunk(b"bext", AUTHOR.encode() + PLACE.encode())
        + chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16))
        + chunk(b"LIST", b"INFOIART" + struct.pack("<I", len(SERIAL)) + SERIAL.encode())
        + chunk(b"data", SOUND_BYTES)
        + chunk(b"id3 ", COMMENT.encode())
        + chunk(b"_PMX", XMP_PACKET)
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


FILMS: Mapping[str, bytes] = {
    "mp4": film(),
    "mov": film(b"qt  "),
    "3gp": film(b"3gp4"),
    "m4a": film(b"M4A "),
    "mp3": mp3(),
    "aac": aac(),
    "amr": amr(),
    "wav": wav(),
}
