import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.redact import find_personal_data, redact, scan_text

PIECES = st.sampled_from(
    [
        *"0123456789 .-+()@/,…a",
        "84",
        "113",
        "0900000001",
        "037000000001",
        "164 000 001",
        "99A-000.01",
        "nobody@example.vn",
        "https://example.vn/a",
        "stk ",
        "số tài khoản: ",
        " đồng",
        "\n",
    ],
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0900000001", "phone"),
        ("+84 900 000 001", "phone"),
        ("0229.3000.001", "phone"),
        ("037000000001", "cccd"),
        ("037 000 000 001", "cccd"),
        ("164000001", "cmnd"),
        ("164 000 001", "cmnd"),
        ("99A-000.01", "plate"),
        ("99b1-00001", "plate"),
        ("99 LD-000.01", "plate"),
        ("99MĐ-000.01", "plate"),
        ("nobody.at-all@example.com.vn", "email"),
        ("https://example.vn/a?b=1", "link"),
        ("www.example.vn", "link"),
        ("zalo.me/g/abc", "link"),
        ("example.vn", "link"),
    ],
)
def test_each_shape_is_found_and_masked(text: str, kind: str) -> None:
    """Every kind of personal data is found at its place and leaves only the mask."""
    (hit,) = find_personal_data(f"Báo: {text}, nhé.")
    assert (hit.kind, hit.start, hit.end, hit.text) == (kind, 5, 5 + len(text), text)
    assert redact(f"Báo: {text}, nhé.") == "Báo: …, nhé."


@pytest.mark.parametrize(
    "text",
    [
        "03/02/2021 20:15",
        "2021-02-03 08:30",
        "05-03-2021 08:30",
        "05/KH-BCĐ138",
        "05/QĐ-35A12345",
        "30/2020/NĐ-CP",
        "200.000.000 đồng",
        "164123456 đồng",
        "năm 2020 2021 2022",
        "tài khoản bị khóa từ 05-03-2021",
        "trong tài khoản có 15.000.000 đồng",
        "tp.Hoa Lư, v.v.",
    ],
)
def test_dates_money_and_document_numbers_stay(text: str) -> None:
    """Figures that are nobody's identity are left alone."""
    assert redact(text) == text


@pytest.mark.parametrize("text", ["113", "gọi 111, 112.", "113 114 115", "113-114-115 111"])
def test_service_numbers_stay(text: str) -> None:
    """Nobody may lose the emergency numbers to a mask, alone or in a row."""
    assert redact(text) == text


def test_a_service_number_beside_personal_data_stays() -> None:
    """Only the personal number of a row is masked."""
    assert redact("113 0900000001, 114") == "113 …, 114"
    assert redact("113 164 000 001") == "113 …"


@pytest.mark.parametrize("words", ["stk", "STK VCB:", "tk", "số tài khoản", "So tai khoan ngân hàng", "tài khoản"])
def test_a_bank_account_is_known_by_the_words_before_it(words: str) -> None:
    """A digit string is an account only after such words, which stay, whatever its shape.

    Accounts may have the number of a telephone (wallets, MB): right behind "stk" a reader takes it for an account.
    Where a word for a telephone stands between, it's a telephone.
    """
    assert [hit.kind for hit in find_personal_data(f"{words} 1200 0000 01")] == ["bank_account"]
    assert redact(f"{words} 1200000001") == f"{words} …"
    assert [hit.kind for hit in find_personal_data(f"{words} 0900000001")] == ["bank_account"]
    assert [hit.kind for hit in find_personal_data(f"{words}, gọi 0900000001")] == ["phone"]
    assert find_personal_data("mã 1200000001") == []
    assert [hit.text for hit in find_personal_data(f"{words} 1200 0000 01")] == ["1200 0000 01"]


def test_a_number_inside_an_address_is_part_of_it() -> None:
    """A mail address or link is masked whole."""
    assert redact("0900000001@example.vn https://example.vn/0900000001") == "… …"


def test_what_a_neighbour_hid_is_found_too() -> None:
    """Masking one number doesn't lay open another."""
    assert redact("164000001.0900000001") == "….…"


def test_decomposed_text_is_understood() -> None:
    """Positions and result are those of the NFC text."""
    text = "số tài khoản: 1200000001"
    decomposed = unicodedata.normalize("NFD", text)
    assert find_personal_data(decomposed) == find_personal_data(text)
    assert redact(decomposed) == "số tài khoản: …"


def test_a_text_that_is_looked_through_is_not_shown() -> None:
    """Not where its reader is printed."""
    assert "0900000001" not in repr(scan_text("0900000001"))


def test_the_mask_is_the_callers() -> None:
    """Another mask stands for each piece."""
    assert redact("0900000001 và 99A-000.01", mask="[ẩn]") == "[ẩn] và [ẩn]"


@given(st.lists(PIECES, max_size=12).map("".join))
def test_nothing_is_left_after_redaction(text: str) -> None:
    """A redacted text holds no pattern any more, and pieces come in order without overlaps."""
    found = find_personal_data(text)
    assert find_personal_data(redact(text)) == []
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(text[hit.start : hit.end] == hit.text for hit in found)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_else_stands_there_hides_nothing(text: str) -> None:
    """What is found in a text is found in it too where a line with every kind of personal data follows."""
    whole = find_personal_data(f"{text}\nx\nnobody@example.vn, https://example.vn/a, 0900000001")
    assert [hit for hit in whole if hit.end <= len(text)] == find_personal_data(text)
