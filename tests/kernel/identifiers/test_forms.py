"""In which forms names, numbers and accounts are compared, and where a text may name somebody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.identifiers import Identifying, find_mentions
from anninh_core.kernel.identifiers.forms import account_forms, mention_forms, name_forms


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
        ("sđt 0912345678", "số 123456 0912345678 nhé", ["0912345678"]),
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
        ("0O1234567", "id 0O1234567", ["0O1234567"]),
        ("0O1234567", "\tid 0O1234567", ["0O1234567"]),
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


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Hoa", []),
        ("Thị Bưởi", ["name:thị bưởi", "folded:thi buoi"]),
        ("Nguyễn Thị Bưởi", ["name:thị bưởi", "folded:thi buoi"]),
        ("nguyen thi buoi", ["name:thi buoi", "folded:thi buoi", "plain:thi buoi"]),
        ("Lê Hồng Thuý Hoà", ["name:hồng thúy", "folded:hong thuy", "name:thúy hòa", "folded:thuy hoa"]),
        ("Trần Văn Hồng Lan", ["name:hồng lan", "folded:hong lan"]),
        ("Trần Công An", ["name:trần công an", "folded:tran cong an"]),
        ("Lê Trần Công An", ["name:trần công", "folded:tran cong", "name:trần công an", "folded:tran cong an"]),
        ("Lê Thị Trần Công An", ["name:trần công", "folded:tran cong", "name:trần công an", "folded:tran cong an"]),
        ("Công An", []),
    ],
)
def test_a_name_has_just_these_forms(name: str, forms: list[str]) -> None:
    """The last two words, and two in the middle that aren't known by the thousand; three where two say nothing."""
    assert [*name_forms(name)] == forms


@pytest.mark.parametrize(
    ("account", "forms"), [("abcde", []), ("abcdef", ["number:abcdef"]), ("ABC.12", ["number:abc.12"])]
)
def test_an_account_of_six_signs_leads_to_somebody(account: str, forms: list[str]) -> None:
    """A shorter one stands in any text."""
    assert [*account_forms(account)] == forms


@pytest.mark.parametrize(
    ("run", "forms"),
    [(["Thị", "Bưởi"], ("name:thị bưởi", "plain:thi buoi")), (["THI", "BUOI"], ("folded:thi buoi",))],
)
def test_words_of_a_text_are_looked_up_by_how_they_are_spelled(run: list[str], forms: tuple[str, ...]) -> None:
    """With diacritics they are that name, or one written without any; without, they may be either."""
    assert mention_forms(run) == forms


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "Nguyễn Văn An, Lê Bình",
            [
                ("Nguyễn Văn An", 2),
                ("Nguyễn Văn An", 3),
                ("Nguyễn Văn An, Lê Bình", 3),
                ("Nguyễn Văn An, Lê Bình", 2),
                ("Lê Bình", 2),
            ],
        ),
        ("gặp Lê Bình ở chợ", [("Lê Bình", 2)]),
        ("? gặp Lê Bình ở chợ", [("Lê Bình", 2)]),
        ("Gặp. lê bình", [("Gặp. lê", 2), ("Gặp. lê bình", 3), ("lê bình", 2)]),
        ("Có Lê; Bình", [("Có Lê", 2)]),
        ("có Lê", []),
    ],
)
def test_runs_of_capitals_may_be_names(text: str, places: list[tuple[str, int]]) -> None:
    """Two or three words that stand together; of a text without capitals but where sentences begin, all words."""
    found = [(text[one.start : one.end], one.forms[0].count(" ") + 1) for one in find_mentions(text) if one.is_name]
    assert [*dict.fromkeys(found)] == [*dict.fromkeys(places)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12345", []),
        ("123456", ["123456"]),
        ("12 34 56", ["123456"]),
        ("123456 789012", ["123456", "123456789012", "789012"]),
        ("1" * 19, ["1" * 19]),
        ("1" * 20, ["1" * 20]),
        ("1" * 65, []),
        (" ".join("1" * 19), ["1" * count for count in range(19, 5, -1)]),
        (" ".join(["11"] * 10), ["11" * count for count in range(3, 10)]),
        ("84912345678", ["84912345678", "0912345678"]),
        ("0084912345678", ["0084912345678", "0912345678"]),
        ("8491234567", ["8491234567"]),
        ("849123456789", ["849123456789", "09123456789"]),
        ("849123456789 1", ["849123456789", "09123456789", "8491234567891"]),
    ],
)
def test_a_run_of_digits_may_be_any_number_in_it(text: str, numbers: list[str]) -> None:
    """From six to nineteen digits, in whatever groups, with a country code or without; a longer one is an account."""
    found = {form.partition(":")[2] for one in find_mentions(text) for form in one.forms if not one.is_name}
    assert found == set(numbers)


def test_what_leads_to_somebody_is_not_shown() -> None:
    """Neither what is looked for nor what was found, wherever it is printed."""
    somebody = Identifying(words="Bí mật", name="Bưởi", account="tài khoản")
    assert not any(secret in repr(somebody) for secret in ("Bí mật", "Bưởi", "tài khoản"))
    assert "bưởi" not in repr([*find_mentions("Chị Nguyễn Thị Bưởi")]).casefold()


def test_digits_one_by_one_hold_every_number_of_six_to_nineteen() -> None:
    """Wherever it begins among them and wherever it ends."""
    digits = "314159265358979323846264"
    found = {form.partition(":")[2] for one in find_mentions(" ".join(digits)) for form in one.forms if not one.is_name}
    assert found == {
        digits[start : start + count] for count in range(6, 20) for start in range(len(digits) - count + 1)
    }
