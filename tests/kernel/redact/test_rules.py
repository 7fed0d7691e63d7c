"""Each kind of personal data has exact limits: with a digit, character or word more or less, a text is something
else.
"""

from itertools import product

import pytest

from anninh_core.kernel.redact import find_personal_data, normalize
from anninh_core.kernel.redact.patterns.rule import View, is_part_of_number, is_rising_list, keep_digits


def find_kinds_and_texts(text: str) -> list[tuple[str, str]]:
    """Return the personal data found in a text as pairs of kind and text."""
    return [(hit.kind, hit.text) for hit in find_personal_data(text)]


@pytest.mark.parametrize(
    ("piece", "is_list"),
    [
        ("03 12 25 33 41", True),
        ("03 12 25 33 55", True),
        ("03 12 25 33 56", False),
        ("03 12 12 33", False),
        ("03 12 25 24", False),
        ("3 12 25", False),
        ("1 2 3", True),
        ("101 102 103", False),
        ("011 012 013", False),
        ("07", True),
    ],
)
def test_rising_list_has_small_numbers(piece: str, is_list: bool) -> None:
    """A rising list consists of numbers with one or two digits that increase and end at 55 at most."""
    assert is_rising_list(piece) is is_list


def test_view_stays_within_its_line() -> None:
    """A view returns at most the requested number of characters around a position, and none from other lines."""
    view = View("Một\nHAI ba\nbốn", "mot\nhai ba\nbon")

    assert (view.before(8), view.before(8, 2), view.before(8, 1), view.before(0)) == ("hai ", "i ", " ", "")
    assert (view.after(7), view.after(7, 2), view.after(14)) == (" ba", " b", "")
    assert view.before(100, 200) == "bon"
    assert view.replace_piece(4, 7, "#") == View("Một\n### ba\nbốn", "mot\n### ba\nbon")
    assert View("x" * 90, "x" * 90).before(80) == "x" * 60
    assert View("x" * 90, "x" * 90).after(10) == "x" * 40


@pytest.mark.parametrize(
    ("text", "start", "end", "goes_on"),
    [
        ("1 234 5", 2, 5, True),
        ("x 234 y", 2, 5, False),
        ("1... 234", 5, 8, False),
        ("1.. 234", 4, 7, False),
        ("1. 234", 3, 6, True),
        ("234.. 1", 0, 3, False),
        ("234. 1", 0, 3, True),
        ("234 1", 0, 3, True),
        ("2341", 0, 3, True),
        ("234", 0, 3, False),
    ],
)
def test_nearby_digits_continue_a_number(text: str, start: int, end: int, goes_on: bool) -> None:
    """Digits continue a number if at most two characters are in between."""
    assert is_part_of_number(View(text, text), start, end) is goes_on


