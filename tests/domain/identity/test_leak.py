"""Do words give away who somebody is?"""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.identity import Identity, Leak, find_leaks
from anninh_core.vocabulary.messages import Address, Place

WHO = Identity(
    conversation="mock.1",
    name="Nguyễn Thị Bưởi",
    address=Address("mock", Place.PERSON, "user-778899"),
    numbers=("0900 000 123", "037199000111"),
)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Cảm ơn chị Nguyễn Thị Bưởi đã báo tin", ["name"]),
        ("cam on chi NGUYEN THI BUOI", ["name"]),
        ("Chị Nguyễn  Thị\nBưởi ở xóm 2", ["name"]),
        ("Gọi lại số 0900000123 nhé", ["number"]),
        ("Gọi +84 900.000.123", ["number"]),
        ("CCCD 0371 9900 0111", ["number"]),
        ("Số 0900\u00a0000\u00a0123", ["number"]),
        ("Số 0900–000/123", ["number"]),
        ("Tài khoản USER-778899 đã nhắn", ["address"]),
        ("Nguyễn Thị Bưởi, 0900-000-123", ["name", "number"]),
        ("Cảm ơn bà con đã báo tin về vụ trộm ở Ninh Hòa", []),
        ("Chị Bưởi ở xóm 2", []),
        ("Số 0900000124 là số khác", []),
        ("", []),
    ],
)
def test_what_a_text_gives_away(text: str, fields: list[str]) -> None:
    """Names, numbers and addresses are found however they are typed, and nothing else is."""
    assert find_leaks(text, [WHO]) == [Leak("mock.1", field) for field in fields]


def test_a_single_word_is_a_name_only_as_written() -> None:
    """A display name of one word, which may be any word, is found only with its accents and capitals."""
    an = Identity(conversation="mock.2", name="An", address=Address("mock", Place.PERSON, "7"))
    assert find_leaks("Bà con yên tâm, khu dân cư an toàn, ăn ở sạch sẽ", [an]) == []
    assert find_leaks("Cảm ơn An đã báo", [an]) == [Leak("mock.2", "name")]


def test_nothing_known_gives_nothing_away() -> None:
    """Somebody without name and numbers can't be told by them."""
    nobody = Identity(conversation="mock.3", name="", address=Address("mock", Place.PERSON, ""))
    assert find_leaks("Bất kỳ lời nào 0900000123", [nobody]) == []


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", " ", ".", "-"]))
def test_a_number_is_found_in_any_surroundings(before: str, after: str, gap: str) -> None:
    """Whatever stands around it and between its digits, a number is found."""
    text = f"{before}\n{gap.join('0900000123')}\n{after}"
    assert Leak("mock.1", "number") in find_leaks(text, [WHO])


@pytest.mark.parametrize(
    ("number", "text", "found"),
    [
        ("12345", "Số 12345", False),
        ("123456", "Số 123456", True),
        ("1234567", "Số 1234567", True),
        ("012345", "Số 012345", False),
        ("0123456", "Số 123456", True),
        ("84123456", "Số 0123456", True),
        ("8412345", "Số 8412345", False),
        ("113", "Gọi 113", False),
        ("", "", False),
        ("x", "x", False),
        ("123456", "Số 12345", False),
        ("123456", "12 người, 3456 đồng", False),
    ],
)
def test_a_number_has_six_digits_without_its_country(number: str, text: str, found: bool) -> None:
    """A shorter one, such as of a service, stands in any text."""
    somebody = evolve(WHO, numbers=(number,))
    assert (Leak("mock.1", "number") in find_leaks(text, [somebody])) is found


@pytest.mark.parametrize(
    ("id", "text", "found"),
    [
        ("abcde", "abcde", False),
        ("abcdef", "xin chào abcdef", True),
        ("abcdef", "ABCĐEF!", True),
        ("abcdefg", "abcdef", False),
        ("123456", "số 12.34.56", True),
        ("0123456", "12 34 56", True),
        ("12345", "12345", False),
        ("", "", False),
    ],
)
def test_an_address_has_six_signs(id: str, text: str, found: bool) -> None:
    """However it is written; a shorter one may be any word."""
    somebody = evolve(WHO, address=Address("mock", Place.PERSON, id))
    assert (Leak("mock.1", "address") in find_leaks(text, [somebody])) is found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("An", "An", True),
        ("An", "An!", True),
        ("An", "Ann", False),
        ("An", "xAn", False),
        ("An", "an", False),
        (" An ", "chị An", True),
        ("Mr. X+", "gặp Mr. X+ hôm qua", True),
        ("X+", "X+ đã báo", True),
        ("X+", "XX", False),
        ("Bưởi Na", "buoi na", True),
        ("Bưởi Na", "buoi nam", False),
        ("Bưởi Na", "na buoi", False),
        ("...", "...", False),
        ("", "An", False),
    ],
)
def test_a_name_is_whole_words(name: str, text: str, found: bool) -> None:
    """Of several words without diacritics too, of one as it is written; of none there is nothing to find."""
    somebody = evolve(WHO, name=name)
    assert (Leak("mock.1", "name") in find_leaks(text, [somebody])) is found


def test_each_is_told_of_everybody() -> None:
    """In their order; whose it is, and which field, never the value."""
    other = evolve(WHO, conversation="mock.2", numbers=())
    leaks = find_leaks("Nguyễn Thị Bưởi, 0900000123", [WHO, other])
    assert leaks == [Leak("mock.1", "name"), Leak("mock.1", "number"), Leak("mock.2", "name")]
