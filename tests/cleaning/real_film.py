"""A playable film of one second, grey and silent, and variants of it with manipulated metadata."""

import struct
from base64 import b64decode

from tests.cleaning.films import box, full_box
from tests.cleaning.markers import PLACE

# H.264 and AAC in an MP4 file, 32 by 32 pixels, five frames; made by FFmpeg.
REAL_FILM = b64decode(
    """
AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDEAAAAIZnJlZQAAAr1tZGF03gIATGF2YzYyLjI4LjEwMgACMEAOAAACRQYF//9B3EXpvebZSLeW
LNgg2SPu73gyNjQgLSBjb3JlIDE2NSAtIEguMjY0L01QRUctNCBBVkMgY29kZWMgLSBDb3B5bGVmdCAyMDAzLTIwMjUgLSBodHRwOi8vd3d3LnZpZGVv
bGFuLm9yZy94MjY0Lmh0bWwgLSBvcHRpb25zOiBjYWJhYz0wIHJlZj0xIGRlYmxvY2s9MDowOjAgYW5hbHlzZT0wOjAgbWU9ZGlhIHN1Ym1lPTAgcHN5
PTEgcHN5X3JkPTEuMDA6MC4wMCBtaXhlZF9yZWY9MCBtZV9yYW5nZT0xNiBjaHJvbWFfbWU9MSB0cmVsbGlzPTAgOHg4ZGN0PTAgY3FtPTAgZGVhZHpv
bmU9MjEsMTEgZmFzdF9wc2tpcD0xIGNocm9tYV9xcF9vZmZzZXQ9MCB0aHJlYWRzPTEgbG9va2FoZWFkX3RocmVhZHM9MSBzbGljZWRfdGhyZWFkcz0w
IG5yPTAgZGVjaW1hdGU9MSBpbnRlcmxhY2VkPTAgYmx1cmF5X2NvbXBhdD0wIGNvbnN0cmFpbmVkX2ludHJhPTAgYmZyYW1lcz0wIHdlaWdodHA9MCBr
ZXlpbnQ9MTAwIGtleWludF9taW49NSBzY2VuZWN1dD0wIGludHJhX3JlZnJlc2g9MCByYz1jcmYgbWJ0cmVlPTAgY3JmPTUxLjAgcWNvbXA9MC42MCBx
cG1pbj0wIHFwbWF4PTY5IHFwc3RlcD00IGlwX3JhdGlvPTEuNDAgYXE9MACAAAAADWWIhDoRijHBjgyddeABGCAHARggBwAAAAVBmiA+iwEYIAcBGCAH
AAAABUGaQD6LARggBwAAAAZBmmAQosABGCAHARggBwAAAAZBmoAQosABGCAHAAAFz21vb3YAAABsbXZoZAAAAAAAAAAAAAAAAAAAA+gAAAQAAAEAAAEA
AAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMAAAJgdHJhawAAAFx0
a2hkAAAAAwAAAAAAAAAAAAAAAQAAAAAAAAPoAAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQAAAAAAgAAAAIAAA
AAAAJGVkdHMAAAAcZWxzdAAAAAAAAAABAAAD6AAAAAAAAQAAAAAB2G1kaWEAAAAgbWRoZAAAAAAAAAAAAAAAAAAAKAAAACgAVcQAAAAAAC1oZGxyAAAA
AAAAAAB2aWRlAAAAAAAAAAAAAAAAVmlkZW9IYW5kbGVyAAAAAYNtaW5mAAAAFHZtaGQAAAABAAAAAAAAAAAAAAAkZGluZgAAABxkcmVmAAAAAAAAAAEA
AAAMdXJsIAAAAAEAAAFDc3RibAAAAKdzdHNkAAAAAAAAAAEAAACXYXZjMQAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAgACAASAAAAEgAAAAAAAAAAQAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABj//wAAAC1hdmNDAULACv/hABVnQsAK2iWhAAADAAEAAAMACg8SJqABAAVozgGXIAAAABRidHJ0
AAAAAAAAFAAAAAAAAAAAGHN0dHMAAAAAAAAAAQAAAAUAAAgAAAAAFHN0c3MAAAAAAAAAAQAAAAEAAAAcc3RzYwAAAAAAAAABAAAAAQAAAAEAAAABAAAA
KHN0c3oAAAAAAAAAAAAAAAUAAAJaAAAACQAAAAkAAAAKAAAACgAAACRzdGNvAAAAAAAAAAUAAABFAAACpwAAArgAAALFAAAC1wAAApl0cmFrAAAAXHRr
aGQAAAADAAAAAAAAAAAAAAACAAAAAAAABAAAAAAAAAAAAAAAAAEBAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAA
AAAkZWR0cwAAABxlbHN0AAAAAAAAAAEAAAQAAAAEAAABAAAAAAIRbWRpYQAAACBtZGhkAAAAAAAAAAAAAAAAAAAfQAAAJABVxAAAAAAALWhkbHIAAAAA
AAAAAHNvdW4AAAAAAAAAAAAAAABTb3VuZEhhbmRsZXIAAAABvG1pbmYAAAAQc21oZAAAAAAAAAAAAAAAJGRpbmYAAAAcZHJlZgAAAAAAAAABAAAADHVy
bCAAAAABAAABgHN0YmwAAAB+c3RzZAAAAAAAAAABAAAAbm1wNGEAAAAAAAAAAQAAAAAAAAAAAAEAEAAAAAAfQAAAAAAANmVzZHMAAAAAA4CAgCUAAgAE
gICAF0AVAAAAAAAfQAAAAXAFgICABRWIVuUABoCAgAECAAAAFGJ0cnQAAAAAAAAfQAAAAXAAAAAYc3R0cwAAAAAAAAABAAAACQAABAAAAABMc3RzYwAA
AAAAAAAFAAAAAQAAAAEAAAABAAAAAgAAAAIAAAABAAAABAAAAAEAAAABAAAABQAAAAIAAAABAAAABgAAAAEAAAABAAAAOHN0c3oAAAAAAAAAAAAAAAkA
AAAVAAAABAAAAAQAAAAEAAAABAAAAAQAAAAEAAAABAAAAAQAAAAoc3RjbwAAAAAAAAAGAAAAMAAAAp8AAAKwAAACwQAAAs8AAALhAAAAGnNncGQBAAAA
cm9sbAAAAAIAAAAB//8AAAAcc2JncAAAAAByb2xsAAAAAQAAAAkAAAABAAAAYnVkdGEAAABabWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAbWRpcmFwcGwA
AAAAAAAAAAAAAAAtaWxzdAAAACWpdG9vAAAAHWRhdGEAAAABAAAAAExhdmY2Mi4xMi4xMDI=
"""
)


