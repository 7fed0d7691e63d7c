"""Faults that were found by a simulation of a district in which people write as they usually do."""

import pytest
from tests.scenarios.cases.talk.conftest import AN, STORY, TalkScene

from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.domain.tips import TipState
from anninh_core.testing.local_users import UnsafeLocalUsers


def test_a_story_in_three_pieces_is_one_case(scene: TalkScene) -> None:
    """A report in several messages is one tip with one receipt and one set of deadlines, and messages right after it
    belong to it.
    """
    scene.says(*STORY, "vâng ạ", "ok", "dạ vâng", "không có đâu ạ, em nhầm")
    tip = scene.get_only_tip()
    assert tip.text.startswith("\n".join(STORY))
    assert sum("Mã tiếp nhận" in text for text in scene.hears()) == 1
    assert scene.count_received_tips() == 1
    assert [message.kind for message in scene.list_messages()][3:6] == ["chatter"] * 3


def test_an_answer_finds_the_case_that_asked(scene: TalkScene) -> None:
    """A resident's answer belongs to the case in which an officer asked, even if there are two cases, and an unrelated
    question doesn't count as an answer.
    """
    scene.says(STORY[0])
    first = scene.get_only_tip()
    scene.says("tôi muốn báo thêm việc khác", "xe tải đỗ chắn ngang đường ở cầu", pause=20)
    scene.asks_back(first)
    scene.says("Cho em hỏi làm căn cước ở đâu ạ?")
    assert scene.app.tips.get(scene.officer, first.id).state is TipState.WAITING
    scene.says("màu đỏ ạ")
    assert scene.app.tips.get(scene.officer, first.id).state is TipState.TRIAGED
    assert scene.list_messages()[-1].case == f"tip:{first.id}"


def test_an_objection_asks_to_reopen(scene: TalkScene) -> None:
    """An objection after the answer requests reopening instead of opening a new tip, and another person decides about
    it.
    """
    scene.says(STORY[0])
    scene.settle_and_answer(scene.get_only_tip())
    scene.wait(60 * 24)
    scene.says("tôi không đồng ý với trả lời này")
    assert scene.get_only_tip().state is TipState.REOPEN_REQUESTED
    assert "Đã nhận đề nghị xem xét lại" in scene.hears()[-1]


def test_unclear_objection_is_asked_about(scene: TalkScene) -> None:
    """If the resident has another open tip, they are asked what an objection is about, and "1" requests reopening."""
    scene.says(STORY[0])
    first = scene.get_only_tip()
    scene.says("tôi muốn báo thêm việc khác", "xe tải đỗ chắn ngang đường ở cầu", pause=20)
    scene.wait(1)
    scene.settle_and_answer(first)
    scene.says("chưa ai đến cả")
    assert "1." in scene.hears()[-1]
    scene.says("1")
    assert scene.app.tips.get(scene.officer, first.id).state is TipState.REOPEN_REQUESTED


def test_a_moderated_author_appeals(scene: TalkScene) -> None:
    """The objection of an author whose post was moderated is an appeal, not a tip."""
    users = UnsafeLocalUsers(scene.app)
    admin = users.appoint("Trưởng nhóm", "hoa-lu", "board_admin")
    moderator = users.appoint("Duyệt", "hoa-lu", "moderator")
    group = scene.app.groups.establish(admin, "ninh-hoa", kind="commune", title="Nhóm xã", messenger="oa")
    scene.app.groups.seat(admin, group.id, "owner", officer=admin.id, name="Cán bộ")
    scene.app.groups.launch(admin, group.id)
    scene.app.worker.drain()
    scene.dialog.says(AN, "Thanh lý giá sốc, inbox em", to="Nhóm xã")
    (post,) = scene.app.moderation.list(moderator).items
    scene.app.moderation.decide(
        moderator, post.id, ModerationAction.REMIND, rule=post.flags[0].code, text="Không quảng cáo trong nhóm"
    )
    scene.app.worker.drain()
    scene.says("sao lại xóa bài của em, em không đồng ý")
    assert scene.app.moderation.list(moderator).items[0].state is PostState.APPEALED
    assert scene.tips() == []
    assert all(message.kind != "tip" for message in scene.list_messages() if message.conversation == message.sender)


def test_unsuitable_private_message_is_a_tip(scene: TalkScene) -> None:
    """A private message that seems unsuitable becomes a tip with a receipt."""
    scene.says("Nó hỗ trợ vay tiền nhanh rồi đe dọa nhà em")
    assert scene.get_only_tip().is_open
    assert "Mã tiếp nhận" in scene.hears()[-1]


@pytest.mark.parametrize("text", ["TRA CUU ABC", "XOA", "tra cuu", "rút 99"])
def test_mistyped_command_is_explained(scene: TalkScene, text: str) -> None:
    """A mistyped command makes no tip and is answered with an example."""
    scene.says(text)
    assert scene.tips() == []
    assert "7KM2Q-9XA3D" in scene.hears()[-1]


def test_state_reveals_nothing_of_others(scene: TalkScene) -> None:
    """The state of a tip reveals neither its text nor that another person reported the same matter."""
    scene.says(STORY[0])
    scene.says("mất trộm xe máy ở xóm 2 đêm qua", name="Thử Thị Bình")
    first, second = scene.tips()
    scene.app.tips.triage(scene.officer, first.id, category="crime")
    scene.app.tips.merge(scene.officer, first.id, into=second.id, answer="Đang kiểm tra.")
    scene.hears()
    scene.says(f"TRA CUU {first.receipt}")
    (reply,) = scene.hears()
    assert reply == f"Tin có mã {first.receipt}: đã kiểm tra, đang được xử lý."


def test_receipt_of_an_emergency_is_one_line(scene: TalkScene) -> None:
    """After the emergency numbers the receipt has one line, and every receipt contains the numbers."""
    scene.says("Cháy nhà ở xóm 3 các anh ơi")
    alarm, receipt = scene.hears()
    assert "NẾU ĐANG NGUY HIỂM" in alarm
    assert len(receipt.splitlines()) == 1
    scene.wait(600)
    scene.says(STORY[0], name="Thử Thị Bình")
    first = scene.chat.hears(scene.chat.person("Thử Thị Bình"))[0]
    assert len(first.splitlines()) <= 3
    for text in (receipt, first):
        assert all(number in text for number in ("113", "114", "115"))
