import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import (
    clip,
    contains_phrase,
    expand_slang,
    fold,
    make_visible,
    nfc,
    normalize_spaces,
    place_tones,
    quote_text,
    same_text,
    words,
)

SYLLABLES = st.lists(
    st.sampled_from("qkhxtoaeuyàèỳảẻỷãẽỹáéýạẹỵằắộn OÀÝ1") | st.sampled_from(["\u0301", "\u0323", "\u0306"]),
).map("".join)
GRAPHEMES = st.lists(
    st.sampled_from(
        ["a", "ế", "e\u0302\u0301", "👍🏽", "👨\u200d👩\u200d👧", "🇻🇳", "❤\ufe0f", "🏴\U000e0067\U000e007f", "\r\n"]
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hoà", "hoa"),
        ("Hòa", "hoa"),
        ("Đống Đa", "dong da"),
        ("Ðống Ða", "dong da"),
        ("B’Lao", "b'lao"),
        ("  Trường \n Yên ", "truong yen"),
        ("lừa\u200bđảo", "luadao"),
        ("𝐋𝐮̛̀𝐚 đảo", "lua dao"),
        ("", ""),
    ],
)
def test_fold_drops_tones_capitals_and_spaces(text: str, key: str) -> None:
    """A folded text has no tones, accents, capital letters, invisible characters or extra spaces."""
    assert fold(text) == key


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folding a folded text changes nothing."""
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_encodings_share_a_key(text: str) -> None:
    """NFC and NFD of a text give the same search key and the same stored form."""
    decomposed = unicodedata.normalize("NFD", text)
    assert fold(decomposed) == fold(text)
    assert nfc(decomposed) == nfc(text)


@given(st.text() | SYLLABLES)
def test_words_are_parts_of_the_folded_text(text: str) -> None:
    """The words of any text are the runs of letters and digits in its folded text."""
    assert words(text) == re.findall(r"[^\W_]+(?:'[^\W_]+)*", fold(text))


@pytest.mark.parametrize("letter", ["α", "ж", "ع", "中", "\u0378", "\ud800", "ͱ", "ʰ", "ə", "ﬁ"])
def test_folding_keeps_letters_of_other_scripts(letter: str) -> None:
    """Folding removes Vietnamese marks and no letters of other scripts."""
    assert fold(f"Ạ{letter}ễ") == f"a{unicodedata.normalize('NFKD', letter)}e"


def test_words_are_folded_and_without_punctuation() -> None:
    """A text is split into words at everything but letters, digits and an inner apostrophe."""
    assert words("Gọi ngay: B’Lao, xe 35A-123.45_'x'!") == ["goi", "ngay", "b'lao", "xe", "35a", "123", "45", "x"]


@pytest.mark.parametrize(
    ("late", "early"),
    [
        ("hoà", "hòa"),
        ("HOÁ", "HÓA"),
        ("Khoẻ", "Khỏe"),
        ("thuý", "thúy"),
        ("Uỷ ban", "Ủy ban"),
        ("hoà-giải, tuỳ.", "hòa-giải, tùy."),
    ],
)
def test_open_syllables_carry_the_tone_on_the_first_vowel(late: str, early: str) -> None:
    """Both spellings of an open syllable become one, with the tone on the first vowel."""
    assert place_tones(late) == early
    assert place_tones(early) == early


@pytest.mark.parametrize("word", ["quý", "Quỳnh", "hoàn", "huỳnh", "hoặc", "loằn", "hoa", "ngoằn ngoèo", "quá"])
def test_other_syllables_keep_their_tone(word: str) -> None:
    """The tone mark isn't moved after q, before a final letter or on other vowels."""
    assert place_tones(word) == word


@given(SYLLABLES)
def test_placing_tones_is_stable_and_keeps_the_letters(text: str) -> None:
    """Placing tone marks twice changes nothing more, and placing them never changes the search key."""
    placed = place_tones(text)
    assert place_tones(placed) == placed
    assert fold(placed) == fold(text)


