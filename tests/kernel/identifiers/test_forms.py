"""Forms in which names, numbers and accounts are compared, and mentions in a text that may identify a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.identifiers import Identifying, find_mentions
from anninh_core.kernel.identifiers.forms import account_forms, mention_forms, name_forms


def find_identifying_parts(text: str, *, words: str = "", name: str = "", account: str = "") -> list[str]:
    """Return the parts of `text` that identify the person with the given words, name and account."""
    forms = {*Identifying(words=words, name=name, account=account).forms()}
    matches = (
        text[mention.start : mention.end] for mention in find_mentions(text) if forms.intersection(mention.forms)
    )
    return [*dict.fromkeys(matches)]


@pytest.mark.parametrize(
    ("name", "text", "parts"),
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
def test_name_is_found_by_its_last_two_words(name: str, text: str, parts: list[str]) -> None:
    """A name is found by its last two words, or by its last three if two are ordinary words; a name typed with
    diacritics must match them, a name typed without matches any spelling.
    """
    assert find_identifying_parts(text, name=name) == parts


@pytest.mark.parametrize(
    ("words", "text", "parts"),
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
def test_written_numbers_and_names_are_found(words: str, text: str, parts: list[str]) -> None:
    """A person's numbers in any grouping, and the names that the person introduced, are found; amounts and places
    aren't.
    """
    assert find_identifying_parts(text, words=words) == parts


@pytest.mark.parametrize(
    ("account", "text", "parts"),
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
def test_account_id_is_found(account: str, text: str, parts: list[str]) -> None:
    """An account id is found as written or in groups of digits, unless it is too short."""
    assert find_identifying_parts(text, account=account) == parts


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", " ", ".", "-"]))
def test_a_number_is_found_in_any_surroundings(before: str, after: str, gap: str) -> None:
    """A number is found whatever text surrounds it and whatever separates its digits."""
    assert find_identifying_parts(f"{before}\n\n{gap.join('0900000123')}\n\n{after}", words="sđt 0900000123")


@given(st.text(max_size=200))
def test_mentions_are_within_the_text(text: str) -> None:
    """Every mention has a range within the text."""
    for mention in find_mentions(text):
        assert 0 <= mention.start < mention.end


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
def test_name_has_exactly_these_forms(name: str, forms: list[str]) -> None:
    """A name is searched as its last two words and as two middle words unless they are very common, or as three words
    if two are ordinary words.
    """
    assert [*name_forms(name)] == forms


@pytest.mark.parametrize(
    ("account", "forms"), [("abcde", []), ("abcdef", ["number:abcdef"]), ("ABC.12", ["number:abc.12"])]
)
def test_account_of_six_characters_has_a_form(account: str, forms: list[str]) -> None:
    """An account id of at least six characters is searched for; a shorter id isn't, because it could occur in any
    text.
    """
    assert [*account_forms(account)] == forms


@pytest.mark.parametrize(
    ("run", "forms"),
    [(["Thị", "Bưởi"], ("name:thị bưởi", "plain:thi buoi")), (["THI", "BUOI"], ("folded:thi buoi",))],
)
def test_mention_forms_follow_the_spelling(run: list[str], forms: tuple[str, ...]) -> None:
    """Words with diacritics match a name spelled so or typed without any; words without diacritics match either."""
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
    """Two or three adjacent capitalised words may be a name; in a text with capitals only at the beginnings of
    sentences, any words may be a name.
    """
    mentions = [
        (text[mention.start : mention.end], mention.forms[0].count(" ") + 1)
        for mention in find_mentions(text)
        if mention.is_name
    ]
    assert [*dict.fromkeys(mentions)] == [*dict.fromkeys(places)]


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
    """A run of digits may contain any number of six to nineteen digits, in any grouping, with or without country code;
    a longer run is an account.
    """
    mentioned = {
        form.partition(":")[2] for mention in find_mentions(text) for form in mention.forms if not mention.is_name
    }
    assert mentioned == set(numbers)


def test_repr_hides_identifying_data() -> None:
    """The repr of identifying data and of mentions shows no content."""
    identifying = Identifying(words="Bí mật", name="Bưởi", account="tài khoản")
    assert not any(secret in repr(identifying) for secret in ("Bí mật", "Bưởi", "tài khoản"))
    assert "bưởi" not in repr([*find_mentions("Chị Nguyễn Thị Bưởi")]).casefold()


def test_separated_digits_give_every_number() -> None:
    """Digits separated by spaces give every number of six to nineteen digits at every position."""
    digits = "314159265358979323846264"
    mentioned = {
        form.partition(":")[2]
        for mention in find_mentions(" ".join(digits))
        for form in mention.forms
        if not mention.is_name
    }
    assert mentioned == {
        digits[start : start + count] for count in range(6, 20) for start in range(len(digits) - count + 1)
    }
