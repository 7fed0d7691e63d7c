"""Characters that hide text or control its display are dropped from outgoing text and made visible for officers."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.hidden import drop_hidden, escape_hidden, show_hidden

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\xad\u200b\u200c\u2060\u3164\uffa0\u115f\ufeff\U000e0041\U000e0100\ue000\U0010fffd\ufff9\ufffb\ud800\ufdd0"
ODD = "".join(map(chr, [*range(9), *range(11, 13), *range(14, 32), *range(127, 160)])) + DIRECTIONS + INVISIBLE
FAMILY = "👨‍👩‍👧"
WORDS = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from(f"{ODD}\r\n\tệa1👩💻❤\ufe0f\u200d\u0301")), max_size=40
)


def is_harmless(text: str) -> bool:
    """Return whether a text has no hidden or controlling characters, according to Unicode's categories instead of the
    library's own list.
    """
    bare = text.replace("\r\n", "\n")
    return all(
        character in "\n\t\u200d\ufe0e\ufe0f"
        or (
            unicodedata.category(character) not in {"Cc", "Cs", "Co"}
            and unicodedata.bidirectional(character) not in BIDI_CONTROLS
        )
        for character in bare
    )


BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(WORDS)
def test_displayed_text_has_no_hidden_characters(text: str) -> None:
    """For any text, the text for officers and the outgoing text have no hidden or controlling characters and can be
    encoded; dropping the characters twice changes nothing more.
    """
    for displayed in (drop_hidden(text), show_hidden(text)):
        assert is_harmless(displayed)
        assert not set(displayed) & set(ODD)
        displayed.encode()
    assert drop_hidden(drop_hidden(text)) == drop_hidden(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cháy nhà ở xóm 3,\n\tđến ngay\r\nạ",
        f"{FAMILY} 👩🏽‍💻 ❤️‍🔥 🏴‍☠️ 1️⃣ ☎️ 🇻🇳",
        "Nguyễn Thị Ấ Ự",
        "a\u0301\u0323b",
        "~ế~",
        "日本 ไม้ ‘x’ – “y” …",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """Vietnamese in either encoding, joined emoji, keycaps, flags, line breaks and other scripts stay unchanged."""
    assert drop_hidden(text) == show_hidden(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "dropped", "shown"),
    [
        ("a\x1b[31mb", "a[31mb", "a␛[31mb"),
        ("a\rb\x7f", "ab", "a␍b␡"),
        ("ảnh\u202egpj.exe", "ảnhgpj.exe", "ảnh[U+202E]gpj.exe"),
        ("09\u200b12", "0912", "09[U+200B]12"),
        ("x" + "\U000e0041" * 12, "x", "x[U+E0041 ×12]"),
        ("x\u2028y", "x\ny", "x\ny"),
        ("a\u200db", "ab", "a[U+200D]b"),
        ("é" + "\u0316" * 20, "é" + "\u0316" * 3, "é" + "\u0316" * 3),
    ],
)
def test_officers_see_hidden_characters(text: str, dropped: str, shown: str) -> None:
    """Officers see each hidden character as a symbol or code point; outgoing text lacks it, and stacked marks are cut
    to three.
    """
    assert (drop_hidden(text), show_hidden(text)) == (dropped, shown)


@given(st.dictionaries(WORDS, WORDS, max_size=3))
def test_json_means_the_same_and_hides_nothing(data: dict[str, str]) -> None:
    """Escaped JSON decodes to the same data and shows no hidden or controlling characters."""
    escaped = escape_hidden(json.dumps(data, ensure_ascii=False))

    assert json.loads(escaped) == data
    assert not set(escaped) & set(ODD)


SEEN = {"\t", "\n", "\r"}
ARABIC_AND_SO_ON = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
"""Visible format characters of other scripts: signs in front of numbers, and signs that join hieroglyphs."""
UNSEEN = {
    *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2065, 0x2800, 0x3164, 0xFFA0),
    *(*range(0xFDD0, 0xFDF0), *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), 0xFFFE, 0xFFFF),
    *(*range(0xE0000, 0xE1000), 0xFFFFE, 0xFFFFF, 0x10FFFE, 0x10FFFF),
}
"""Invisible letters, marks and unassigned code points, which Unicode's categories don't mark as invisible."""


def test_exactly_invisible_code_points_are_dropped() -> None:
    """Exactly the invisible code points are dropped: those of Unicode's categories Cc, Cf, Cs and Co, and those of
    `UNSEEN`.
    """
    points = (*range(0x3500), *range(0xD7F0, 0x14000), *range(0x1BC90, 0x1BCB0), *range(0x1D160, 0x1D190))
    points += (
        *range(0xDFFF0, 0xE1010),
        *range(0xEFFF0, 0xF0010),
        *range(0xFFFF0, 0x100010),
        *range(0x10FFF0, 0x110000),
    )
    dropped = {point for point in points if drop_hidden(f"x{chr(point)}z") == "xz" and chr(point) not in SEEN}
    unseen = {point for point in points if unicodedata.category(chr(point)) in {"Cc", "Cf", "Cs", "Co"}}

    assert dropped == (unseen - ARABIC_AND_SO_ON - set(map(ord, SEEN))) | UNSEEN & set(points)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200b\u202eb", "a[U+200B ×2]b"),
        ("a\x00\x01b", "a␀␁b"),
        ("a\x1f\x7fb", "a␟␡b"),
        ("a\x1b\u200bb", "a[U+001B ×2]b"),
        ("a\x9bb", "a[U+009B]b"),
        ("1\ufe0fa", "1\ufe0fa"),
        ("a\ufe0fb", "a[U+FE0F]b"),
        ("☎\ufe0f\u200bx", "☎\ufe0f[U+200B]x"),
        ("☎\ufe0f\u200dx", "☎\ufe0f[U+200D]x"),
        ("👩\u200d\u200d💻", "👩[U+200D ×2]💻"),
        ("\ufe0fa", "[U+FE0F]a"),
        ("\u200d👩", "[U+200D]👩"),
        ("👩\u200d", "👩[U+200D]"),
        ("a\r\r\nb", "a␍\r\nb"),
        ("e" + "\u0316" * 3, "e" + "\u0316" * 3),
        ("e" + "\u0316" * 4, "e" + "\u0316" * 3),
    ],
)
def test_hidden_runs_show_first_and_length(text: str, shown: str) -> None:
    """A run of hidden characters is shown as its first character and its length; parts of an emoji or keycap stay, and
    so do up to three marks.
    """
    assert show_hidden(text) == shown