def test_only_digits_drops_everything_else() -> None:
    """`keep_digits` drops everything except digits."""
    assert keep_digits("(09) 12-x3") == "09123"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0912345678", ["0912345678"]),
        ("091234567", []),
        ("09123456789", []),
        ("0312345678 0512345678 0712345678 0812345678", ["0312345678", "0512345678", "0712345678", "0812345678"]),
        ("0412345678", []),
        ("0612345678", []),
        (
            "01212345678 01612345678 01812345678 01912345678",
            ["01212345678", "01612345678", "01812345678", "01912345678"],
        ),
        ("01312345678", []),
        ("02293861234", ["02293861234"]),
        ("0229386123", ["0229386123"]),
        ("+84912345678", ["+84912345678"]),
        ("0084912345678", ["0084912345678"]),
        ("84 912 345 678", ["84 912 345 678"]),
        ("+82 10-1234-5678", ["+82 10-1234-5678"]),
        ("+82 1012 3456", ["+82 1012 3456"]),
        ("+82 1012 34", []),
        ("(0912) 345 678", ["(0912) 345 678"]),
        ("sđt 912345678", ["912345678"]),
        ("sđt 212345678", []),
        ("sđt 9123456789", []),
        ("912345678", []),
        ("VN0912345678", []),
        ("x0912345678", []),
        ("sdt0912345678", ["0912345678"]),
        ("SO0912345678", []),
        ("gọiLan0912345678", ["0912345678"]),
        ("#0912345678", []),
        ("_0912345678", []),
        ("0912345678.12", []),
        ("0912345678.1234", ["0912345678"]),
        ("0912345678.", ["0912345678"]),
        ("0,912345678", []),
        ("09, 12, 34, 56, 78", []),
        ("09 12 34 56 78", ["09 12 34 56 78"]),
        ("08 09 10 07 08 09", []),
        ("08 09 10 07 08 x", ["08 09 10 07 08"]),
        ("08 09 11 07 08 09", ["08 09 11 07 08"]),
        ("0 9 1 2 3 4 5 6 7 8, 9 người", ["0 9 1 2 3 4 5 6 7 8"]),
        ("03 12 25 33 41", []),
        ("09; 12; 34; 56; 78", []),
        ("09 - 12 - 34 - 56 - 78", []),
        ("09,12,34,56,78", []),
        ("09. 12. 34. 56. 78", ["09. 12. 34. 56. 78"]),
        ("09, 12, 34; 56; 78", ["09, 12, 34; 56; 78"]),
        ("84 229 386 12", []),
        ("84 229 386 123", ["84 229 386 123"]),
        ("84 229 386 1234", ["84 229 386 1234"]),
        ("84 229 386 12345", []),
        ("chaoABCDEFGHIJKL0912345678", []),
        ("chaoABCDEFGHIJK0912345678", ["0912345678"]),
        ("chàoĐIỆN THOẠI0912345678", []),
        ("SỐ ĐIỆN THOẠI0912345678", ["0912345678"]),
    ],
)
def test_telephone_has_a_known_length_and_prefix(text: str, expected: list[str]) -> None:
    """A telephone number has ten digits (mobile), eleven (old mobile), ten or eleven (landline), or a plus
    (foreign).
    """
    assert [piece for kind, piece in find_kinds_and_texts(text) if kind == "phone"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("037091000123", [("cccd", "037091000123")]),
        ("037 091 000 123", [("cccd", "037 091 000 123")]),
        ("03709100012", []),
        ("0370910001234", []),
        ("037491000123", []),
        ("AB037091000123", []),
        ("037091000123.456", []),
        ("037091000123.45", [("cccd", "037091000123")]),
        ("0370 9100 0123", [("cccd", "0370 9100 0123")]),
        ("0030 9100 0123", []),
        ("1 0370 9100 0123", []),
        ("cccd 0912 345 678 12", [("cccd", "0912 345 678 12")]),
        ("cmnd 164123456", [("cmnd", "164123456")]),
        ("cmnd 16412345", []),
        ("cmnd 1641234567", []),
        ("164123456", [("cmnd", "164123456")]),
        ("164 123 456", [("cmnd", "164 123 456")]),
        ("464123456", []),
        ("389123456", [("cmnd", "389123456")]),
        ("399123456", []),
        ("164123000", []),
        ("164123500", []),
        ("164123456 7", []),
        ("164123456 012", [("cmnd", "164123456")]),
        ("101 102 103", []),
        ("100 200 300", []),
        ("100 201 302", [("cmnd", "100 201 302")]),
        ("giá 164123456", []),
        ("123456789", []),
        ("164.123.456 công an Ninh Bình cấp", [("cmnd", "164.123.456")]),
        ("sinh năm 1990, 164.123.456", [("cmnd", "164.123.456")]),
        ("164.123.456 đồng", []),
        ("C1234567", [("passport", "C1234567")]),
        ("B12345678", [("passport", "B12345678")]),
        ("C123456", []),
        ("B123456789", []),
        ("A1234567", []),
        ("lô C1234567", []),
        ("hộ chiếu số a1234567", [("passport", "a1234567")]),
        ("hộ chiếu số 1234567", []),
        ("hộ chiếu số 12345678", [("passport", "12345678")]),
        ("đi xuất cảnh cầm x1234567", [("passport", "x1234567")]),
        ("đi chơi cầm x1234567", []),
        ("x164123456", []),
        ("X164123456", []),
        ("164123456/7", []),
        ("164123456 0123", [("cmnd", "164123456")]),
        ("100 200 301", [("cmnd", "100 200 301")]),
        ("300 200 100", []),
        ("164 200 210", [("cmnd", "164 200 210")]),
        ("164 170 250", [("cmnd", "164 170 250")]),
        ("5 C1234567", []),
        ("5-C1234567", []),
        ("100 201 302 nhà", [("cmnd", "100 201 302")]),
    ],
)
def test_cards_and_passports_have_their_format(text: str, expected: list[tuple[str, str]]) -> None:
    """A CCCD has twelve digits that encode a province and a century, a CMND has nine digits with a former province, and
    a passport has a letter with seven or eight digits.
    """
    assert find_kinds_and_texts(text) == expected


