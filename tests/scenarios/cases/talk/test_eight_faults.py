"""What broke when a district was played with people's habits, each by its name."""

import pytest
from tests.scenarios.cases.talk.conftest import AN, STORY, Scene

from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.domain.tips import TipState
from anninh_core.testing.local_users import UnsafeLocalUsers


def test_a_story_in_three_pieces_is_one_case(scene: Scene) -> None:
    """One tip, one receipt, one set of clocks; what is sent right after belongs there, as the receipt says."""
    scene.says(*STORY, "vâng ạ", "ok", "dạ vâng", "không có đâu ạ, em nhầm")
    tip = scene.tip()
    assert tip.text.startswith("\n".join(STORY))
    assert sum("Mã tiếp nhận" in text for text in scene.hears()) == 1
    assert scene.received() == 1
    assert [message.kind for message in scene.messages()][3:6] == ["chatter"] * 3


def test_an_answer_finds_the_case_that_asked(scene: Scene) -> None:
    """Also where the resident has two cases; an unrelated question is none."""
    scene.says(STORY[0])
    first = scene.tip()
    scene.says("tôi muốn báo thêm việc khác", "xe tải đỗ chắn ngang đường ở cầu", pause=20)
    scene.asks_back(first)
    scene.says("Cho em hỏi làm căn cước ở đâu ạ?")
    assert scene.app.tips.get(scene.officer, first.id).state is TipState.WAITING
    scene.says("màu đỏ ạ")
    assert scene.app.tips.get(scene.officer, first.id).state is TipState.TRIAGED
    assert scene.messages()[-1].case == f"tip:{first.id}"


def test_an_objection_asks_to_reopen(scene: Scene) -> None:
    """'Nhắn lại tại đây' is true: no new tip comes of it, and another person decides."""
    scene.says(STORY[0])
    scene.answers(scene.tip())
    scene.wait(60 * 24)
    scene.says("tôi không đồng ý với trả lời này")
    assert scene.tip().state is TipState.REOPEN_REQUESTED
    assert "Đã nhận đề nghị xem xét lại" in scene.hears()[-1]


def test_an_objection_is_asked_about(scene: Scene) -> None:
    """While another tip goes on that was told before the answer; by the number it is the objection that it was."""
    scene.says(STORY[0])
    first = scene.tip()
    scene.says("tôi muốn báo thêm việc khác", "xe tải đỗ chắn ngang đường ở cầu", pause=20)
    scene.wait(1)
    scene.answers(first)
    scene.says("chưa ai đến cả")
    assert "1." in scene.hears()[-1]
    scene.says("1")
    assert scene.app.tips.get(scene.officer, first.id).state is TipState.REOPEN_REQUESTED


def test_a_moderated_author_appeals(scene: Scene) -> None:
    """The objection goes to the board and not among the tips."""
    users = UnsafeLocalUsers(scene.app)
    admin = users.appoint("Trưởng nhóm", "hoa-lu", "board_admin")
    moderator = users.appoint("Duyệt", "hoa-lu", "moderator")
    group = scene.app.groups.found(admin, "ninh-hoa", kind="commune", title="Nhóm xã", messenger="oa")
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
    assert all(message.kind != "tip" for message in scene.messages() if message.conversation == message.sender)


def test_what_looks_unsuitable_in_private_is_a_tip(scene: Scene) -> None:
    """It used to vanish without a reply, a tip or a list."""
    scene.says("Nó hỗ trợ vay tiền nhanh rồi đe dọa nhà em")
    assert scene.tip().is_open
    assert "Mã tiếp nhận" in scene.hears()[-1]


@pytest.mark.parametrize("text", ["TRA CUU ABC", "XOA", "tra cuu", "rút 99"])
def test_a_mistyped_order_is_explained(scene: Scene, text: str) -> None:
    """It makes no tip."""
    scene.says(text)
    assert scene.tips() == []
    assert "7KM2Q-9XA3D" in scene.hears()[-1]


def test_a_state_tells_nothing_of_others(scene: Scene) -> None:
    """Neither what was told nor that somebody else reported the same."""
    scene.says(STORY[0])
    scene.says("mất trộm xe máy ở xóm 2 đêm qua", name="Thử Thị Bình")
    first, second = scene.tips()
    scene.app.tips.triage(scene.officer, first.id, category="crime")
    scene.app.tips.merge(scene.officer, first.id, into=second.id, answer="Đang kiểm tra.")
    scene.hears()
    scene.says(f"TRA CUU {first.receipt}")
    (told,) = scene.hears()
    assert told == f"Tin có mã {first.receipt}: đã kiểm tra, đang được xử lý."


def test_after_an_alarm_the_receipt_is_one_line(scene: Scene) -> None:
    """Nobody in danger reads five calm lines; and the numbers to call stand in every receipt."""
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
