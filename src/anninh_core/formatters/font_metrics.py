"""Widths of texts as measured in the bundled font, which has the widths of Times New Roman."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from struct import unpack_from

FONTS = Path(__file__).parent / "fonts"
MM_PER_POINT = 25.4 / 72


class FontFace:
    """The bundled font in one cut, such as bold.

    Args:
        cut: `Regular`, `Bold`, `Italic` or `BoldItalic`.
    """

    def __init__(self, cut: str) -> None:
        self._data = (FONTS / f"LiberationSerif-{cut}.ttf").read_bytes()
        count = unpack_from(">H", self._data, 4)[0]
        tables = (unpack_from(">4sLL", self._data, 12 + 16 * n) for n in range(count))
        self._table_offsets = {tag.decode("latin-1"): offset for tag, _, offset in tables}
        self._units_per_em: int = unpack_from(">H", self._data, self._table_offsets["head"] + 18)[0]
        self._glyph_count: int = unpack_from(">H", self._data, self._table_offsets["hhea"] + 34)[0]
        self._ends, self._segments = self._find_glyph_map()
        self._advances: dict[str, int] = {}

    def _find_glyph_map(self) -> tuple[tuple[int, ...], int]:
        """Find the font's table that maps characters to glyphs (format 4, Unicode on Windows)."""
        cmap = self._table_offsets["cmap"]
        count = unpack_from(">H", self._data, cmap + 2)[0]
        records = (unpack_from(">HHL", self._data, cmap + 4 + 8 * n) for n in range(count))
        start = next(cmap + offset for platform, encoding, offset in records if (platform, encoding) == (3, 1))
        segments = unpack_from(">H", self._data, start + 6)[0] // 2
        return unpack_from(f">{segments}H", self._data, start + 14), start + 16 + 2 * segments

    def _find_glyph(self, code: int) -> int:
        ends = self._ends
        segments_offset = self._segments
        segment = bisect_left(ends, code)
        if segment == len(ends):
            return 0
        first, delta, offset = (
            unpack_from(">H", self._data, segments_offset + 2 * (len(ends) * row + segment))[0] for row in range(3)
        )
        if code < first:
            return 0
        if not offset:
            return int(code + delta) % 0x10000
        glyph: int = unpack_from(
            ">H", self._data, segments_offset + 2 * (len(ends) * 2 + segment) + offset + 2 * (code - first)
        )[0]
        return (glyph + delta) % 0x10000 if glyph else 0

    def has(self, sign: str) -> bool:
        """Return whether the font has a glyph for a character."""
        return self._find_glyph(ord(sign)) != 0

    def width(self, text: str, size: float) -> float:
        """Return the width of a line of text in millimetres; `size` is in points."""
        units = sum(map(self._advance_width, text))
        return units / self._units_per_em * size * MM_PER_POINT

    def _advance_width(self, sign: str) -> int:
        """Return the advance width of a character in the font's units. It is cached, as a text has few different
        characters.
        """
        advance = self._advances.get(sign)
        if advance is None:
            glyph = min(self._find_glyph(ord(sign)), self._glyph_count - 1)
            advance = self._advances[sign] = unpack_from(">H", self._data, self._table_offsets["hmtx"] + 4 * glyph)[0]
        return advance


STAND_IN = "\N{WHITE SQUARE}"
"""Character drawn in place of one that the bundled font lacks, such as an emoji."""
_CUTS = ("Regular", "Bold", "Italic", "BoldItalic")


def make_drawable(text: str) -> str:
    """Return a text that can be drawn completely in each cut of the bundled font.

    A missing character becomes an empty square; combining marks and invisible characters are left out.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_replace_undrawable, text))


@cache
def _load_faces() -> tuple[FontFace, ...]:
    return tuple(map(FontFace, _CUTS))


@lru_cache(maxsize=4096)
def _replace_undrawable(sign: str) -> str:
    if sign in "\n\t" or (ord(sign) <= _LAST_OF_PLANE and all(face.has(sign) for face in _load_faces())):
        return sign
    return "" if unicodedata.category(sign) in _UNSEEN_CATEGORIES else STAND_IN


_LAST_OF_PLANE = 0xFFFF  # The font's character table ends at this code point.
_UNSEEN_CATEGORIES = frozenset({"Mn", "Me", "Mc", "Cf", "Cc"})

_SLACK = 0.4
"""Millimetres added to a column's longest word: programs round widths, and break a word that fits exactly."""


def share_column_widths(
    face: FontFace, rows: Sequence[Sequence[str]], total: float, size: float, padding: float
) -> list[float]:
    """Share `total` millimetres among the columns of a table.

    Each column gets room for its longest word; the remaining width goes to columns with cells that would otherwise
    break. A heading may break: a column of numbers leaves its room to names.

    Args:
        face: cut of the font to measure with; the bold one if the heading row is bold.
        rows: the heading row and all others, equally long.
        total: width of the table in millimetres.
        size: size of the type in points.
        padding: millimetres left and right of the text together.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(face.width(word, size) for cell in column for word in cell.split() or [""]) for column in columns]
    widths = [width + padding + _SLACK for width in widths]
    if sum(widths) >= total:
        return [width * total / sum(widths) for width in widths]
    names = [max((face.width(cell, size) for cell in column[1:]), default=0) + padding for column in columns]
    headings = [face.width(column[0], size) + padding for column in columns]
    for wish in (names, headings):
        widths = _widen_columns(widths, [min(width, total / 2) for width in wish], total)
    return [width * total / sum(widths) for width in widths]


def _widen_columns(widths: Sequence[float], wish: Sequence[float], total: float) -> list[float]:
    """Widen columns to the widths in `wish`, or proportionally if `total` isn't enough."""
    missing = [max(wished - width, 0) for width, wished in zip(widths, wish, strict=True)]
    spare = total - sum(widths)
    share = min(1.0, spare / sum(missing)) if sum(missing) else 0
    return [width + want * share for width, want in zip(widths, missing, strict=True)]