@pytest.mark.parametrize(
    ("text", "plates"),
    [
        ("35A-2120", ["35A-2120"]),
        ("35A-2019", []),
        ("xe 35A-2019", ["35A-2019"]),
        ("35a-2120", []),
        ("35A 2120", []),
    ],
)
def test_four_digits_are_a_plate_unless_a_year(text: str, plates: list[str]) -> None:
    """Capital letters and four digits without a space are a number plate, unless the digits are a year and no vehicle
    is mentioned.
    """
    assert find_kinds_and_texts(text) == [("plate", plate) for plate in plates]


WAYS_TO_WRITE_A_TELEPHONE = (
    *("0362123456", "0362 123456", "03621 23456", "03 6212 3456", "036 212 3456", "036 2123 456", "0362 123 456"),
    *("0362 12 34 56", "03 62 12 34 56"),
)


def test_cccd_does_not_begin_with_a_telephone() -> None:
    """Twelve digits in at most six groups are a CCCD, unless they begin with ten digits grouped like a telephone
    number.
    """
    digits = "036212345678"
    for gaps in filter(lambda gaps: gaps.count(" ") < 6, product(("", " "), repeat=len(digits) - 1)):
        text = "".join(map("".join, zip(digits, (*gaps, ""), strict=True)))
        begins_with_telephone = any(text.startswith(f"{way} ") for way in WAYS_TO_WRITE_A_TELEPHONE)
        assert (("cccd", text) in find_kinds_and_texts(text)) is not begins_with_telephone


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("O912 34", "O912 34"),
        ("O912 345 6", "0912 345 6"),
        ("09l2 345", "09l2 345"),
        ("09l2 3456", "0912 3456"),
        ("l2345 OOOO 1", "12345 0000 1"),
        ("l234 OOOO 1", "l234 OOOO 1"),
        ("OOOO 1234", "OOOO 1234"),
        ("OOOOO 1234", "OOOOO 1234"),
        ("C09l2345", "C0912345"),
        ("35B1-O12.34", "35B1-012.34"),
        ("35B1-O1.2", "35B1-O1.2"),
        ("1|2345678", "112345678"),
        ("1|2345678901", "112345678901"),
        ("1|23456789012", "1|23456789012"),
        ("1|2|3|45678901", "1|2|3|45678901"),
        ("CO912345", "C0912345"),
        ("CO91234", "CO91234"),
        ("29LD1 - O123", "29LD1 - 0123"),
        ("35B1-O12", "35B1-O12"),
        ("35B1-OO12", "35B1-OO12"),
        ("a\u0323\u200b b", "ạ b"),
        ("không chín một hai ba bốn năm sáu bảy", "0 9 1 2 3 4 5 6 7"),
        ("không chín một hai ba bốn năm sáu", "không chín một hai ba bốn năm sáu"),
        ("0912 ba 45 678", "0912 ba 45 678"),
        ("0912 ba 4567", "0912 3 4567"),
        ("0912 ba 456", "0912 ba 456"),
        ("091234567 ba", "091234567 ba"),
        ("0912 ba 45678901", "0912 ba 45678901"),
        ("0912 ba 4567890", "0912 ba 4567890"),
        ("091 ba 2345 tám", "091 3 2345 8"),
        ("091 ba 23456 ba tám một", "091 3 23456 3 8 1"),
        ("091 ba 23456 ba tám một hai", "091 ba 23456 ba tám một hai"),
        ("biển ba mươi lăm bê một hai ba bốn", "biển 3  5 b 1 2 3 4"),
        ("biển ba lăm bê một hai ba", "biển ba lăm bê một hai ba"),
        ("biển mười lăm bê một hai ba bốn", "biển 1 5 b 1 2 3 4"),
        ("biển ba mươi bê một hai ba bốn", "biển 3 0 b 1 2 3 4"),
    ],
)
def test_letters_become_digits_above_a_minimum(written: str, meant: str) -> None:
    """Letters and words are replaced by digits only if the number then has a minimal number of digits."""
    assert normalize(written).text == meant
