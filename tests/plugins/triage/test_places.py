"""The kind of a plain message doesn't depend on the names of places in it."""

from datetime import timedelta

import pytest

from anninh_core.app import Settings
from anninh_core.cli.evaluation.messages import JudgedMessage, Label, Prediction, predict_messages
from anninh_core.kernel.text import fold
from anninh_core.plugins import Plugins
from anninh_core.profile import load_profile

PLACES = (
    "xã Ninh Hòa",
    "x. Cẩm Vịnh",
    "phường Hàm Rồng",
    "p. Ba Hàng",
    "TT Thiên Tôn",
    "thị trấn Tam Đường",
    "Trường Yên",
    "thôn Quán Vinh",
    "xóm 3",
    "làng Nghè",
    "tổ 6 phường Vĩnh Ninh",
    "xóm 11, xã Đak Rông",
    "khu dân cư số 2, Ninh An",
    "ngõ 9 phố Chùa Láng",
)
TIPS = {
    "crime": ("Kẻ gian cắt khóa lấy mất xe điện ở {}", "{} có quán chứa cờ bạc ăn tiền"),
    "wanted": ("Có đối tượng đang bị truy nã lẩn trốn ở {}",),
    "search": ("Mèo tam thể nhà em đi lạc ở {}", "Nhặt được cái điện thoại ở {}"),
    "traffic": ("Mặt đường nứt lún ở {}", "Tắc đường ở {}"),
    "public_order": ("Quán nhậu hò hát ầm ĩ ở {}", "{} đổ rác bừa bãi ra mương"),
    "fire": ("Dây điện hở chạm mái tôn ở {}",),
    "epidemic": ("Đàn gà chết hàng loạt ở {}", "Ở {} nhiều người sốt xuất huyết"),
    "situation": ("Có nhóm người lạ rình mò ở {}",),
}
OTHERS = {
    "question": ("Cho hỏi {} làm thẻ căn cước ngày nào ạ", "Đăng ký thường trú tại {} cần giấy tờ gì"),
    "chatter": ("Chúc bà con {} một ngày vui vẻ nhé",),
    "unsuitable": ("Cho vay trả góp không cần thế chấp ở {}",),
}
URGENT = ("Cháy nhà ở {} rồi, cứu với", "{} đang có kẻ cầm dao đuổi chém người", "Có người đang đuối nước ở {}")


def predict_everywhere(text: str) -> dict[str, Prediction]:
    """Return the prediction for a text with each place name in turn, with and without diacritics."""
    written = [text.format(place) for place in PLACES]
    texts = [*written, *map(fold, written)]
    district = load_profile("hoa_lu_2021")
    plugins = Plugins(Settings().plugins, budget=timedelta(days=1))  # The budget is long enough for a slow machine.
    messages = [JudgedMessage(text, Label("tip", "", emergency=False)) for text in texts]
    return dict(zip(texts, predict_messages(messages, plugins, district), strict=True))


@pytest.mark.parametrize(("category", "text"), [(name, text) for name, texts in TIPS.items() for text in texts])
def test_tip_keeps_its_category_everywhere(category: str, text: str) -> None:
    """A tip keeps its category and is no emergency whichever place it names, whether the profile knows the place or
    not.
    """
    predictions = predict_everywhere(text)

    assert {
        text: prediction
        for text, prediction in predictions.items()
        if (prediction.kind, prediction.category) != ("tip", category)
    } == {}
    assert [text for text, prediction in predictions.items() if prediction.emergency] == []


@pytest.mark.parametrize(("kind", "text"), [(name, text) for name, texts in OTHERS.items() for text in texts])
def test_other_messages_keep_their_kind_everywhere(kind: str, text: str) -> None:
    """Questions, thanks and offers keep their kind whichever place they name."""
    predictions = predict_everywhere(text)

    assert {
        text: prediction
        for text, prediction in predictions.items()
        if (prediction.kind, prediction.emergency) != (kind, False)
    } == {}


@pytest.mark.parametrize("text", URGENT)
def test_danger_is_an_emergency_everywhere(text: str) -> None:
    """A message about danger is an emergency whichever place it names."""
    assert [text for text, prediction in predict_everywhere(text).items() if not prediction.emergency] == []