def test_only_white_space_is_normalized() -> None:
    """Normalising white space makes texts equal that a platform returns with other line breaks; other differences
    stay.
    """
    assert normalize_spaces(unicodedata.normalize("NFD", "  Ninh\u00a0Hòa\n\n xin chào ")) == "Ninh Hòa xin chào"
    assert normalize_spaces("Ninh Hoà") != normalize_spaces("Ninh Hòa") != normalize_spaces("ninh hòa")
    assert normalize_spaces(" \n ") == ""


def test_same_text_ignores_spelling_but_not_tones() -> None:
    """`same_text` ignores encoding, tone placement, Ð, capitals, apostrophes and spaces, but not tones."""
    assert same_text("Xã  Ninh Hoà", unicodedata.normalize("NFD", "xã Ninh Hòa"))
    assert same_text("Ðồn B’Lao", "đồn b'lao")
    assert not same_text("Ninh Hòa", "Ninh Hoa")
    assert not same_text("Đa", "Da")
    assert not same_text("Da", "Đa")
    assert not same_text("Ninh Hoa", "Ninh Hòa")


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("bao chay o cho", "chay", True),
        ("bao chay o cho", "chay o", True),
        ("chay", "chay", True),
        ("(chay)", "chay", True),
        ("chayy roi chay", "chay", True),
        ("chayy", "chay", False),
        ("khchay", "chay", False),
        ("bao chay", "", False),
        ("", "chay", False),
        ("xchay", "chay", False),
        ("-xchay", "chay", False),
        ("x-chay", "chay", True),
        ("ab xchay", "chay", False),
        ("chayx ab", "chay", False),
        ("chayx-", "chay", False),
        ("chay-x", "chay", True),
        ("aaa a", "a", True),
        ("a--", "-", True),
        ("aaaa aa", "aa", True),
    ],
)
def test_a_phrase_is_found_as_whole_words(text: str, phrase: str, found: bool) -> None:
    """A phrase inside a longer word is no hit, but a later whole occurrence is."""
    assert contains_phrase(text, phrase) is found


def test_teen_words_expand_to_folded_words() -> None:
    """An informal word is expanded to one or several folded words; other words stay."""
    table = {"k": "không", "ntn": "như thế nào"}
    assert expand_slang(words("K biết NTN"), table) == ["khong", "biet", "nhu", "the", "nao"]


@given(st.text(), st.integers(min_value=0, max_value=50))
def test_a_clipped_text_is_a_short_beginning(text: str, limit: int) -> None:
    """Clipping returns a beginning of the text within the limit, or the whole text if it fits."""
    clipped = clip(text, limit)
    assert text.startswith(clipped)
    assert len(clipped) <= limit
    assert clipped == text or len(text) > limit


@given(GRAPHEMES, st.integers(min_value=0, max_value=40))
def test_clipping_cuts_between_visible_characters(graphemes: list[str], limit: int) -> None:
    """Clipping keeps as many whole visible characters as fit, and never a part of one."""
    fitting = ""
    for grapheme in graphemes:
        if len(fitting + grapheme) > limit:
            break
        fitting += grapheme
    assert clip("".join(graphemes), limit) == fitting


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("🇻🇳🇻🇳", 3, "🇻🇳"),
        ("🇻🇳🇻🇳", 2, "🇻🇳"),
        ("🇻🇳🇻🇳🇻🇳", 5, "🇻🇳🇻🇳"),
        ("🇻🇳🇻🇳🇻🇳", 4, "🇻🇳🇻🇳"),
        ("a🇻🇳", 2, "a"),
        ("🇻ab", 1, "🇻"),
        ("xin chào 🇻🇳", 10, "xin chào "),
        ("🇦🇿", 1, ""),
        ("🇿🇦", 1, ""),
        ("a\U000f0000", 1, "a"),
        ("👍🏻", 1, ""),
        ("👍🏿", 1, ""),
        ("🏴\U000e0020", 1, ""),
        ("🏴\U000e007f", 1, ""),
        ("a👨\u200d👩\u200d👧", 5, "a"),
        ("a👍🏽", 2, "a"),
        ("vie\u0323\u0302t", 4, "vi"),
        ("\u0301\u0301", 1, ""),
    ],
)
def test_flags_emoji_and_marks_stay_whole(text: str, limit: int, clipped: str) -> None:
    """A flag, an emoji or a letter with marks that the limit would cut is omitted whole."""
    assert clip(text, limit) == clipped


