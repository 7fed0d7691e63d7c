"""Splitting loses nothing and cuts nothing in two; relayed words ring nobody's bell."""

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
def test_parts_are_the_text(text: str, room: int, utf16: bool) -> None:
    """Joined again, the parts are the text; none is too long or empty."""
    found = cut_parts(text, room, utf16=utf16)

    assert "".join(found) == text
    assert all(0 < text_length(part, utf16=utf16) <= room for part in found)


@given(text=TEXTS, limit=st.integers(30, 90))
def test_numbered_parts_hold_the_whole_text(text: str, limit: int) -> None:
    """Numbered parts fit, count from 1 to the total, and hold the whole text in its stored form."""
    found = split_text(text, limit)

    assert all(text_length(part) <= limit for part in found)
    if len(found) > 1:
        numbers = [re.match(r"\((\d+)/(\d+)\) ", part) for part in found]
        assert [match and (match[1], match[2]) for match in numbers] == [
            (str(n), str(len(found))) for n in range(1, len(found) + 1)
        ]
        found = [part[match.end() :] for part, match in zip(found, numbers, strict=True) if match]
    assert "".join(found) == nfc(text)


@given(text=st.lists(PIECES, max_size=80).map("".join), room=st.integers(12, 40))
def test_no_visible_character_is_cut(text: str, room: int) -> None:
    """No part ends inside a character, unless that alone is longer than a part."""
    start = 0
    for part in cut_parts(text, room)[:-1]:
        end = start + len(part)
        assert len(clip(text, end)) == end or not clip(text[start:], len(part))
        start = end


def test_where_it_is_cut() -> None:
    """After a line, else after a sentence, else after a word, else between characters."""
    assert cut_parts("Một hai.\nBa bốn. Năm", 12) == ["Một hai.\n", "Ba bốn. Năm"]
    assert cut_parts("Một hai. Ba bốn năm", 14) == ["Một hai. ", "Ba bốn năm"]
    assert cut_parts("Một hai ba bốn", 9) == ["Một hai ", "ba bốn"]
    assert cut_parts("abcdef", 4) == ["abcd", "ef"]
    assert cut_parts("ab👨‍👩‍👧", 8) == ["ab", "👨‍👩‍👧"]
    assert cut_parts("👍🏽👍🏽", 4) == ["👍🏽", "👍🏽"]


def test_how_characters_count() -> None:
    """An emoji counts twice by the careful reading and once by the other one."""
    assert (text_length("a👍"), text_length("a👍", utf16=False)) == (3, 2)
    assert split_text("👍" * 1000) == ("👍" * 1000,)
    assert len(split_text("👍" * 1001)) == 2
    assert split_text("👍" * 1001, utf16=False) == ("👍" * 1001,)


def test_a_text_that_fits_is_left_alone() -> None:
    """2000 characters are one message, without a number; they are counted in the stored form."""
    assert split_text("a" * 2000) == ("a" * 2000,)
    assert split_text(unicodedata.normalize("NFD", "ộ") * 2000) == ("ộ" * 2000,)


def test_many_parts_leave_room_for_numbers() -> None:
    """Where numbers get longer, parts leave room for them."""
    found = split_text("a" * 3000, 20)

    assert max(map(len, found)) <= 20
    assert found[0].startswith(f"(1/{len(found)}) ")
    with pytest.raises(BadInput, match="no room"):
        split_text("a" * 3000, 10)


@pytest.mark.parametrize("numbering", ["x", "{total}", "{n", "{n}{x}", "{n}{0}", "{n}" + "a" * 100, "{n.x}"])
def test_numbering_that_can_not_be_used(numbering: str) -> None:
    """A mistake in the option is found when the settings are read."""
    with pytest.raises(ConfigurationError, match="numbering"):
        validate_numbering(numbering)


def test_numbering_that_can_be_used() -> None:
    """Any form with the number in it, or none at all."""
    assert (validate_numbering(""), validate_numbering("{n}. ")) == ("", "{n}. ")


@pytest.mark.parametrize("text", ["[@123]", "[[@1]@2]", "[ @1]", "[\u200b@1]", "［＠1］", "[@f\u200b1]", "[@ab-c7]"])
def test_relayed_text_mentions_nobody(text: str) -> None:
    """However a mention is written or nested, none is left, and the words stay as long as they were."""
    plain = strip_mentions(text)

    assert not re.search(r"[\[［][\s\u200b]*[@＠][\w\s\u200b-]*\d", plain)
    assert len(plain) == len(text)


def test_other_brackets_stay() -> None:
    """What mentions nobody isn't touched."""
    for text in ("[1] a@b.vn [x@y] @all", "[@all] họp", "[@]", "[@@@]"):
        assert strip_mentions(text) == text
