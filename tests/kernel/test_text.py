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
    nfc,
    normalize_spaces,
    place_tones,
    quote,
    same_text,
    visible,
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
def test_fold_gives_what_a_hasty_typist_writes(text: str, key: str) -> None:
    """The key of a text has no tones, accents, capitals, invisible characters or spare spaces."""
    assert fold(text) == key


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """A key is its own key."""
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_encodings_share_a_key(text: str) -> None:
    """NFC and NFD of a text have the same key and the same stored form."""
    decomposed = unicodedata.normalize("NFD", text)
    assert fold(decomposed) == fold(text)
    assert nfc(decomposed) == nfc(text)


@given(st.text() | SYLLABLES)
def test_words_stand_in_the_key(text: str) -> None:
    """The words of any text are the letters and digits of its key, cut at everything else."""
    assert words(text) == re.findall(r"[^\W_]+(?:'[^\W_]+)*", fold(text))


@pytest.mark.parametrize("letter", ["α", "ж", "ع", "中", "\u0378", "\ud800", "ͱ", "ʰ", "ə", "ﬁ"])
def test_letters_beside_vietnamese_ones_are_kept(letter: str) -> None:
    """Taking Vietnamese marks away takes no letter of another script with it."""
    assert fold(f"Ạ{letter}ễ") == f"a{unicodedata.normalize('NFKD', letter)}e"


def test_words_are_folded_and_without_punctuation() -> None:
    """A text splits at everything but letters, digits and an inner apostrophe."""
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
    """Both spellings of an open syllable become one."""
    assert place_tones(late) == early
    assert place_tones(early) == early


@pytest.mark.parametrize("word", ["quý", "Quỳnh", "hoàn", "huỳnh", "hoặc", "loằn", "hoa", "ngoằn ngoèo", "quá"])
def test_other_syllables_keep_their_tone(word: str) -> None:
    """After q, before a final letter and on other vowels there is only one spelling."""
    assert place_tones(word) == word


@given(SYLLABLES)
def test_placing_tones_is_stable_and_keeps_the_letters(text: str) -> None:
    """Tone placement settles at once and never changes the search key."""
    placed = place_tones(text)
    assert place_tones(placed) == placed
    assert fold(placed) == fold(text)


def test_squeezed_overlooks_white_space_only() -> None:
    """Our own words are known again however a platform breaks lines, and no others are taken for them."""
    assert normalize_spaces(unicodedata.normalize("NFD", "  Ninh\u00a0Hòa\n\n xin chào ")) == "Ninh Hòa xin chào"
    assert normalize_spaces("Ninh Hoà") != normalize_spaces("Ninh Hòa") != normalize_spaces("ninh hòa")
    assert normalize_spaces(" \n ") == ""


def test_same_text_overlooks_spelling_but_not_tones() -> None:
    """Encoding, tone placement, Ð, capitals, apostrophes and spaces don't count; tones do."""
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
    """A phrase inside a longer word is not a hit, a later whole one is."""
    assert contains_phrase(text, phrase) is found


def test_teen_words_expand_to_folded_words() -> None:
    """An informal word becomes what it stands for, one word or several; others stay."""
    table = {"k": "không", "ntn": "như thế nào"}
    assert expand_slang(words("K biết NTN"), table) == ["khong", "biet", "nhu", "the", "nao"]


@given(st.text(), st.integers(min_value=0, max_value=50))
def test_a_clipped_text_is_a_short_beginning(text: str, limit: int) -> None:
    """Clipping returns a beginning within the limit, and the whole text if that fits."""
    clipped = clip(text, limit)
    assert text.startswith(clipped)
    assert len(clipped) <= limit
    assert clipped == text or len(text) > limit


@given(GRAPHEMES, st.integers(min_value=0, max_value=40))
def test_clipping_cuts_between_visible_characters(graphemes: list[str], limit: int) -> None:
    """As many whole visible characters stay as fit, and never a part of one."""
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
    """What would be cut is left out altogether."""
    assert clip(text, limit) == clipped


def test_a_negative_limit_is_refused() -> None:
    """Clipping to less than nothing names the limit."""
    with pytest.raises(BadInput, match="-1"):
        clip("xin chào", -1)


@given(st.text("ab- ", max_size=12), st.text("ab", min_size=1, max_size=3) | st.text("ab -", max_size=4))
def test_a_phrase_is_found_where_no_letter_touches_it(text: str, phrase: str) -> None:
    """Wherever it stands, and however often it stands there as a part of a word before."""
    found = re.search(rf"(?<![ab]){re.escape(phrase)}(?![ab])", text) is not None if phrase else False
    assert contains_phrase(text, phrase) is found


@given(st.lists(st.sampled_from([*map(chr, range(0x2F0, 0x350)), *"\x00\x1e\x1f !/0@Z[`az{~\x7f\x80ÿ'_"]), max_size=6))
def test_words_are_told_from_all_that_stands_between(pieces: list[str]) -> None:
    """Marks of every kind vanish; control characters and punctuation end a word, and are kept in the key."""
    text = "a".join(["", *pieces, ""])
    assert words(text) == re.findall(r"[^\W_]+(?:'[^\W_]+)*", fold(text))
    marks = {piece for piece in pieces if unicodedata.category(piece) == "Mn"}
    assert not marks & {*fold(text)}
    assert fold("a\x7fb") == "a\x7fb"


@pytest.mark.parametrize("marks", ["\u0300\u0316", "\u0316", "\u0327\u05b0\u0301"])
def test_marks_without_end_are_parted(marks: str) -> None:
    """However many marks stand in a row, no more than 30 are sorted together, and none is lost."""
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
def test_only_many_marks_in_a_long_text_are_parted(length: int, count: int, longest: int) -> None:
    """What is short is sorted at once, whatever stands in it, and thirty marks may follow each other anywhere."""
    marks = "\u0316" * count
    stored = nfc("x" * (length - count) + marks)

    assert max(map(len, re.findall("\u0316+", stored))) == longest
    assert stored.count("\u0316") == count


def test_a_foreign_text_is_told_in_one_line() -> None:
    """What can't be seen is a sign of its own, each for each, and what is long ends between visible characters."""
    assert visible("Xóm 3\u202e\n\x1b[") == "Xóm 3\ufffd\ufffd\ufffd["
    assert visible("ế" * 160) == visible("ế" * 161) == "ế" * 160
    assert visible("e\u0301" * 90, 81) == "e\u0301" * 40


def test_a_foreign_text_is_quoted_in_one_short_line() -> None:
    """What steers a terminal is told by its number, and what is long is cut between visible characters."""
    assert quote("a\x1b\n") == repr("a\x1b\n")
    assert quote("ế" * 80) == repr("ế" * 80)
    assert quote("e\u0301" * 41, 81) == repr("e\u0301" * 40) + "…"
