"""Which sentences accuse an official or a unit of a wrong, and which only name one."""

import pytest

from anninh_core.messaging.inbound.talk.accusations import Accusation, find_accusation, keep_other_words
from anninh_core.testing.apps import shipped_district
from anninh_core.vocabulary.supervision import AccusedKind

POLICE = Accusation(accused=(AccusedKind.POLICE,))
GOVERNMENT = Accusation(accused=(AccusedKind.GOVERNMENT,))
OFFICIAL = Accusation(accused=(AccusedKind.OFFICIAL,))


@pytest.mark.parametrize(
    ("text", "accusation"),
    [
        ("Trưởng công an xã Ninh Hòa nhận tiền của quán karaoke, tôi tố cáo", POLICE),
        ("truong cong an xa ninh hoa nhan tien cua quan karaoke", POLICE),
        ("Tôi muốn tố cáo chủ tịch xã Trường Yên bán đất công", GOVERNMENT),
        ("Hôm qua con tôi bị công an xã đánh đập ở trụ sở", POLICE),
        ("Tôi phải đưa tiền cho công an viên mới được làm giấy", POLICE),
        ("đã báo công an xã nhưng họ nhận tiền bảo kê quán đó", POLICE),
        ("Ông Hùng là trưởng công an xã. Ông ta nhận tiền của sòng bạc", POLICE),
        ("Cán bộ địa chính xã vòi tiền khi làm sổ đỏ", GOVERNMENT),
        ("Trưởng thôn ăn chặn tiền hỗ trợ covid", OFFICIAL),
        ("tố cáo công an xã", POLICE),
        ("bí thư huyện ủy tham nhũng", Accusation(accused=(AccusedKind.GOVERNMENT,), is_above=True)),
        ("Công an huyện Hoa Lư bao che sòng bạc", Accusation(accused=(AccusedKind.POLICE,), is_above=True)),
    ],
)
def test_a_wrong_that_is_said_of_a_title_accuses(text: str, accusation: Accusation) -> None:
    """With or without accents, before the title or after it, by its name or a pronoun."""
    assert find_accusation(text, shipped_district()) == accusation


@pytest.mark.parametrize(
    "text",
    [
        "Cháy nhà, gọi công an xã không nghe máy",
        "Báo công an xã: thằng Tí bảo kê quán karaoke",
        "Công an xã ơi có đám đánh nhau ở chợ",
        "tôi tố cáo hàng xóm đánh bạc, đã báo công an xã",
        "Kính gửi công an xã, nhà bên đánh bạc suốt đêm",
        "nhờ công an xã bắt bọn đánh bạc",
        "Công an xã đến đi nó đánh người",
        "chủ tịch xã có ở trụ sở không ạ",
        "công an xã không nhận tiền của dân",
        "Cho hỏi công an xã có nhận tiền làm căn cước không",
        "Cảm ơn công an xã đã bắt sòng bạc đánh bạc",
        "con nợ đe dọa tôi, xin công an xã giúp",
        "có người giả danh công an lừa đảo qua điện thoại",
        "tố giác tội phạm với công an xã",
        "mất trộm xe máy đêm qua ở xóm 2 xã Ninh Hòa",
    ],
)
def test_a_title_without_a_wrong_accuses_nobody(text: str) -> None:
    """Nor does a wrong of others, or a stranger's who poses as an official."""
    assert find_accusation(text, shipped_district()) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Cháy nhà ở xóm 3. Trưởng công an xã nhận tiền nên làm ngơ. Hắn ở đó", "Cháy nhà ở xóm 3"),
        ("Trưởng công an xã nhận tiền. Cháy nhà ở xóm 3", ""),
        ("Cháy nhà ở xóm 3, trưởng công an xã nhận tiền", ""),
        ("Ông Hùng nhận tiền. Ông ấy là công an xã", ""),
    ],
)
def test_only_what_comes_before_is_kept_for_others(text: str, kept: str) -> None:
    """What follows may mean the accused without a title."""
    assert keep_other_words(text, shipped_district()) == kept