def with_declared_duration(seconds: int) -> bytes:
    """Return the film with a declared duration of `seconds` for the movie and each track."""
    data = bytearray(REAL_FILM)
    for name in (b"mvhd", b"mdhd"):
        start = -1
        while (start := data.find(name, start + 1)) != -1:
            (per_second,) = struct.unpack_from(">I", data, start + 16)
            struct.pack_into(">I", data, start + 20, min(seconds * per_second, 2**32 - 1))
    return bytes(data)


def with_stretched_samples(seconds: int) -> bytes:
    """Return the film with time tables that stretch each video and audio sample to `seconds`."""
    data = bytearray(REAL_FILM)
    start = -1
    while (start := data.find(b"stts", start + 1)) != -1:
        struct.pack_into(">I", data, start + 16, seconds * 12_800)
    return bytes(data)


def with_place() -> bytes:
    """Return the film with a metadata box that contains the place where a phone recorded it."""
    return REAL_FILM + box(b"uuid", PLACE.encode()) + full_box(b"meta", PLACE.encode())


def with_codec(name: bytes) -> bytes:
    """Return the film with another declared video codec."""
    return REAL_FILM.replace(b"avc1", name).replace(b"avcC", name)


def with_subtitles() -> bytes:
    """Return the film with a subtitle track that contains its place, as drones write it."""
    movie_start = REAL_FILM.index(b"moov") - 4
    (size,) = struct.unpack_from(">I", REAL_FILM, movie_start)
    words_at = len(REAL_FILM) + len(_build_subtitle_track(0)) + 8
    movie = box(b"moov", REAL_FILM[movie_start + 8 : movie_start + size], _build_subtitle_track(words_at))
    return REAL_FILM[:movie_start] + movie + REAL_FILM[movie_start + size :] + box(b"mdat", PLACE.encode())


def _build_subtitle_track(words_at: int) -> bytes:
    table = box(
        b"stbl",
        full_box(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        full_box(b"stsz", struct.pack(">II", len(PLACE.encode()), 1)),
        full_box(b"stco", struct.pack(">II", 1, words_at)),
    )
    head = full_box(b"mdhd", struct.pack(">IIII", 0, 0, 1000, 1000), bytes(4))
    return box(b"trak", box(b"mdia", head, full_box(b"hdlr", bytes(4), b"sbtl", bytes(13)), box(b"minf", table)))
