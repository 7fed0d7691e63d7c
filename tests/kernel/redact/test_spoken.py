"""Numbers written in words are found by their number of digits, the words allowed in between and the distance of a
keyword.
"""

import pytest

from anninh_core.kernel.redact import normalize

PASSPORT = ("xê năm không tám hai bảy một sáu", "c 5 0 8 2 7 1 6")
PLATE = ("ba mươi bê một hai ba bốn", "3 0 b 1 2 3 4")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("biển ba bê một hai ba bốn", None),
        ("biển ba bốn năm bê một hai ba bốn", None),
        ("biển ba mươi bê một hai ba bốn năm sáu", "biển 3 0 b 1 2 3 4 5 6"),
        ("biển ba mươi bê một hai ba bốn năm sáu bảy", None),
        ("biển 35 bê một 4 5", None),
        ("biển 3 5 bê 1 2 3 45", "biển 3 5 b 1 2 3 45"),
        ("biển ba mươi bê em một hai ba bốn", "biển 3 0 b m 1 2 3 4"),
        ("biển ba mươi xe một hai ba bốn", None),
        ("biển ba  mươi lăm bê một hai ba bốn", None),
        ("biển ba mươi  lăm bê một hai ba bốn", None),
        ("biển mươi  lăm bê một hai ba bốn", "biển 1  5 b 1 2 3 4"),
        ("biển ba lăm bê hai mươi ba bốn mươi", "biển 3 5 b 2  3 4 0"),
        ("biển ba lăm bê hai mươi chấm bốn năm", "biển 3 5 b 2 0 chấm 4 5"),
        ("biển ba lăm bê hai mươi ngang bốn năm", "biển 3 5 b 2 0 ngang 4 5"),
        ("biển 3 năm bê 123 45", "biển 3 5 b 123 45"),
        ("biển 3 mươi bê 123 45", "biển 3 0 b 123 45"),
        ("biển 3 mươi 5 bê 123 45", "biển 3  5 b 123 45"),
        ("biển mười 5 bê 123 45", "biển 1 5 b 123 45"),
        (
            "xe ba mươi xe một hai ba bốn\nxe ba mươi bê một hai ba bốn",
            "xe ba mươi xe một hai ba bốn\nxe 3 0 b 1 2 3 4",
        ),
        ("hộ chiếu xê năm không tám hai bảy một", None),
        ("hộ chiếu xê năm không tám hai bảy một sáu ba", "hộ chiếu c 5 0 8 2 7 1 6 3"),
        ("hộ chiếu xe năm không tám hai bảy một sáu", None),
        ("không chín một hai 3 bốn năm sáu bảy tám", "0 9 1 2 3 4 5 6 7 8"),
    ],
)
def test_spoken_plates_and_passports_keep_their_length(written: str, meant: str | None) -> None:
    """Written in words, a plate has two digits, one or two letters and four to six digits, and a passport has a letter
    and seven or eight digits; a word for tens counts as one or two digits.
    """
    assert normalize(written).text == (written if meant is None else meant)


@pytest.mark.parametrize(
    ("letter", "names"),
    [
        *(
            ("b", "bê bờ bây"),
            ("c", "cờ xê"),
            ("d", "dê dờ"),
            ("đ", "đê đờ"),
            ("f", "ép"),
            ("g", "gờ gi"),
            ("h", "hát hờ"),
        ),
        *(
            ("k", "ca ka"),
            ("l", "lờ"),
            ("m", "mờ em"),
            ("n", "nờ en"),
            ("p", "pê pờ"),
            ("t", "tê tờ"),
            ("v", "vê vờ"),
        ),
        ("x", "xờ ích ít"),
    ],
)
def test_letter_is_recognised_by_its_names(letter: str, names: str) -> None:
    """A letter is recognised by the name it has at school and by its name in the alphabet."""
    for name in names.split():
        assert normalize(f"biển ba mươi {name} một hai ba bốn").text == f"biển 3 0 {letter} 1 2 3 4"


@pytest.mark.parametrize(
    ("before", "after", "is_near"),
    [
        ("hộ chiếu ", "", True),
        ("hộ chiếu" + " " * 52, "", True),
        ("hộ chiếu" + " " * 53, "", False),
        ("hộ chiếu\n", "", False),
        ("x" * 200 + " hộ chiếu ", "", True),
        ("", " hộ chiếu", True),
        ("", " " * 52 + "hộ chiếu", True),
        ("", " " * 53 + "hộ chiếu", False),
        ("", "\nhộ chiếu", False),
        ("x" * 200 + " ", " hộ chiếu", True),
        ("hộ chiếu" + " " * 100, " ", False),
    ],
)
def test_keyword_counts_within_sixty_characters(before: str, after: str, is_near: bool) -> None:
    """A keyword is considered within sixty characters before or after a number in words, in the same line."""
    written, meant = PASSPORT
    assert normalize(f"{before}{written}{after}").text == f"{before}{meant if is_near else written}{after}"


@pytest.mark.parametrize(
    ("before", "after", "is_near"),
    [
        ("", " là biển xe ba", True),
        ("biển ba\n", "", False),
        ("xe " + "y" * 30 + " ", "", True),
    ],
)
def test_vehicle_keyword_makes_a_plate(before: str, after: str, is_near: bool) -> None:
    """A word for a vehicle before or after a number makes it a plate; a word in another line doesn't."""
    written, meant = PLATE
    assert (meant in normalize(f"{before}{written}{after}").text) is is_near
