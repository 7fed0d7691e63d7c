"""Signs that hide something or steer what shows them: dropped where words leave, seen where officers look."""

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
    """Tell by categories of Unicode, not by our own list, whether nothing in a text hides or steers."""
    bare = text.replace("\r\n", "\n")
    return all(
        c in "\n\t\u200d\ufe0e\ufe0f"
        or (unicodedata.category(c) not in {"Cc", "Cs", "Co"} and unicodedata.bidirectional(c) not in BIDI_CONTROLS)
        for c in bare
    )


BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(WORDS)
def test_nothing_that_is_shown_hides_or_steers(text: str) -> None:
    """Whatever somebody writes, in both ways of showing it; doing it twice changes nothing, and it can be encoded."""
    for shown in (drop_hidden(text), show_hidden(text)):
        assert is_harmless(shown)
        assert not set(shown) & set(ODD)
        shown.encode()
    assert drop_hidden(drop_hidden(text)) == drop_hidden(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cháy nhà ở xóm 3,\n\tđến ngay\r\nạ",
        f"{FAMILY} 👩🏽‍💻 ❤️‍🔥 🏴‍☠️ 1️⃣ ☎️ 🇻🇳",
        "Nguyễn Thị Ấ Ự",
        "a\u0301\u0323b",
        "日本 ไม้ ‘x’ – “y” …",
    ],
)
def test_what_is_written_honestly_stays(text: str) -> None:
    """Vietnamese in either encoding, joined emoji, keycaps, flags, line breaks and other scripts."""
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
def test_officers_see_that_something_was_hidden(text: str, dropped: str, shown: str) -> None:
    """By its picture or number; what leaves is just without it; heaped marks are cut to three."""
    assert (drop_hidden(text), show_hidden(text)) == (dropped, shown)


@given(st.dictionaries(WORDS, WORDS, max_size=3))
def test_json_means_the_same_and_hides_nothing(data: dict[str, str]) -> None:
    """A program reads what was written, and a person sees no sign that steers."""
    escaped = escape_hidden(json.dumps(data, ensure_ascii=False))

    assert json.loads(escaped) == data
    assert not set(escaped) & set(ODD)
