import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.collate import name_key, sort_key

VIETNAMESE = st.text("aàảãáạăằâậbcdđeéêệio ôơuưxyAÀĐÊ019'.ñж")


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


def test_numbers_sort_by_value() -> None:
    """A list of areas counts 1, 2, 10, with the bare name first."""
    ordered = ["Thôn", "Thôn 1", "Thôn 2", "Thôn 02a", "Thôn 10", "Thôn 1000000000", "Thôn Đông"]
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
    ordered = ["An", "Lê An", "Nguyễn Thị An", "Nguyễn Văn An", "Lê Hà", "Trần Hà", "Bùi Hạ", "đỗ Văn hạ"]
    assert ascending(map(name_key, ordered))
    assert name_key("") < name_key("An")
