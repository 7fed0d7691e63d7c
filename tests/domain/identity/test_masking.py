"""What is left of a text once nothing in it leads to its author."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.identity.masking import MASK, mask_identity
from anninh_core.domain.identity.model import Identity
from anninh_core.kernel.text import fold
from anninh_core.vocabulary.messages import Address, Place

LAN = Identity(
    conversation="0190c0de-0000-7000-8000-000000000001",
    name="Nguyễn Thị Lan",
    address=Address("oa", Place.PERSON, "8412345678901"),
    numbers=("0912345678",),
)
WORDS = st.lists(st.sampled_from(["mất", "gà", "ở", "xóm", "Lan", "Nguyễn", "Thị", "0912", "345", "678", ",", "\n"]))


def masked(text: str, identity: Identity | None = LAN) -> str:
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
def test_what_is_known_of_somebody_is_masked(text: str, left: str) -> None:
    """The name by its words, however written; numbers with any spacing; the address; and nothing else."""
    assert masked(text) == left


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
def test_what_says_who_somebody_is_goes_unasked(text: str, left: str) -> None:
    """Of somebody unknown too: a name behind words that introduce one, and what looks like personal data."""
    assert masked(text, None) == left


def test_each_kind_is_named_once() -> None:
    """Whoever reads the paper learns what was taken out of it, not how often."""
    _, kinds = mask_identity("Nguyễn Thị Lan, tức nguyen thi lan, 0912345678 và 0912 345 678", LAN)
    assert len(kinds) == len(set(kinds))
    assert "name" in kinds
    assert mask_identity("mất gà ở xóm 3", LAN)[1] == ()


def test_what_overlaps_is_masked_once() -> None:
    """A name that is introduced and known leaves one mask."""
    assert masked("em là Nguyễn Thị Lan báo mất gà") == f"em là {MASK} báo mất gà"


def test_a_name_of_one_word_goes_only_as_it_is_written() -> None:
    """'Lan' is a name, 'lan' spreads; a name without words masks nothing."""
    lan = Identity(conversation="c", name="Lan", address=Address("oa", Place.PERSON, "u1"))
    assert masked("Lan kể cháy lan sang nhà bên", lan) == f"{MASK} kể cháy lan sang nhà bên"
    nobody = Identity(conversation="c", name="…", address=Address("oa", Place.PERSON, "u1"))
    assert masked("Lan kể … cháy lan", nobody) == "Lan kể … cháy lan"


@given(WORDS, WORDS)
def test_no_name_is_left_whatever_stands_around_it(before: list[str], after: list[str]) -> None:
    """Words before and after hide neither name nor number."""
    text = " ".join((*before, "Nguyễn Thị Lan", "0912 345 678", *after))
    left = fold(masked(text))
    assert "nguyen thi lan" not in left
    assert "0912 345 678" not in left
