"""In which forms names, numbers and accounts are compared, and where a text may name somebody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.identifiers import Identifying, find_mentions


def leads(text: str, *, words: str = "", name: str = "", account: str = "") -> list[str]:
    """Return the places of a text that lead to somebody."""
    forms = {*Identifying(words=words, name=name, account=account).forms()}
    found = (text[one.start : one.end] for one in find_mentions(text) if forms.intersection(one.forms))
    return [*dict.fromkeys(found)]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Nguyễn Thị Bưởi", "Cảm ơn chị Nguyễn Thị Bưởi đã báo tin", ["Nguyễn Thị Bưởi"]),
        ("Nguyễn Thị Bưởi", "cảm ơn chị Thị Bưởi", ["Thị Bưởi"]),
        ("Nguyễn Thị Bưởi", "cam on chi NGUYEN THI BUOI", ["NGUYEN THI BUOI"]),
        ("Nguyễn Thị Bưởi", "cam on chi nguyen thi buoi da bao", ["thi buoi"]),
        ("nguyen thi buoi", "Cảm ơn chị Nguyễn Thị Bưởi", ["Nguyễn Thị Bưởi"]),
        ("Nguyễn Thị Bưởi", "Cảm ơn Nguyễn Thị\u00a0B\u200bưởi", ["Nguyễn Thị\u00a0B\u200bưởi"]),
        ("Trần Thuý Hoà", "Gặp Thúy Hòa ở chợ", ["Gặp Thúy Hòa"]),
        ("Nguyễn Thị Bưởi", "Chị Bưởi ở xóm 2", []),
        ("Nguyễn Thị Bưởi", "Nguyễn Thị Lan và anh Văn Bưởi", []),
        ("Nguyễn Thị Hòa", "Mục tiêu đô Thị Hóa nông thôn", []),
        ("Bưởi", "Chị Bưởi ở xóm 2", []),
        ("Trần Công An", "Công An xã Ninh Hòa và Công an huyện", []),
        ("Trần Công An", "Cảm ơn anh Trần Công An", ["Trần Công An"]),
        ("Công An", "Công An xã", []),
        ("🌸 Hoa Nguyễn 🌸", "Hoa Nguyễn đã báo", ["Hoa Nguyễn"]),
        ("", "Nguyễn Thị Bưởi", []),
        ("12345678", "số 12345678", []),
    ],
)
def test_a_name_is_known_by_its_last_two_words(name: str, text: str, found: list[str]) -> None:
    """Or three, where two are ordinary words; with diacritics as it is spelled, without them however it is typed."""
    assert leads(text, name=name) == found


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("sđt em 0912345678", "Gọi lại 0912 345 678 nhé", ["0912 345 678"]),
        ("gọi +84 912 345 678", "0912.345.678", ["0912.345.678"]),
        ("CCCD 037091000123", "số 0370 9100 0123", ["0370 9100 0123"]),
        ("stk 102938475610 MB", "Trả về 1029-3847-5610", ["1029-3847-5610"]),
        ("em tên là Nguyễn Thị Bưởi ở xóm 3", "Bà Thị Bưởi", ["Bà Thị Bưởi"]),
        ("em là Hoa", "Cảm ơn Hoa", []),
        ("mất 91.234.567.800 đồng", "91.234.567.800 đồng", []),
        ("cháy ở xóm 3", "xóm 3", []),
    ],
)
def test_what_somebody_wrote_leads_to_them(words: str, text: str, found: list[str]) -> None:
    """Their numbers and the names they introduce, in whatever grouping; amounts and places don't."""
    assert leads(text, words=words) == found


@pytest.mark.parametrize(
    ("account", "text", "found"),
    [
        ("user-778899", "Tài khoản USER-778899 đã nhắn", ["USER-778899"]),
        ("8571239876543210", "id 8571 2398 7654 3210", ["8571 2398 7654 3210"]),
        ("nguyen.buoi", "theo nguyen.buoi", ["nguyen.buoi"]),
        ("abcde", "abcde", []),
        ("", "abcdef", []),
    ],
)
def test_what_a_platform_calls_somebody_leads_to_them(account: str, text: str, found: list[str]) -> None:
    """As it is written, or in groups of digits; what is too short leads to nobody."""
    assert leads(text, account=account) == found


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", " ", ".", "-"]))
def test_a_number_is_found_in_any_surroundings(before: str, after: str, gap: str) -> None:
    """Whatever stands around it and between its digits, a number is found."""
    assert leads(f"{before}\n\n{gap.join('0900000123')}\n\n{after}", words="sđt 0900000123")


@given(st.text(max_size=200))
def test_places_lie_in_the_text(text: str) -> None:
    """Of no text anything is told that doesn't stand in it."""
    for one in find_mentions(text):
        assert 0 <= one.start < one.end
