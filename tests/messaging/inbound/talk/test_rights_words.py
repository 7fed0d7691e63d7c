"""Words that request a resident's own data, and words that only mention such data."""

import pytest
from tests.messaging.inbound.talk.talks import (
    DISTRICT,
    GROUP,
    build_case,
    build_history,
    build_message,
    routed,
    triage_message,
)

from anninh_core.kernel.text import fold
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.rights_words import parse_rights_request
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
    """A request for one's own data is recognised with and without diacritics and within polite words, and is a command
    whatever the opinions and open cases.
    """
    for words in (text, fold(text), text.upper()):
        request = parse_rights_request(words, DISTRICT)
        assert request is not None, words
        assert request.kind is kind
        result = routed(
            build_message(words), *triage_message(build_message(words)), history=build_history(build_case())
        )
        assert (result.message_class, result.command) == (MessageClass.COMMAND, ResidentCommand.RIGHTS)


@pytest.mark.parametrize("text", SPEAKING)
def test_other_requests_are_no_data_request(text: str) -> None:
    """A report about data or a request for something else is no data request."""
    assert parse_rights_request(text, DISTRICT) is None
    assert routed(build_message(text)).rights is None


def test_group_message_is_no_data_request() -> None:
    """A data request in a group isn't accepted: residents make it in private or at the authority's desk."""
    assert routed(build_message("xóa dữ liệu của tôi", GROUP)).rights is None


@pytest.mark.parametrize(
    ("text", "message_class"),
    [
        ("Xóa dữ liệu của tôi. Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2", MessageClass.TIP),
        ("Xóa dữ liệu của tôi. Cháy nhà ở xóm 3, đến ngay", MessageClass.TIP),
        ("Xóa dữ liệu của tôi, ông nhà tôi không biết gì đâu", MessageClass.COMMAND),
    ],
)
def test_data_request_with_other_words_is_noted(text: str, message_class: MessageClass) -> None:
    """A data request within a report is noted and the report becomes a tip; with other words the request is marked for
    a person.
    """
    result = routed(build_message(text), *triage_message(build_message(text)))
    assert (result.message_class, result.rights) == (message_class, RightsKind.DELETION)
    assert result.needs_look is (message_class is MessageClass.COMMAND)
