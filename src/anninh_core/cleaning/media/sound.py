"""Audio without boxes: MP3, AAC, AMR and WAV, stripped of tags before, between and after the audio data."""

from collections.abc import Callable, Iterator

from anninh_core.cleaning.results import FileRefused
from anninh_core.vocabulary.files import FileReason

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_BITS_1 = {
    3: (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
_BITS_2 = {
    3: (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    1: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_AMR_SIZES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1)
_AMR_WIDE_SIZES = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)
_WAV_KEPT = (b"fmt ", b"fact", b"data")
_MIN_FRAMES = 2
_TAGS = (b"TAG", b"APETAGEX", b"ID3", b"LYRICSBEGIN")
# Greatest number of frames in a file, and of offsets at which a frame is searched: more isn't worth the time.
_MAX_FRAMES = 2_000_000
_MAX_TRIES = 200_000


def clean_mp3(data: bytes) -> bytes:
    """Return the frames of an MP3 without ID3, APE and Lyrics tags, and without other bytes between the frames."""
    return _keep_frames(data, _skip_id3(data), _read_mpeg_length)


def clean_aac(data: bytes) -> bytes:
    """Return the frames of an AAC stream (ADTS) without other bytes."""
    return _keep_frames(data, _skip_id3(data), _read_adts_length)


def clean_amr(data: bytes) -> bytes:
    """Return an AMR file up to the end of its last whole frame; the format has no place for tags."""
    head = data.index(b"\n") + 1
    sizes = _AMR_WIDE_SIZES if data.startswith(b"#!AMR-WB") else _AMR_SIZES
    position = head
    frames = []
    while position < len(data):
        size = sizes[data[position] >> 3 & 15]
        if data[position] & 0x83 or not size or position + size > len(data):
            break
        frames.append(data[position : position + size])
        position += size
        if len(frames) > _MAX_FRAMES:
            raise FileRefused(FileReason.BOMB, f"over {_MAX_FRAMES:,} frames")
    if not frames:
        raise FileRefused(FileReason.DAMAGED, "no frame of sound")
    return data[:head] + b"".join(frames)


def clean_wav(data: bytes) -> bytes:
    """Return a WAV file with its format and audio chunks only."""
    chunks = {name: content for name, content in reversed([*_iter_chunks(data)]) if name in _WAV_KEPT}
    if b"fmt " not in chunks or not chunks.get(b"data"):
        raise FileRefused(FileReason.DAMAGED, "no sound")
    body = b"".join(
        name + len(chunks[name]).to_bytes(4, "little") + chunks[name] + bytes(len(chunks[name]) % 2)
        for name in _WAV_KEPT
        if name in chunks
    )
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WAVE" + body


def _iter_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 12
    while position + 8 <= len(data):
        name = data[position : position + 4]
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        yield name, data[position + 8 : position + 8 + size]  # A truncated chunk ends with the file.
        position += 8 + size + size % 2


def _skip_id3(data: bytes) -> int:
    """Return the offset after the ID3 tags at the start; their sizes have 7 bits a byte."""
    position = 0
    while data[position : position + 3] == b"ID3" and len(data) >= position + 10:
        size = 0
        for digit in data[position + 6 : position + 10]:
            size = size << 7 | digit & 0x7F
        position += 10 + size
    return position


def _keep_frames(data: bytes, position: int, frame_length: Callable[[bytes, int], int]) -> bytes:
    """Return the whole frames that are followed by another frame, by the end or by a tag.

    Bytes followed by anything else may be text that only resembles a frame.
    """
    frames: list[bytes] = []
    tries = 0
    while 0 <= position < len(data) - 4 and tries < _MAX_TRIES:
        length = frame_length(data, position)
        follower = position + length
        is_frame = length > 0 and follower <= len(data)
        if is_frame and (_is_end_or_tag(data, follower) or frame_length(data, follower) > 0):
            frames.append(data[position:follower])
            position = follower
            if len(frames) > _MAX_FRAMES:
                raise FileRefused(FileReason.BOMB, f"over {_MAX_FRAMES:,} frames")
        else:
            tries += 1
            position = data.find(b"\xff", position + 1)
    if len(frames) < _MIN_FRAMES:
        raise FileRefused(FileReason.DAMAGED, "no frames of sound")
    return b"".join(frames)


def _is_end_or_tag(data: bytes, at: int) -> bool:
    return at == len(data) or data.startswith(_TAGS, at)


def _read_mpeg_length(data: bytes, at: int) -> int:
    """Return the length of the MPEG frame at an offset, or 0."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version = head[1] >> 3 & 3
    layer = head[1] >> 1 & 3
    rate = head[2] >> 2 & 3
    bits = head[2] >> 4
    if version == 1 or not layer or rate == 3 or not 0 < bits < 15:
        return 0
    per_second = (_BITS_1 if version == 3 else _BITS_2)[layer][bits] * 1000
    hertz = _RATES[version][rate]
    padding = head[2] >> 1 & 1
    if layer == 3:
        return (12 * per_second // hertz + padding) * 4
    return (72 if layer == 1 and version != 3 else 144) * per_second // hertz + padding


def _read_adts_length(data: bytes, at: int) -> int:
    """Return the length of the ADTS frame at an offset, or 0."""
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length >= 7 else 0
