"""How far a word reaches that tells what a number is: farther away, the number is nobody's."""

import pytest

from anninh_core.kernel.redact import find_personal_data


def is_found(text: str, number: str, kind: str) -> bool:
    """Tell whether a number is found in a text as such a kind."""
    return (kind, number) in [(hit.kind, hit.text) for hit in find_personal_data(text)]


def filler(length: int) -> str:
    """Return words that say nothing."""
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
def test_a_word_reaches_so_far_to_what_follows(word: str, number: str, kind: str, reach: int) -> None:
    """With words between that say nothing; one sign more, and it tells of something else."""
    assert is_found(f"{word}{filler(reach)}{number}", number, kind)
    assert not is_found(f"{word}{filler(reach + 1)}{number}", number, kind)
    assert not is_found(f"{word}\n{number}", number, kind)


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
def test_a_word_reaches_so_far_back(number: str, word: str, kind: str, reach: int) -> None:
    """As it does forwards."""
    assert is_found(f"{number}{filler(reach)}{word}", number, kind)
    assert not is_found(f"{number}{filler(reach + 1)}{word}", number, kind)


def test_a_word_for_codes_hides_what_stands_near() -> None:
    """Within sixteen signs a number is a code of goods or papers; farther away it's somebody's again."""
    assert not is_found(f"sbd{filler(16)}164123456", "164123456", "cmnd")
    assert is_found(f"sbd{filler(17)}164123456", "164123456", "cmnd")
