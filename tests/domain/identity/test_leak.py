"""Do words give away who somebody is?"""

import pytest
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
