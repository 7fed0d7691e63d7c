"""Splitting loses no text and cuts no character, and relayed text mentions no member."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_core.kernel.text import clip, nfc
from anninh_zalo.sending.text_split import cut_parts, split_text, strip_mentions, text_length, validate_numbering

PIECES = st.sampled_from(
    ["tin. ", "Cháy! ", "\n", "\r\n", " ", "👨‍👩‍👧", "🇻🇳", "e\u0323\u0302", "\u0301", "a" * 30, "👍🏽", "\u200d"]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=80).map("".join)


@given(text=TEXTS, room=st.integers(2, 60), utf16=st.booleans())
def test_joined_parts_equal_the_text(text: str, room: int, utf16: bool) -> None:
    """The joined parts equal the text, and none is empty or too long."""
    parts = cut_parts(text, room, utf16=utf16)

    assert "".join(parts) == text
    assert all(0 < text_length(part, utf16=utf16) <= room for part in parts)


@given(text=TEXTS, limit=st.integers(30, 90))
def test_numbered_parts_hold_the_whole_text(text: str, limit: int) -> None:
    """Numbered parts fit the limit, count from 1 to the total, and contain the whole text in NFC."""
    parts = split_text(text, limit)

    assert all(text_length(part) <= limit for part in parts)
    if len(parts) > 1:
        numbers = [re.match(r"\((\d+)/(\d+)\) ", part) for part in parts]
        assert [match and (match[1], match[2]) for match in numbers] == [
            (str(n), str(len(parts))) for n in range(1, len(parts) + 1)
        ]
        parts = [part[match.end() :] for part, match in zip(parts, numbers, strict=True) if match]
    assert "".join(parts) == nfc(text)


@given(text=st.lists(PIECES, max_size=80).map("".join), room=st.integers(12, 40))
def test_no_visible_character_is_cut(text: str, room: int) -> None:
    """No part ends inside a visible character, unless that character alone is longer than a part."""
    start = 0
    for part in cut_parts(text, room)[:-1]:
        end = start + len(part)
        assert len(clip(text, end)) == end or not clip(text[start:], len(part))
        start = end


def test_text_is_cut_at_the_best_place() -> None:
    """A text is cut after a line, else after a sentence, else after a word, else between characters."""
    assert cut_parts("Một hai.\nBa bốn. Năm", 12) == ["Một hai.\n", "Ba bốn. Năm"]
    assert cut_parts("Một hai. Ba bốn năm", 14) == ["Một hai. ", "Ba bốn năm"]
    assert cut_parts("Một hai ba bốn", 9) == ["Một hai ", "ba bốn"]
    assert cut_parts("abcdef", 4) == ["abcd", "ef"]
    assert cut_parts("ab👨‍👩‍👧", 8) == ["ab", "👨‍👩‍👧"]
    assert cut_parts("👍🏽👍🏽", 4) == ["👍🏽", "👍🏽"]


def test_emoji_counts_as_two_utf16_units() -> None:
    """An emoji counts as two in UTF-16 units, the cautious reading of Zalo's limit, and as one in characters."""
    assert (text_length("a👍"), text_length("a👍", utf16=False)) == (3, 2)
    assert split_text("👍" * 1000) == ("👍" * 1000,)
    assert len(split_text("👍" * 1001)) == 2
    assert split_text("👍" * 1001, utf16=False) == ("👍" * 1001,)


def test_fitting_text_stays_one_part() -> None:
    """A text of up to 2000 characters in NFC is one message without a number."""
    assert split_text("a" * 2000) == ("a" * 2000,)
    assert split_text(unicodedata.normalize("NFD", "ộ") * 2000) == ("ộ" * 2000,)


def test_many_parts_leave_room_for_numbers() -> None:
    """Parts are short enough for longer numbers, and a limit without space for the number is refused."""
    parts = split_text("a" * 3000, 20)

    assert max(map(len, parts)) <= 20
    assert parts[0].startswith(f"(1/{len(parts)}) ")
    with pytest.raises(BadInput, match="no room"):
        split_text("a" * 3000, 10)


@pytest.mark.parametrize("numbering", ["x", "{total}", "{n", "{n}{x}", "{n}{0}", "{n}" + "a" * 100, "{n.x}"])
def test_invalid_numbering_is_refused(numbering: str) -> None:
    """An invalid numbering option is refused when the settings are read."""
    with pytest.raises(ConfigurationError, match="numbering"):
        validate_numbering(numbering)


def test_valid_numbering_is_accepted() -> None:
    """A numbering option with the part's number is accepted, and an empty one."""
    assert (validate_numbering(""), validate_numbering("{n}. ")) == ("", "{n}. ")


@pytest.mark.parametrize("text", ["[@123]", "[[@1]@2]", "[ @1]", "[\u200b@1]", "［＠1］", "[@f\u200b1]", "[@ab-c7]"])
def test_mentions_are_removed_from_relayed_text(text: str) -> None:
    """A mention in any form or nesting is removed without changing the text's length."""
    plain = strip_mentions(text)

    assert not re.search(r"[\[［][\s\u200b]*[@＠][\w\s\u200b-]*\d", plain)
    assert len(plain) == len(text)


def test_other_brackets_are_unchanged() -> None:
    """Brackets without a mention are unchanged."""
    for text in ("[1] a@b.vn [x@y] @all", "[@all] họp", "[@]", "[@@@]"):
        assert strip_mentions(text) == text
