"""Tests of the masking in a slip that passes a report on to another body: the evidence in the reporter's words stays,
and everything that identifies the reporter is removed.
"""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.identity.masking import MASK, mask_own_data
from anninh_core.domain.identity.model import Identity
from anninh_core.vocabulary.messages import Address, Place

LAN = Identity(
    conversation="0190c0de-0000-7000-8000-000000000001",
    name="Nguyễn Thị Lan",
    address=Address("oa", Place.PERSON, "8412345678901"),
    numbers=("0966000111",),
)
OWN = "0912 345 678"
THEIRS = "0987 654 321"
OWN_ACCOUNT = "0123456789012"
THEIR_ACCOUNT = "19031234567890"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"Nó lừa em chuyển vào stk nó {THEIR_ACCOUNT}", f"Nó lừa em chuyển vào stk nó {THEIR_ACCOUNT}"),
        (f"stk của tôi {OWN_ACCOUNT} mất tiền", f"stk của tôi {MASK} mất tiền"),
        (
            f"stk của em {OWN_ACCOUNT}, nó chuyển sang stk {THEIR_ACCOUNT}",
            f"stk của em {MASK}, nó chuyển sang stk {THEIR_ACCOUNT}",
        ),
        (f"SĐT của nó: {THEIRS}, sđt em {OWN}", f"SĐT của nó: {THEIRS}, sđt em {MASK}"),
        (f"sdt cua no: {THEIRS}, sdt em {OWN}", f"sdt cua no: {THEIRS}, sdt em {MASK}"),
        (f"{OWN} là số của em, nó dùng {THEIRS}", f"{MASK} là số của em, nó dùng {THEIRS}"),
        (f"{THEIRS} (số của đối tượng), {OWN} (số em)", f"{THEIRS} (số của đối tượng), {MASK} (số em)"),
        (f"Em là An, số {OWN}. Có số lạ {THEIRS} gọi", f"Em là {MASK}, số {MASK}. Có số lạ {THEIRS} gọi"),
        (f"Người báo: Lê Hoa, CCCD 037201001234, sđt {OWN}", f"Người báo: {MASK}, CCCD {MASK}, sđt {MASK}"),
        ("Đối tượng họ tên: Trần Văn B, CCCD 037201001234", "Đối tượng họ tên: Trần Văn B, CCCD 037201001234"),
        ("Thằng đó tên là Trần Hùng", "Thằng đó tên là Trần Hùng"),
        ("Tôi tên là Hoa, trú tại số 12, xóm 3, thôn Tụ An", f"Tôi tên là {MASK}, trú tại {MASK}"),
        ("Nhà em ở xóm 3 bị mất bò", f"Nhà em ở {MASK} bị mất bò"),
        ("Chúng nó đánh bạc ở nhà ông Ba xóm 3", "Chúng nó đánh bạc ở nhà ông Ba xóm 3"),
        (f"Nó gọi cho em từ {THEIRS}", f"Nó gọi cho em từ {THEIRS}"),
        (f"Gọi lại cho tôi số {OWN}, đừng gọi {THEIRS}", f"Gọi lại cho tôi số {MASK}, đừng gọi {THEIRS}"),
        (f"Cần gì gọi {OWN}", f"Cần gì gọi {MASK}"),
        (f"Mất xe ở chợ.\n{OWN}", f"Mất xe ở chợ.\n{MASK}"),
        (f"Số của nó đây:\n{THEIRS}", f"Số của nó đây:\n{THEIRS}"),
        (f"stk {THEIR_ACCOUNT}", f"stk {THEIR_ACCOUNT}"),
        ("mail của nó x@gmail.com, mail em là lan@gmail.com", f"mail của nó x@gmail.com, mail em là {MASK}"),
        ("xe 35B1-123.45, tôi thấy", "xe 35B1-123.45, tôi thấy"),
    ],
)
def test_only_the_senders_own_data_is_masked(text: str, left: str) -> None:
    """The surrounding words decide which personal data is masked: the sender's own data is, data of people whom the
    sender reports is kept.
    """
    assert mask_own_data(text, None).text == left


def test_recorded_reporter_data_is_masked_everywhere() -> None:
    """The reporter's recorded data is masked everywhere in a text, also among the suspect's numbers and as a bare
    number.
    """
    words = mask_own_data(f"Nó dùng 0966 000 111 và {THEIRS}, nguyen thi lan báo, Zalo 8412345678901", LAN)
    assert words.text == f"Nó dùng {MASK} và {THEIRS}, {MASK} báo, Zalo {MASK}"
    assert words.left == ("phone",)


def test_kept_kinds_are_listed_for_the_signer() -> None:
    """The result of masking lists the kinds of numbers that are still in the text, for the officer who reads it before
    it is signed.
    """
    words = mask_own_data(f"stk nó {THEIR_ACCOUNT}, sđt nó {THEIRS}. Gọi em {OWN}", None)
    assert (words.masked, words.left) == (("phone",), ("bank_account", "phone"))


def test_masking_time_is_linear() -> None:
    """Masking time grows linearly with the text: repeated words are examined only near each number."""
    words = mask_own_data(f"{'số tài khoản ' * 2000}{THEIR_ACCOUNT}. {'gọi cho ' * 2000}. sđt em {OWN}", None)
    assert words.masked == ("phone",)


OWN_SENTENCES = (
    f"Em là Hoa, số {OWN}",
    f"số điện thoại của tôi là {OWN}",
    f"Liên hệ em qua Zalo {OWN}",
    f"sdt em {OWN}",
    f"Có gì gọi lại cho cháu theo số {OWN}",
    f"{OWN} là số của em",
    f"Tôi dùng số {OWN}",
    f"stk của em {OWN_ACCOUNT} ngân hàng MB",
    f"CCCD của tôi {OWN}",
)
EVIDENCE = (
    f"Nó đưa stk nó {THEIR_ACCOUNT} Techcombank",
    f"Em chuyển 5 triệu vào tài khoản {THEIR_ACCOUNT} MB bank",
    f"em bi lua chuyen khoan qua stk {THEIR_ACCOUNT}",
    f"Đối tượng dùng số {THEIRS}",
    f"Có số lạ {THEIRS} gọi đòi tiền",
    f"số điện thoại của kẻ lừa đảo là {THEIRS}",
    f"Zalo nó {THEIRS}",
    f"Chủ tài khoản TRAN VAN B, số tài khoản {THEIR_ACCOUNT}",
    "Nó đi xe 35B1-123.45",
)
JOINERS = (". ", ".\n", "\n", "! ", "; ")


@given(
    st.lists(st.sampled_from(OWN_SENTENCES), min_size=1, max_size=3),
    st.lists(st.sampled_from(EVIDENCE), min_size=1, max_size=4),
    st.sampled_from(JOINERS),
    st.randoms(use_true_random=False),
)
def test_evidence_stays_and_the_reporter_goes(
    own: Sequence[str], evidence: Sequence[str], joiner: str, order: random.Random
) -> None:
    """With sentences in any order, the sender's data is masked and each sentence about others is left unchanged."""
    sentences = [*own, *evidence]
    order.shuffle(sentences)
    left = mask_own_data(joiner.join(sentences), None).text
    for secret in (OWN, OWN_ACCOUNT):
        assert secret not in left
    for sentence in evidence:
        assert sentence in left
