"""Tests that masking removes from a text everything that identifies its author."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.identity.masking import MASK, mask_identity
from anninh_core.domain.identity.model import Identity
from anninh_core.kernel.identifiers.owners import Span
from anninh_core.kernel.text import fold
from anninh_core.vocabulary.messages import Address, Place

LAN = Identity(
    conversation="0190c0de-0000-7000-8000-000000000001",
    name="Nguyễn Thị Lan",
    address=Address("oa", Place.PERSON, "8412345678901"),
    numbers=("0912345678",),
)
WORDS = st.lists(st.sampled_from(["mất", "gà", "ở", "xóm", "Lan", "Nguyễn", "Thị", "0912", "345", "678", ",", "\n"]))


def mask_text(text: str, identity: Identity | None = LAN) -> str:
    return mask_identity(text, identity)[0]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Nguyễn Thị Lan báo mất gà", f"{MASK} báo mất gà"),
        ("nguyen thi lan bao mat ga", f"{MASK} bao mat ga"),
        ("NGUYỄN-THỊ-LAN, xóm 3", f"{MASK}, xóm 3"),
        ("gọi 0912 345 678 giúp", f"gọi {MASK} giúp"),
        ("gọi +84 912.345.678 giúp", f"gọi {MASK} giúp"),
        ("gọi ０９１２ 345\u200b678 giúp", f"gọi {MASK} giúp"),
        ("gọi O9l2 345 678 giúp", f"gọi {MASK} giúp"),
        ("gọi không chín một hai ba bốn năm sáu bảy tám giúp", f"gọi {MASK} giúp"),
        ("Ngu\u200byễn Thị\u00a0L\u00adan báo", f"{MASK} báo"),
        ("Zalo 8412345678901", f"Zalo {MASK}"),
        ("hồ sơ 0190C0DE-0000-7000-8000-000000000001 đây", f"hồ sơ {MASK} đây"),
        ("Nguyễn Văn Thị Lan là người khác", "Nguyễn Văn Thị Lan là người khác"),
        ("Nguyễn rồi đến Thị Lan", "Nguyễn rồi đến Thị Lan"),
        ("nhà số 12, xe 35B1-123.45", "nhà số 12, xe 35B1-123.45"),
    ],
)
def test_known_name_number_and_address_are_masked(text: str, left: str) -> None:
    """The resident's name in any spelling, number in any spacing and address are masked, and nothing else."""
    assert mask_text(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Tôi tên là Trần Văn Bình, nhà ở đây", f"Tôi tên là {MASK}, nhà ở đây"),
        ("em là Hoa ở xóm 3", f"em là {MASK} ở xóm 3"),
        ("Em là Hoa ở xóm 3", f"Em là {MASK} ở xóm 3"),
        ("TÔI LÀ HOA. Mất bò", f"TÔI LÀ {MASK}. Mất bò"),
        ("Họ tên: Lê Hoa", f"Họ tên: {MASK}"),
        ("họ và tên: Lê Hoa. Mất bò", f"họ và tên: {MASK}. Mất bò"),
        ("người báo: Lê Hoa", f"người báo: {MASK}"),
        ("em là giáo viên", "em là giáo viên"),
        ("gọi 0987 654 321", f"gọi {MASK}"),
        ("CCCD 037201001234", f"CCCD {MASK}"),
    ],
)
def test_unknown_senders_personal_data_is_masked(text: str, left: str) -> None:
    """Without a known identity, a name with which the sender introduces themselves and anything that looks like
    personal data are masked.
    """
    assert mask_text(text, None) == left


def test_each_masked_kind_is_listed_once() -> None:
    """The result of masking lists each kind of masked data once, however often it occurs."""
    _, kinds = mask_identity("Nguyễn Thị Lan, tức nguyen thi lan, 0912345678 và 0912 345 678", LAN)
    assert len(kinds) == len(set(kinds))
    assert "name" in kinds
    assert mask_identity("mất gà ở xóm 3", LAN)[1] == ()


def test_overlapping_matches_leave_one_mask() -> None:
    """A name that the sender both introduces and is known by leaves a single mask."""
    assert mask_text("em là Nguyễn Thị Lan báo mất gà") == f"em là {MASK} báo mất gà"


