"""Byte ranges of a track, read from its tables of samples and chunks (ISO/IEC 14496-12, 8.7)."""

from collections.abc import Iterator, Mapping

from anninh_core.cleaning.results import FileLimits, FileRefused
from anninh_core.vocabulary.files import FileReason

_MAX_SAMPLES = 5_000_000


def find_sample_ranges(tables: Mapping[bytes, bytes], limits: FileLimits) -> list[tuple[int, int]]:
    """Return the byte ranges of a track's chunks: first byte, and the byte after the last.

    Args:
        tables: content of the boxes in `stbl`, by name.
        limits: bounds of the file's size, and so of a chunk's length.

    Raises:
        FileRefused: the tables contradict each other.
    """
    offsets = _read_numbers(tables.get(b"co64", b""), 8) or _read_numbers(tables.get(b"stco", b""), 4)
    runs = _read_runs(tables.get(b"stsc", b""))
    if not offsets or not runs:
        return []
    sizes = _SampleSizes(tables)
    ranges = []
    sample = 0
    for offset, count in zip(offsets, _count_samples(runs, len(offsets)), strict=True):
        length = sizes.total(sample, count)
        if length > limits.size:
            raise FileRefused(FileReason.DAMAGED, "a chunk larger than the file")
        ranges.append((offset, offset + length))
        sample += count
    return ranges


class _SampleSizes:
    def __init__(self, tables: Mapping[bytes, bytes]) -> None:
        table = tables.get(b"stsz", b"")
        if b"stz2" in tables or len(table) < 12:
            raise FileRefused(FileReason.DAMAGED, "no sizes of samples")
        self._same = int.from_bytes(table[4:8], "big")
        self._sizes = [] if self._same else _read_numbers(table[4:], 4)

    def total(self, first: int, count: int) -> int:
        return self._same * count if self._same else sum(self._sizes[first : first + count])


def _read_numbers(table: bytes, width: int) -> list[int]:
    """Return the numbers of a table that starts with flags and with the count of the numbers."""
    count = min(int.from_bytes(table[4:8], "big"), (len(table) - 8) // width) if len(table) > 8 else 0
    return [int.from_bytes(table[start : start + width], "big") for start in range(8, 8 + count * width, width)]


def _read_runs(table: bytes) -> list[tuple[int, int]]:
    """Return pairs of the first chunk of a run (counted from 1) and the number of samples in each of its chunks."""
    count = min(int.from_bytes(table[4:8], "big"), (len(table) - 8) // 12) if len(table) > 8 else 0
    places = (8 + number * 12 for number in range(count))
    return [(int.from_bytes(table[at : at + 4], "big"), int.from_bytes(table[at + 4 : at + 8], "big")) for at in places]


def _count_samples(runs: list[tuple[int, int]], chunks: int) -> Iterator[int]:
    """Yield the number of samples of each chunk."""
    at = 0
    for chunk in range(1, chunks + 1):
        while at + 1 < len(runs) and runs[at + 1][0] <= chunk:
            at += 1
        if runs[at][1] > _MAX_SAMPLES:
            raise FileRefused(FileReason.DAMAGED, "a chunk of too many samples")
        yield runs[at][1]
