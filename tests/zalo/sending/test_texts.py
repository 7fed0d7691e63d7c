"""Splitting a text loses no text and cuts no character, and a relayed text mentions no member."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_core.kernel.text import clip, nfc
from anninh_zalo.sending.text_split import (
    count_characters,
    cut_into_parts,
    disable_mentions,
    split_text,
    validate_numbering,
)

PIECES = st.sampled_from(
    ["tin. ", "Cháy! ", "\n", "\r\n", " ", "👨‍👩‍👧", "🇻🇳", "e\u0323\u0302", "\u0301", "a" * 30, "👍🏽", "\u200d"]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=80).map("".join)


@given(text=TEXTS, room=st.integers(2, 60), utf16=st.booleans())
def test_joined_parts_equal_the_text(text: str, room: int, utf16: bool) -> None:
    """The joined parts of a split text equal the text, and no part is empty or too long."""
    parts = cut_into_parts(text, room, utf16=utf16)

    assert "".join(parts) == text
    assert all(0 < count_characters(part, utf16=utf16) <= room for part in parts)


@given(text=TEXTS, limit=st.integers(30, 90))
def test_numbered_parts_hold_the_whole_text(text: str, limit: int) -> None:
    """Numbered parts fit the limit, count from 1 to their total, and contain the whole text in Unicode form NFC."""
    parts = split_text(text, limit)

    assert all(count_characters(part) <= limit for part in parts)
    if len(parts) > 1:
        numbers = [re.match(r"\((\d+)/(\d+)\) ", part) for part in parts]
        assert [match and (match[1], match[2]) for match in numbers] == [
            (str(n), str(len(parts))) for n in range(1, len(parts) + 1)
        ]
        parts = [part[match.end() :] for part, match in zip(parts, numbers, strict=True) if match]
    assert "".join(parts) == nfc(text)


@given(text=st.lists(PIECES, max_size=80).map("".join), room=st.integers(12, 40))
def test_no_visible_character_is_cut(text: str, room: int) -> None:
    """No part of a split text ends inside a visible character, unless that character alone is longer than a part."""
    start = 0
    for part in cut_into_parts(text, room)[:-1]:
        end = start + len(part)
        assert len(clip(text, end)) == end or not clip(text[start:], len(part))
        start = end


def test_text_is_cut_at_the_best_place() -> None:
    """A text is cut after a line, else after a sentence, else after a word, else between characters."""
    assert cut_into_parts("Một hai.\nBa bốn. Năm", 12) == ["Một hai.\n", "Ba bốn. Năm"]
    assert cut_into_parts("Một hai. Ba bốn năm", 14) == ["Một hai. ", "Ba bốn năm"]
    assert cut_into_parts("Một hai ba bốn", 9) == ["Một hai ", "ba bốn"]
    assert cut_into_parts("abcdef", 4) == ["abcd", "ef"]
    assert cut_into_parts("ab👨‍👩‍👧", 8) == ["ab", "👨‍👩‍👧"]
    assert cut_into_parts("👍🏽👍🏽", 4) == ["👍🏽", "👍🏽"]


def test_emoji_counts_as_two_utf16_units() -> None:
    """In UTF-16 units, which are the cautious reading of Zalo's limit, an emoji counts as two; in characters it counts
    as one.
    """
    assert (count_characters("a👍"), count_characters("a👍", utf16=False)) == (3, 2)
    assert split_text("👍" * 1000) == ("👍" * 1000,)
    assert len(split_text("👍" * 1001)) == 2
    assert split_text("👍" * 1001, utf16=False) == ("👍" * 1001,)


def test_fitting_text_stays_one_part() -> None:
    """A text of up to 2000 characters in Unicode form NFC is one message without a number."""
    assert split_text("a" * 2000) == ("a" * 2000,)
    assert split_text(unicodedata.normalize("NFD", "ộ") * 2000) == ("ộ" * 2000,)


def test_many_parts_leave_room_for_numbers() -> None:
    """Parts are short enough for numbers with more digits, and a limit without space for the number is refused."""
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
    """A numbering option is accepted if it has the part's number or is empty."""
    assert (validate_numbering(""), validate_numbering("{n}. ")) == ("", "{n}. ")


@pytest.mark.parametrize("text", ["[@123]", "[[@1]@2]", "[ @1]", "[\u200b@1]", "［＠1］", "[@f\u200b1]", "[@ab-c7]"])
def test_mentions_are_removed_from_relayed_text(text: str) -> None:
    """A mention in any form or nesting is removed from a relayed text without changing the text's length."""
    plain = disable_mentions(text)

    assert not re.search(r"[\[［][\s\u200b]*[@＠][\w\s\u200b-]*\d", plain)
    assert len(plain) == len(text)


def test_other_brackets_are_unchanged() -> None:
    """Brackets that are no mention stay unchanged."""
    for text in ("[1] a@b.vn [x@y] @all", "[@all] họp", "[@]", "[@@@]"):
        assert disable_mentions(text) == text
