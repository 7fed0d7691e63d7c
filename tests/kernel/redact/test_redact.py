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
    """Every kind of personal data is found at its position and replaced by the mask."""
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
    """Dates, amounts of money and document numbers aren't masked."""
    assert redact(text) == text


@pytest.mark.parametrize("text", ["113", "gọi 111, 112.", "113 114 115", "113-114-115 111"])
def test_service_numbers_stay(text: str) -> None:
    """Emergency numbers are never masked, alone or in a row."""
    assert redact(text) == text


def test_service_number_next_to_personal_data_stays() -> None:
    """If an emergency number is next to a personal number, only the personal number is masked."""
    assert redact("113 0900000001, 114") == "113 …, 114"
    assert redact("113 164 000 001") == "113 …"


@pytest.mark.parametrize("words", ["stk", "STK VCB:", "tk", "số tài khoản", "So tai khoan ngân hàng", "tài khoản"])
def test_keyword_makes_a_number_a_bank_account(words: str) -> None:
    """A number is a bank account only after a keyword for accounts, and the keyword isn't masked.

    An account may look like a telephone number (wallets, MB): directly after "stk" it is an account. If a keyword for
    telephones is in between, it is a telephone number.
    """
    assert [hit.kind for hit in find_personal_data(f"{words} 1200 0000 01")] == ["bank_account"]
    assert redact(f"{words} 1200000001") == f"{words} …"
    assert [hit.kind for hit in find_personal_data(f"{words} 0900000001")] == ["bank_account"]
    assert [hit.kind for hit in find_personal_data(f"{words}, gọi 0900000001")] == ["phone"]
    assert find_personal_data("mã 1200000001") == []
    assert [hit.text for hit in find_personal_data(f"{words} 1200 0000 01")] == ["1200 0000 01"]


def test_a_number_inside_an_address_is_part_of_it() -> None:
    """An email address or link with a number in it is masked as one piece."""
    assert redact("0900000001@example.vn https://example.vn/0900000001") == "… …"


def test_adjacent_numbers_are_both_masked() -> None:
    """Of two adjacent numbers both are masked, even if one was hidden by the other at first."""
    assert redact("164000001.0900000001") == "….…"


def test_nfd_text_gives_the_nfc_result() -> None:
    """A decomposed text (NFD) gives the same hits, positions and result as its NFC form."""
    text = "số tài khoản: 1200000001"
    decomposed = unicodedata.normalize("NFD", text)
    assert find_personal_data(decomposed) == find_personal_data(text)
    assert redact(decomposed) == "số tài khoản: …"


def test_repr_of_scanned_text_hides_it() -> None:
    """The `repr` of a text that was searched for personal data doesn't show the text."""
    assert "0900000001" not in repr(scan_text("0900000001"))


def test_caller_can_choose_the_mask() -> None:
    """The mask that the caller passes replaces each piece of personal data."""
    assert redact("0900000001 và 99A-000.01", mask="[ẩn]") == "[ẩn] và [ẩn]"


@given(st.lists(PIECES, max_size=12).map("".join))
def test_redacted_text_has_no_hits(text: str) -> None:
    """Searching a redacted text finds no personal data, and the hits of any text come in order without overlaps."""
    hits = find_personal_data(text)
    assert find_personal_data(redact(text)) == []
    assert all(before.end <= after.start for before, after in pairwise(hits))
    assert all(text[hit.start : hit.end] == hit.text for hit in hits)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_following_line_hides_no_hit(text: str) -> None:
    """Personal data in the next line doesn't change the hits of a text."""
    whole = find_personal_data(f"{text}\nx\nnobody@example.vn, https://example.vn/a, 0900000001")
    assert [hit for hit in whole if hit.end <= len(text)] == find_personal_data(text)
