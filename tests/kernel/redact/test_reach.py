"""A keyword determines the kind of a number up to a certain distance; farther away the number isn't personal data."""

import pytest

from anninh_core.kernel.redact import find_personal_data


def is_found_as_kind(text: str, number: str, kind: str) -> bool:
    return (kind, number) in [(hit.kind, hit.text) for hit in find_personal_data(text)]


def filler_word(length: int) -> str:
    """Return a filler word that has `length` characters, including a space on both sides."""
    return f" {'y' * (length - 2)} "


@pytest.mark.parametrize(
    ("word", "number", "kind", "reach"),
    [
        ("sđt", "912345678", "phone", 15),
        ("hộ chiếu", "12345678", "passport", 40),
        ("hộ chiếu", "x1234567", "passport", 102),
        ("sân bay", "x1234567", "passport", 103),
        ("stk", "1234567", "bank_account", 40),
        ("stk con", "1234567", "bank_account", 36),
        ("stk 7654321 hoặc", "1234567", "bank_account", 24),
        ("acc", "1234567", "bank_account", 40),
        ("Agribank", "1234567", "bank_account", 24),
        ("taxi", "AB 12 34", "plate", 41),
        ("taxi", "AB 1234", "plate", 41),
        ("quân đội", "AB1234", "plate", 20),
        ("taxi", "29 a 123 45", "plate", 41),
    ],
)
def test_keyword_reaches_forward_to_its_limit(word: str, number: str, kind: str, reach: int) -> None:
    """A keyword determines the kind of a number up to `reach` characters after it, and not in the next line."""
    assert is_found_as_kind(f"{word}{filler_word(reach)}{number}", number, kind)
    assert not is_found_as_kind(f"{word}{filler_word(reach + 1)}{number}", number, kind)
    assert not is_found_as_kind(f"{word}\n{number}", number, kind)


@pytest.mark.parametrize(
    ("number", "word", "kind", "reach"),
    [
        ("464123456", "cmnd", "cmnd", 17),
        ("x1234567", "hộ chiếu", "passport", 102),
        ("1234567", "Agribank", "bank_account", 24),
        ("AB 12 34", "taxi", "plate", 26),
        ("29 a 123 45", "taxi", "plate", 26),
    ],
)
def test_keyword_reaches_back_to_its_limit(number: str, word: str, kind: str, reach: int) -> None:
    """A keyword determines the kind of a number up to `reach` characters before it."""
    assert is_found_as_kind(f"{number}{filler_word(reach)}{word}", number, kind)
    assert not is_found_as_kind(f"{number}{filler_word(reach + 1)}{word}", number, kind)


def test_code_keyword_excludes_nearby_numbers() -> None:
    """Within sixteen characters after a keyword for codes a number is no personal data; farther away it is."""
    assert not is_found_as_kind(f"sbd{filler_word(16)}164123456", "164123456", "cmnd")
    assert is_found_as_kind(f"sbd{filler_word(17)}164123456", "164123456", "cmnd")
