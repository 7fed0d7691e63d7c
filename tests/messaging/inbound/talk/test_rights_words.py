"""Which words ask about data of one's own, and which only speak of such data."""

import pytest
from tests.messaging.inbound.talk.talks import DISTRICT, GROUP, case, routed, said, talk, triaged

from anninh_core.kernel.text import fold
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.rights_words import parse_rights
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.vocabulary.rights import RightsKind

ASKING = (
    ("quyền dữ liệu", RightsKind.ACCESS),
    ("Cho tôi xem dữ liệu của tôi", RightsKind.ACCESS),
    ("Chào các anh, em muốn xem dữ liệu của em ạ", RightsKind.ACCESS),
    ("xóa dữ liệu của tôi", RightsKind.DELETION),
    ("Xóa hết tin nhắn của tôi đi!", RightsKind.DELETION),
    ("Đề nghị xóa thông tin của cháu, cháu cảm ơn", RightsKind.DELETION),
    ("sửa thông tin của tôi", RightsKind.CORRECTION),
    ("Nhờ các anh sửa lại tên của tôi với ạ", RightsKind.CORRECTION),
    ("Yêu cầu ngừng sử dụng dữ liệu của tôi", RightsKind.RESTRICTION),
    ("Tôi rút lại sự đồng ý", RightsKind.OBJECTION),
    ("tôi phản đối xử lý dữ liệu", RightsKind.OBJECTION),
)
SPEAKING = (
    "Kẻ gian đã xóa dữ liệu của tôi trên máy",
    "Hàng xóm lấy dữ liệu của tôi đem bán",
    "xóa rác ở đầu ngõ",
    "Xem camera ở đâu",
    "Thông tin của tôi báo hôm qua thế nào rồi",
    "sửa đường ở xóm 3",
    "cảm ơn",
    "",
)


@pytest.mark.parametrize(("text", "kind"), ASKING)
def test_data_request_is_recognised(text: str, kind: RightsKind) -> None:
    """With and without diacritics, in a polite frame; it is an order, whatever goes on or an opinion takes it for."""
    for words in (text, fold(text), text.upper()):
        order = parse_rights(words, DISTRICT)
        assert order is not None, words
        assert order.kind is kind
        found = routed(said(words), *triaged(said(words)), known=talk(case()))
        assert (found.message_class, found.command) == (MessageClass.COMMAND, ResidentCommand.RIGHTS)


@pytest.mark.parametrize("text", SPEAKING)
def test_other_requests_are_no_data_request(text: str) -> None:
    """Whoever tells of data, or asks for something else, asks for nothing here."""
    assert parse_rights(text, DISTRICT) is None
    assert routed(said(text)).rights is None


def test_a_group_orders_nothing() -> None:
    """What is said before everybody is no request: it is made in private, or at the desk."""
    assert routed(said("xóa dữ liệu của tôi", GROUP)).rights is None


@pytest.mark.parametrize(
    ("text", "message_class"),
    [
        ("Xóa dữ liệu của tôi. Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2", MessageClass.TIP),
        ("Xóa dữ liệu của tôi. Cháy nhà ở xóm 3, đến ngay", MessageClass.TIP),
        ("Xóa dữ liệu của tôi, ông nhà tôi không biết gì đâu", MessageClass.COMMAND),
    ],
)
def test_a_request_with_other_words(text: str, message_class: MessageClass) -> None:
    """What tells of an event is heard as that; of the rest a person takes a look; the request is noted in each."""
    found = routed(said(text), *triaged(said(text)))
    assert (found.message_class, found.rights) == (message_class, RightsKind.DELETION)
    assert found.needs_look is (message_class is MessageClass.COMMAND)
