"""Sentences that accuse an official or unit of wrongdoing, and sentences that only mention one."""

import pytest

from anninh_core.messaging.inbound.talk.accusations import Accusation, find_accusation, keep_before_accusation
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
def test_title_with_wrongdoing_is_an_accusation(text: str, accusation: Accusation) -> None:
    """A sentence with an official's title or pronoun and a wrongdoing is an accusation, in either order, with or
    without accents.
    """
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
def test_title_alone_is_no_accusation(text: str) -> None:
    """A sentence with a title but no wrongdoing, or with wrongdoing by others or by an impostor, is no accusation."""
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
def test_only_sentences_before_the_accusation_are_kept(text: str, kept: str) -> None:
    """Only the sentences before an accusation are kept for others, since later ones may mean the accused without a
    title.
    """
    assert keep_before_accusation(text, shipped_district()) == kept