def test_a_negative_limit_is_refused() -> None:
    """Clipping to a negative limit is refused with an error that shows the limit."""
    with pytest.raises(BadInput, match="-1"):
        clip("xin chào", -1)


@given(st.text("ab- ", max_size=12), st.text("ab", min_size=1, max_size=3) | st.text("ab -", max_size=4))
def test_a_phrase_is_found_where_no_letter_touches_it(text: str, phrase: str) -> None:
    """A phrase is found at any position where no letter is directly before or after it, even after occurrences within
    words.
    """
    is_found = re.search(rf"(?<![ab]){re.escape(phrase)}(?![ab])", text) is not None if phrase else False
    assert contains_phrase(text, phrase) is is_found


@given(st.lists(st.sampled_from([*map(chr, range(0x2F0, 0x350)), *"\x00\x1e\x1f !/0@Z[`az{~\x7f\x80ÿ'_"]), max_size=6))
def test_marks_vanish_and_punctuation_ends_words(pieces: list[str]) -> None:
    """Folding drops combining marks and keeps control characters and punctuation, which end a word."""
    text = "a".join(["", *pieces, ""])
    assert words(text) == re.findall(r"[^\W_]+(?:'[^\W_]+)*", fold(text))
    marks = {piece for piece in pieces if unicodedata.category(piece) == "Mn"}
    assert not marks & {*fold(text)}
    assert fold("a\x7fb") == "a\x7fb"


@pytest.mark.parametrize("marks", ["\u0300\u0316", "\u0316", "\u0327\u05b0\u0301"])
def test_long_runs_of_marks_are_split(marks: str) -> None:
    """In any run of combining marks at most 30 marks are sorted together, and none is lost."""
    text = f"Mẫu {marks * 5_000} hết"
    stored = nfc(text)

    assert max(map(len, re.findall("[\u0300-\u034e\u0350-\u036f\u05b0]+", stored))) == 30
    assert sorted(stored.replace("\u034f", "")) == sorted(text)
    assert nfc(stored) == stored
    assert words(text) == ["mau", "het"]
    assert fold(place_tones(text)) == "mau het"


@pytest.mark.parametrize(
    ("length", "count", "longest"), [(500, 40, 40), (1000, 40, 40), (1001, 30, 30), (1001, 31, 30), (2000, 40, 30)]
)
def test_only_long_texts_with_many_marks_are_split(length: int, count: int, longest: int) -> None:
    """Short texts are never split, and up to thirty consecutive combining marks may occur anywhere."""
    marks = "\u0316" * count
    stored = nfc("x" * (length - count) + marks)

    assert max(map(len, re.findall("\u0316+", stored))) == longest
    assert stored.count("\u0316") == count


def test_visible_gives_one_clipped_line() -> None:
    """`visible` replaces each invisible character by a sign, and clips long text between visible characters."""
    assert make_visible("Xóm 3\u202e\n\x1b[") == "Xóm 3\ufffd\ufffd\ufffd["
    assert make_visible("ế" * 160) == make_visible("ế" * 161) == "ế" * 160
    assert make_visible("e\u0301" * 90, 81) == "e\u0301" * 40


def test_quote_gives_one_clipped_line() -> None:
    """`quote` escapes control characters and clips long text between visible characters."""
    assert quote_text("a\x1b\n") == repr("a\x1b\n")
    assert quote_text("ế" * 80) == repr("ế" * 80)
    assert quote_text("e\u0301" * 41, 81) == repr("e\u0301" * 40) + "…"
