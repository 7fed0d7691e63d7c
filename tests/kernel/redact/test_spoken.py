"""Numbers in words: how many they must be, what may stand between, and how near the word that tells what they are."""

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
def test_plates_and_passports_have_their_length_in_words_too(written: str, meant: str | None) -> None:
    """Two figures, a letter or two and four to six figures; a letter and seven or eight. Tens count for two, or one."""
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
def test_a_letter_is_known_by_its_names(letter: str, names: str) -> None:
    """As it is called at school and in the alphabet."""
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
def test_the_word_for_it_stands_within_sixty_signs(before: str, after: str, is_near: bool) -> None:
    """In the same line, before or behind: farther away it speaks of something else."""
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
def test_a_vehicle_makes_it_a_plate(before: str, after: str, is_near: bool) -> None:
    """Before or behind; a word in another line doesn't."""
    written, meant = PLATE
    assert (meant in normalize(f"{before}{written}{after}").text) is is_near
