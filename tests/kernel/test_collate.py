import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from anninh_core.kernel.collate import name_key, sort_key

VIETNAMESE = st.text("aàảãáạăằâậbcdđeéêệio ôơuưxyAÀĐÊ019'.ñж")


SYLLABLES = ["hoà", "quý", "uỷ", "oé", "hoàn", "thuở", "khoẻ", "toại", "giường", "b", "2"]
TONES = "\u0300\u0309\u0303\u0301\u0323"


@st.composite
def spellings(draw: st.DrawFn) -> tuple[tuple[str, ...], str, str]:
    """Return the syllables of a text and two spellings of it, with each tone mark on any vowel of its syllable."""
    text = tuple(draw(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3)))
    return text, " ".join(move_tone_mark(draw, s) for s in text), " ".join(move_tone_mark(draw, s) for s in text)


def move_tone_mark(draw: st.DrawFn, syllable: str) -> str:
    marks = unicodedata.normalize("NFD", syllable)
    tone = "".join(m for m in marks if m in TONES)
    letters = unicodedata.normalize("NFC", "".join(m for m in marks if m not in TONES))
    vowels = [at for at, letter in enumerate(letters) if letter in "aăâeêioôơuưy"]
    if not tone or not vowels:
        return syllable
    at = draw(st.sampled_from(vowels))
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


def is_ascending(keys: Iterable[str]) -> bool:
    return all(before < after for before, after in pairwise(keys))


def test_the_alphabet_is_vietnamese() -> None:
    """Letters sort a ă â … d đ e ê … o ô ơ … u ư, whatever their code points."""
    letters = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    assert is_ascending(map(sort_key, letters))


def test_tones_and_capitals_only_break_ties() -> None:
    """Tones matter only between texts of the same letters; they sort in the order none, huyền, hỏi, ngã, sắc, nặng."""
    ordered = ["ma", "mà", "mả", "mã", "má", "mạ", "mạ bà", "mác", "mai", "măng"]
    assert is_ascending(map(sort_key, ordered))
    assert sort_key("hòa bình") < sort_key("Hoa Mai") < sort_key("hoa mai") < sort_key("hòa mai")


def test_both_spellings_sort_together() -> None:
    """The placement of a tone mark doesn't separate texts that read the same, and doesn't count as a tone."""
    assert is_ascending(map(sort_key, ["hoa mai", "hoà mai", "hòa mài", "hoà mái", "hỏa mai", "hoả mài"]))
    assert is_ascending(map(sort_key, ["uỷ ma", "ủy mà", "uỷ má"]))
    assert is_ascending(map(sort_key, ["khỏe ma", "khoẻ mà", "khỏe má"]))
    assert is_ascending(map(name_key, ["An Thuý", "Bình Thúy", "Cường Thuý"]))


@given(spellings())
def test_the_spelling_decides_last(spelt: tuple[tuple[str, ...], str, str]) -> None:
    """The words after a syllable decide the order before the placement of the syllable's tone mark does."""
    _, spelling, other_spelling = spelt
    assert sort_key(f"{spelling} ma") < sort_key(f"{other_spelling} mà")
    assert sort_key(f"{other_spelling} ma") < sort_key(f"{spelling} mà")
    assert name_key(f"An {spelling}") < name_key(f"Bình {other_spelling}")


@given(spellings(), spellings())
def test_order_is_the_same_for_every_spelling(
    first_spellings: tuple[tuple[str, ...], str, str], second_spellings: tuple[tuple[str, ...], str, str]
) -> None:
    """Two texts sort in the same order, however their tone marks are placed."""
    assume(first_spellings[0] != second_spellings[0])
    orders = {sort_key(first) < sort_key(second) for first in first_spellings[1:] for second in second_spellings[1:]}
    assert len(orders) == 1


@given(st.lists(spellings(), max_size=4), st.randoms())
def test_sorting_ignores_the_original_order(spelt: list[tuple[tuple[str, ...], str, str]], random: Random) -> None:
    """Texts are sorted into the same order whatever their original order, also two spellings of the same text."""
    texts = [text for _, *both in spelt for text in both]
    shuffled = random.sample(texts, len(texts))
    assert sorted(texts, key=sort_key) == sorted(shuffled, key=sort_key)


def test_numbers_sort_by_value() -> None:
    """Numbers in names of areas sort 1, 2, 10, after the name without a number."""
    numbers = ("1", "2", "02a", "10", "99999999", "100000000", "1000000000")
    ordered = ["Thôn", *(f"Thôn {number}" for number in numbers), "Thôn Đông"]
    assert is_ascending(map(sort_key, ordered))


def test_signs_come_before_letters_and_foreign_letters_after() -> None:
    """Punctuation and spaces sort before the alphabet, other scripts after it; Ð counts as Đ."""
    assert sort_key("B'Lao") < sort_key("Ba") < sort_key("ж")
    assert sort_key("Da") < sort_key("Ða") < sort_key("Ea")


@given(VIETNAMESE | st.text(), VIETNAMESE | st.text())
def test_keys_are_equal_only_for_equal_texts(a: str, b: str) -> None:
    """The order is total: different texts never tie, and the encoding doesn't matter."""
    assert (sort_key(a) == sort_key(b)) == (unicodedata.normalize("NFC", a) == unicodedata.normalize("NFC", b))
    assert sort_key(unicodedata.normalize("NFD", a)) == sort_key(a)


@given(VIETNAMESE, VIETNAMESE.filter(bool))
def test_a_text_comes_before_its_continuation(text: str, more: str) -> None:
    """A text sorts before the same text with words appended."""
    assert sort_key(text) < sort_key(f"{text} {more}")


def test_people_are_listed_by_given_name() -> None:
    """Names sort by given name with its tone, then family name, then middle names."""
    ordered = ["An", "Ái An", "Lê An", "Nguyễn Thị An", "Nguyễn Văn An", "Lê Hà", "Trần Hà", "Bùi Hạ", "đỗ Văn hạ"]
    assert is_ascending(map(name_key, ordered))
    assert name_key("") < name_key("An")


def test_middle_names_decide_after_given_and_family_name() -> None:
    """All middle names count, in their order and by the alphabet, whatever the code points of their letters."""
    ordered = ["Lê An", "Lê Đức An", "Lê Em An", "Lê Văn An", "Lê Văn Đức An", "Lê Văn Em An", "Lê Vy Đức An"]
    assert is_ascending(map(name_key, ordered))
    assert is_ascending(map(name_key, ["Hà Văn Bê", "Hạ An Bê"]))
    assert is_ascending(map(name_key, ["Đỗ Đức Bê", "Em An Bê", "Đào Bình", "Đỗ An Bình"]))
    assert name_key("  Lê   Văn  An ") < name_key("Lê Văn Em An")


def test_digits_of_other_scripts_are_signs() -> None:
    """Only ASCII digits sort by value; digits of other scripts sort as signs, before ASCII digits."""
    assert sort_key("Thôn ٣") < sort_key("Thôn 1") < sort_key("Thôn a")
    assert sort_key("Thôn ²") < sort_key("Thôn 1")


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1), st.integers(0, 3))
def test_numbers_of_up_to_nine_digits_compare_by_value(number: int, other: int, zeros: int) -> None:
    """Numbers of up to nine digits sort by value without leading zeros; the text after them decides only between equal
    numbers.
    """
    assert (sort_key(f"{'0' * zeros}{number} a") < sort_key(f"{other} b")) == (number <= other)
    assert sort_key(f"Thôn {10**9 + other}") < sort_key("Thôn A")
