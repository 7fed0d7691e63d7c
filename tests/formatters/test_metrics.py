import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.formatters.font_metrics import FontFace, share_column_widths

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES]
REGULAR = FontFace("Regular")


@pytest.mark.parametrize("cut", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_shipped_font_covers_vietnamese(cut: str) -> None:
    """Each style of the shipped font has a glyph for every Vietnamese vowel with every tone, for đ and for the signs
    used in documents.
    """
    face = FontFace(cut)
    signs = "".join(VOWELS) + "đ"
    assert [sign for sign in signs + signs.upper() + "…–“”₫" if not face.has(sign)] == []
    assert not face.has("漢")


def test_widths_are_those_of_times_new_roman() -> None:
    """Character widths are those of Times New Roman: a digit is half as wide as the type size, a regular m 0.778 of
    it.
    """
    assert REGULAR.width("0", 72) == pytest.approx(12.7, abs=0.01)
    assert REGULAR.width("m", 72) == pytest.approx(0.778 * 25.4, abs=0.02)


def test_rarely_used_signs_are_measured_too() -> None:
    """A superscript digit is narrower than a digit, and a character that the font lacks has a positive width."""
    assert 0 < REGULAR.width("²", 13) < REGULAR.width("2", 13)
    assert REGULAR.width("漢\uffff", 13) > 0
    assert all(REGULAR.width(chr(code), 13) >= 0 for code in range(0x20, 0x2200))


cells = st.text(st.sampled_from("aăđ bM1.,"), max_size=30)


@given(st.integers(1, 8).flatmap(lambda n: st.lists(st.tuples(*[cells] * n), min_size=1, max_size=5)))
def test_columns_fill_the_table(rows: list[tuple[str, ...]]) -> None:
    """Column widths are positive and add up to the table's width."""
    widths = share_column_widths(REGULAR, rows, 165, 13, 3)
    assert len(widths) == len(rows[0])
    assert sum(widths) == pytest.approx(165)
    assert min(widths) > 0


def test_a_column_has_room_for_its_longest_word() -> None:
    """A column is at least as wide as its longest word if the table has room."""
    rows = [("TT", "Nghiêng", "Đơn vị " * 20), ("1", "2", "x")]
    widths = share_column_widths(REGULAR, rows, 165, 13, 3)
    assert widths[1] >= REGULAR.width("Nghiêng", 13) + 3
    assert widths[2] > widths[1] > widths[0]