def test_one_word_name_is_masked_only_as_written() -> None:
    """A one-word name is masked only in its exact spelling ("Lan", not "lan"), and a name without letters masks
    nothing.
    """
    lan = Identity(conversation="c", name="Lan", address=Address("oa", Place.PERSON, "u1"))
    assert mask_text("Lan kể cháy lan sang nhà bên", lan) == f"{MASK} kể cháy lan sang nhà bên"
    nameless = Identity(conversation="c", name="…", address=Address("oa", Place.PERSON, "u1"))
    assert mask_text("Lan kể … cháy lan", nameless) == "Lan kể … cháy lan"


@pytest.mark.parametrize("before", ["", "gà ", "gà của ", "con gà của ", "đây là gà của ", "gà\n"])
@pytest.mark.parametrize("after", ["", " nói", " nói thế", " nói với em thế"])
def test_name_is_masked_at_every_position(before: str, after: str) -> None:
    """A name is masked at the beginning, in the middle and at the end of a text; a two-word name also in small
    letters.
    """
    binh = Identity(conversation="c", name="Trần Bình", address=Address("oa", Place.PERSON, "u1"))
    assert mask_text(f"{before}Nguyễn Thị Lan{after}") == f"{before}{MASK}{after}"
    assert mask_text(f"{before}trần bình{after}", binh) == f"{before}{MASK}{after}"


@pytest.mark.parametrize("between", [" ", "\t", "\n", ".", ",", "-", "_", " ,\n "])
def test_name_matches_across_separators(between: str) -> None:
    """A name is recognised across spaces, line breaks and punctuation between its words, but not across other signs."""
    assert mask_text(f"của Thị Lan{between}Nguyễn Thị{between}Lan đó") == f"của Thị Lan{between}{MASK} đó"
    assert mask_text("của Nguyễn Thị / Lan đó") == "của Nguyễn Thị / Lan đó"


@pytest.mark.parametrize(
    ("known", "text", "left"),
    [
        ("123456", "số 123456 nhé", f"số {MASK} nhé"),
        ("123456", "số 12 34_56 nhé", f"số {MASK} nhé"),
        ("12345", "số 12345 nhé", "số 12345 nhé"),
        ("0123456", "số 123456 nhé", f"số {MASK} nhé"),
        ("84123456", "số +84 123456 nhé", f"số {MASK} nhé"),
        ("012345", "số 12345 nhé", "số 12345 nhé"),
        ("AB123456", "số 123456 nhé", "số 123456 nhé"),
    ],
)
def test_numbers_under_six_digits_are_kept(known: str, text: str, left: str) -> None:
    """A reporter's number of at least six digits is masked also without country code and leading zero; a shorter number
    may be a price or a house number.
    """
    identity = Identity(conversation="c", name="", address=Address("oa", Place.PERSON, "u1"), numbers=(known,))
    assert mask_text(text, identity) == left


@pytest.mark.parametrize(("id", "left"), [("u-ab-9", f"nick {MASK} đó"), ("u-ab9", "nick u-ab9 đó")])
def test_address_is_masked_unless_short(id: str, left: str) -> None:
    """A messenger address of at least six characters is masked in upper and lower case; a shorter address may be an
    ordinary word.
    """
    identity = Identity(conversation="c", name="", address=Address("oa", Place.PERSON, id))
    assert mask_text(f"nick {id} đó", identity) == left
    assert mask_text(f"nick {id.upper()} đó", identity).lower() == left


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ((), "abcdefghij"),
        (((2, 4, "name"),), f"ab{MASK}efghij"),
        (((2, 4, "name"), (4, 6, "number")), f"ab{MASK}{MASK}ghij"),
        (((2, 5, "name"), (4, 6, "number")), f"ab{MASK}ghij"),
        (((2, 6, "name"), (3, 5, "number")), f"ab{MASK}ghij"),
        (((2, 6, "name"), (2, 4, "number"), (5, 8, "name")), f"ab{MASK}ij"),
        (((0, 10, "name"),), MASK),
    ],
)
def test_given_spans_of_others_are_masked(others: tuple[Span, ...], left: str) -> None:
    """Given spans of a text with other people's data are masked: adjacent spans leave a mask each, overlapping spans
    leave one, and no character of them stays.
    """
    assert mask_identity("abcdefghij", None, others)[0] == left


@given(WORDS, WORDS)
def test_surrounding_words_hide_no_name(before: list[str], after: list[str]) -> None:
    """Words before and after hide neither name nor number from masking."""
    text = " ".join((*before, "Nguyễn Thị Lan", "0912 345 678", *after))
    left = fold(mask_text(text))
    assert "nguyen thi lan" not in left
    assert "0912 345 678" not in left
