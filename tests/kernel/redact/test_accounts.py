"""A number near a word for accounts is classified as an account, an amount, a count, a date or another kind."""

import pytest

from anninh_core.kernel.redact import find_personal_data


def find_kinds_and_texts(text: str) -> list[tuple[str, str]]:
    """Return the kind and text of each hit in `text`."""
    return [(hit.kind, hit.text) for hit in find_personal_data(text)]


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("tk 12345", None),
        ("tk 123456", "123456"),
        ("tk 20240915", None),
        ("stk 20240915", "20240915"),
        ("tk 20240915 1", "20240915 1"),
        ("tk 12345678 câu", None),
        ("tk 123456789 câu", "123456789"),
        ("stk 12345678 câu", "12345678"),
        ("tk 1.234.567", None),
        ("stk 1.234.567", "1.234.567"),
        ("tk 1 234 567", "1 234 567"),
        ("tk 1 234 000", None),
        ("tk 1234000", "1234000"),
        ("tk 12340000", None),
        ("tk x1234567", None),
        ("Agribank 1234567", "1234567"),
        ("Agribank 123456", None),
        ("số dư tk Agribank 1234567", None),
    ],
)
def test_amounts_and_dates_are_no_accounts(text: str, account: str | None) -> None:
    """An amount or a date after a word for accounts isn't an account, unless the word has no other meaning."""
    assert find_kinds_and_texts(text) == ([("bank_account", account)] if account else [])


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("tk 0912345678", "bank_account", "0912345678"),
        ("tk của em: 0912345678", "bank_account", "0912345678"),
        ("tk nhà 0912345678", "phone", "0912345678"),
        ("Agribank 0912345678", "phone", "0912345678"),
        ("Agribank 0912345678 của stk", "bank_account", "0912345678"),
        (f"Agribank 0912345678 {'y' * 55} stk", "bank_account", "0912345678"),
        (f"Agribank 0912345678 {'y' * 56} stk", "phone", "0912345678"),
        ("acc nhà 0912 345 678 12345678", "bank_account", "0912 345 678 12345678"),
        ("acc nhà 0912 345 678 123456789", "phone", "0912 345 678"),
        ("acc nhà 0912 345 678 1234567890", "phone", "0912 345 678"),
        ("acc nhà 0912345678.12", "bank_account", "0912345678.12"),
        ("acc nhà (0912) 345 678", "phone", "(0912) 345 678"),
        ("acc nhà +84912345678", "phone", "+84912345678"),
    ],
)
def test_phone_number_is_rarely_an_account(text: str, kind: str, number: str) -> None:
    """A phone number is an account only directly after a word for accounts, or near a bank's name in a text about an
    account.
    """
    assert find_kinds_and_texts(text)[0] == (kind, number)


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("tk 1234567, 164123456, 164123457, 164123458, 164123459", 4),
        ("stk 1234567 hoặc số 164123456 hoặc số 164123457 hoặc số 164123458", 3),
        ("tk Agribank 1234567 hoặc số 164123456", 1),
    ],
)
def test_account_list_has_a_limit(text: str, accounts: int) -> None:
    """After the first account, a plain list has up to three more accounts, and a list with words in between up to two
    more; later numbers are classified by their shape.
    """
    assert [kind for kind, _ in find_kinds_and_texts(text)] == ["bank_account"] * accounts + ["cmnd"]


def test_account_list_needs_a_preceding_word() -> None:
    """A list continues only if a word for accounts precedes it; a word after the number doesn't count."""
    assert find_kinds_and_texts("Visa 4111 1111 1111 1111, 7654321 tk") == [("bank_account", "4111 1111 1111 1111")]
    assert find_kinds_and_texts("tk 4111 1111 1111 1111, 7654321") == [
        ("bank_account", "4111 1111 1111 1111"),
        ("bank_account", "7654321"),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Agribank 037091000123", "bank_account"),
        ("037091000123 Agribank", "bank_account"),
        ("037091000123 là của em, Agribank", "cccd"),
        ("Agribank của em 037091000123", "cccd"),
        ("giấy tờ: Agribank của em 037091000123", "cccd"),
        ("giấy tờ 037091000123 Agribank", "cccd"),
        ("037091000123 Agribank, giấy tờ", "cccd"),
    ],
)
def test_card_shaped_number_is_an_account_next_to_bank(text: str, kind: str) -> None:
    """A number with the shape of an identity card is an account only next to a bank's name and without a word for
    identity papers nearby.
    """
    assert find_kinds_and_texts(text) == [(kind, "037091000123")]
