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
    """Return a text and two spellings of it: each syllable has its tone mark on any one of its vowels."""
    text = tuple(draw(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3)))
    return text, " ".join(placed(draw, s) for s in text), " ".join(placed(draw, s) for s in text)


def placed(draw: st.DrawFn, syllable: str) -> str:
    marks = unicodedata.normalize("NFD", syllable)
    tone = "".join(m for m in marks if m in TONES)
    letters = unicodedata.normalize("NFC", "".join(m for m in marks if m not in TONES))
    vowels = [at for at, letter in enumerate(letters) if letter in "aăâeêioôơuưy"]
    if not tone or not vowels:
        return syllable
    at = draw(st.sampled_from(vowels))
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


def ascending(keys: Iterable[str]) -> bool:
    return all(before < after for before, after in pairwise(keys))


def test_the_alphabet_is_vietnamese() -> None:
    """Letters sort a ă â … d đ e ê … o ô ơ … u ư, whatever their code points."""
    letters = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    assert ascending(map(sort_key, letters))


def test_tones_and_capitals_only_break_ties() -> None:
    """A tone matters only between texts of the same letters, in the order none, huyền, hỏi, ngã, sắc, nặng."""
    ordered = ["ma", "mà", "mả", "mã", "má", "mạ", "mạ bà", "mác", "mai", "măng"]
    assert ascending(map(sort_key, ordered))
    assert sort_key("hòa bình") < sort_key("Hoa Mai") < sort_key("hoa mai") < sort_key("hòa mai")


def test_both_spellings_of_a_syllable_stand_together() -> None:
    """Where the tone mark stands doesn't part what reads the same, nor is it a tone of its own."""
    assert ascending(map(sort_key, ["hoa mai", "hoà mai", "hòa mài", "hoà mái", "hỏa mai", "hoả mài"]))
    assert ascending(map(sort_key, ["uỷ ma", "ủy mà", "uỷ má"]))
    assert ascending(map(sort_key, ["khỏe ma", "khoẻ mà", "khỏe má"]))
    assert ascending(map(name_key, ["An Thuý", "Bình Thúy", "Cường Thuý"]))


@given(spellings())
def test_the_spelling_decides_last(spelt: tuple[tuple[str, ...], str, str]) -> None:
    """Whatever follows in the texts decides before the place of a tone mark does."""
    _, one, other = spelt
    assert sort_key(f"{one} ma") < sort_key(f"{other} mà")
    assert sort_key(f"{other} ma") < sort_key(f"{one} mà")
    assert name_key(f"An {one}") < name_key(f"Bình {other}")


@given(spellings(), spellings())
def test_spellings_compare_alike(one: tuple[tuple[str, ...], str, str], two: tuple[tuple[str, ...], str, str]) -> None:
    """Two texts stand in the same order however each of them is spelt."""
    assume(one[0] != two[0])
    orders = {sort_key(first) < sort_key(second) for first in one[1:] for second in two[1:]}
    assert len(orders) == 1


@given(st.lists(spellings(), max_size=4), st.randoms())
def test_every_permutation_sorts_alike(spelt: list[tuple[tuple[str, ...], str, str]], random: Random) -> None:
    """Two spellings of one text are told apart stably, in whatever order a database hands them out."""
    texts = [text for _, *both in spelt for text in both]
    shuffled = random.sample(texts, len(texts))
    assert sorted(texts, key=sort_key) == sorted(shuffled, key=sort_key)


def test_numbers_sort_by_value() -> None:
    """A list of areas counts 1, 2, 10, with the bare name first."""
    numbers = ("1", "2", "02a", "10", "99999999", "100000000", "1000000000")
    ordered = ["Thôn", *(f"Thôn {number}" for number in numbers), "Thôn Đông"]
    assert ascending(map(sort_key, ordered))


def test_signs_come_before_letters_and_foreign_letters_after() -> None:
    """Punctuation and spaces stand below the alphabet, other scripts above; Ð is a Đ."""
    assert sort_key("B'Lao") < sort_key("Ba") < sort_key("ж")
    assert sort_key("Da") < sort_key("Ða") < sort_key("Ea")


@given(VIETNAMESE | st.text(), VIETNAMESE | st.text())
def test_keys_are_equal_only_for_equal_texts(a: str, b: str) -> None:
    """The order is total: different texts never tie, and the encoding doesn't matter."""
    assert (sort_key(a) == sort_key(b)) == (unicodedata.normalize("NFC", a) == unicodedata.normalize("NFC", b))
    assert sort_key(unicodedata.normalize("NFD", a)) == sort_key(a)


@given(VIETNAMESE, VIETNAMESE.filter(bool))
def test_a_text_comes_before_its_continuation(text: str, more: str) -> None:
    """Appending words moves a text down."""
    assert sort_key(text) < sort_key(f"{text} {more}")


def test_people_are_listed_by_given_name() -> None:
    """Given name first with its tone, then family name, then middle names."""
    ordered = ["An", "Ái An", "Lê An", "Nguyễn Thị An", "Nguyễn Văn An", "Lê Hà", "Trần Hà", "Bùi Hạ", "đỗ Văn hạ"]
    assert ascending(map(name_key, ordered))
    assert name_key("") < name_key("An")


def test_middle_names_decide_after_given_and_family_name() -> None:
    """All of them, in their order and in the alphabet's, whatever the code points of their letters."""
    ordered = ["Lê An", "Lê Đức An", "Lê Em An", "Lê Văn An", "Lê Văn Đức An", "Lê Văn Em An", "Lê Vy Đức An"]
    assert ascending(map(name_key, ordered))
    assert ascending(map(name_key, ["Hà Văn Bê", "Hạ An Bê"]))
    assert ascending(map(name_key, ["Đỗ Đức Bê", "Em An Bê", "Đào Bình", "Đỗ An Bình"]))
    assert name_key("  Lê   Văn  An ") < name_key("Lê Văn Em An")


def test_digits_of_other_scripts_are_signs() -> None:
    """Only what offices write as numbers counts by value; the others have no value here, and keep their place."""
    assert sort_key("Thôn ٣") < sort_key("Thôn 1") < sort_key("Thôn a")
    assert sort_key("Thôn ²") < sort_key("Thôn 1")


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1), st.integers(0, 3))
def test_numbers_of_up_to_nine_digits_compare_by_value(one: int, other: int, zeros: int) -> None:
    """Zeros in front don't count, and what follows decides only between equal numbers."""
    assert (sort_key(f"{'0' * zeros}{one} a") < sort_key(f"{other} b")) == (one <= other)
    assert sort_key(f"Thôn {10**9 + other}") < sort_key("Thôn A")
