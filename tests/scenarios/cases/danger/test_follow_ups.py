"""Messages hours after a report that add to the same matter or ask about its state."""

import pytest
from tests.scenarios.cases.danger.conftest import DangerScenario

from anninh_core.domain.tips.states import TipState

NOISE = "Quán karaoke ở xã Ninh Hòa hát ầm ĩ suốt đêm qua không ai ngủ được"
HOURS = 60


@pytest.mark.parametrize(
    "text",
    [
        "đêm qua quán vẫn hát ầm ĩ như hôm trước",
        "họ lại hát karaoke ầm ĩ nữa rồi",
        "vẫn y như cũ các anh ơi",
        "chưa thấy ai xuống xem cả",
        "toi hom qua van con hat karaoke am i",
    ],
)
def test_a_follow_up_joins_its_case(play: DangerScenario, text: str) -> None:
    """A follow-up joins its case twenty hours later, and its reporter gets a reply."""
    play.says(NOISE, pause=20 * HOURS)
    play.hears()
    play.says(text)
    tip = play.get_only_tip()
    assert text in tip.text
    assert len(play.hears()) == 1


def test_same_subject_is_asked_about(play: DangerScenario) -> None:
    """If a message has the same subject but no word of a follow-up, its sender is asked about the earlier case by the
    receipt alone, and "1" joins the message to the case.
    """
    play.says(NOISE, pause=20 * HOURS)
    play.hears()
    play.says("hát karaoke ầm ĩ đêm hôm không ngủ được")
    (question,) = play.hears()
    tip = play.get_only_tip()
    assert f"1. Tin mã {tip.receipt}" in question
    assert "karaoke" not in question
    play.says("1")
    assert "đêm hôm" in play.get_only_tip().text


@pytest.mark.parametrize("text", ["mất trộm xe máy đêm qua ở xã Ninh Hòa", "quán karaoke ở xã Trường Yên lại hát ầm ĩ"])
def test_another_subject_or_place_is_a_case_of_its_own(play: DangerScenario, text: str) -> None:
    """A message with another subject or place is a separate case, even with words of a follow-up."""
    play.says(NOISE, pause=20 * HOURS)
    play.says(text)
    assert len(play.tips()) == 2


def test_late_follow_up_is_a_case_of_its_own(play: DangerScenario) -> None:
    """After the profile's hours a follow-up is a separate case."""
    play.says(NOISE, pause=96 * HOURS)
    play.says("đêm qua quán vẫn hát ầm ĩ như hôm trước")
    assert len(play.tips()) == 2


def test_danger_in_a_follow_up_has_its_own_alarm(play: DangerScenario) -> None:
    """Danger in a follow-up opens a separate emergency, linked to the earlier case."""
    play.says("hàng xóm đốt rác ở xã Ninh Hòa khói mù mịt", pause=20 * HOURS)
    play.says("lại đốt, giờ cháy sang nhà rồi, cứu với")
    first, second = play.tips()
    assert second.linked == (first.id,)
    assert play.get_alarm(second).is_emergency


def test_a_private_matter_is_never_offered(play: DangerScenario) -> None:
    """The receipt of a private matter is never offered, as the phone may be in the hands of the accused person."""
    play.says("chồng em đánh em suốt đêm qua ở xã Ninh Hòa", pause=20 * HOURS)
    play.hears()
    receipt = play.tips()[0].receipt
    play.says("hàng xóm đánh nhau đêm qua ở xã Ninh Hòa")
    assert not any(receipt in reply for reply in play.hears())


@pytest.mark.parametrize(
    "text",
    [
        "tra cứu",
        "tin em báo hôm trước đến đâu rồi ạ",
        "vu hom truoc giai quyet chua a",
        "các anh cho hỏi tin tôi gửi tuần trước có kết quả chưa",
        "vụ cháy hôm trước tôi báo xử lý tới đâu rồi",
    ],
)
def test_question_about_state_is_answered(play: DangerScenario, text: str) -> None:
    """A question about the state of a report is answered with receipt and state only, and opens no case."""
    play.says(NOISE, pause=20 * HOURS)
    play.hears()
    play.says(text)
    tip = play.get_only_tip()
    (reply,) = play.hears()
    assert f"{tip.receipt}: đã tiếp nhận" in reply
    assert "karaoke" not in reply
    assert not tip.emergency


def test_a_private_matter_is_answered_by_its_receipt_alone(play: DangerScenario) -> None:
    """The state of a private matter is sent only if the question has its receipt."""
    play.says("chồng em đánh em suốt đêm qua ở xã Ninh Hòa", pause=20 * HOURS)
    tip = play.tips()[0]
    play.hears()
    play.says("tin em báo hôm trước đến đâu rồi ạ")
    assert not any(tip.receipt in reply for reply in play.hears())
    play.says(f"tra cứu {tip.receipt}")
    assert any(f"{tip.receipt}: đã" in reply for reply in play.hears())


def test_question_without_case_needs_the_receipt(play: DangerScenario) -> None:
    """If the resident has no case, a question about the state of a report is answered with a request for the
    receipt.
    """
    play.says("tin em báo hôm trước đến đâu rồi ạ")
    (reply,) = play.hears()
    assert "mã tiếp nhận" in reply
    assert play.tips() == []


def test_question_quoting_a_case_belongs_to_it(play: DangerScenario) -> None:
    """A message that quotes a case and may be a question belongs to that case and opens no inquiry."""
    play.says(NOISE, pause=20 * HOURS)
    play.quotes(play.get_only_tip(), "vụ em báo hồi đầu tháng sao mãi không thấy trả lời, các anh quên rồi à")
    assert "các anh quên rồi à" in play.get_only_tip().text


def test_danger_is_no_question(play: DangerScenario) -> None:
    """A message about present danger opens an emergency, even if it also asks about a report."""
    play.says("đang cháy nhà rồi, em báo rồi mà xử lý đến đâu rồi, cứu với")
    assert play.get_only_tip().emergency


def test_withdrawing_a_settled_case_gets_its_state(play: DangerScenario) -> None:
    """A resident who withdraws their own settled case gets the state of that case."""
    play.says(NOISE)
    tip = play.get_only_tip()
    play.app.tips.triage(play.huyen, tip.id, category="public_order")
    play.app.tips.settle(play.huyen, tip.id, TipState.RESOLVED, answer="Đã nhắc nhở.", reason="handled")
    play.hears()
    play.says(f"rút {tip.receipt}")
    (reply,) = play.hears()
    assert f"{tip.receipt}: đã giải quyết" in reply


def test_private_cases_are_not_offered(play: DangerScenario) -> None:
    """A message that may belong to either of two private matters gets no reply with their receipts."""
    play.says("chồng em hay đánh em ở xã Ninh Hòa", pause=2)
    play.says("VIỆC KHÁC: bé gái 9 tuổi hay bị cậu nó đánh ở xã Trường Yên", pause=2)
    receipts = [tip.receipt for tip in play.tips()]
    play.hears()
    play.says("họ vẫn như thế ạ", pause=2)
    replies = play.hears()
    assert len(play.tips()) == 2
    assert not any(receipt in reply for receipt in receipts for reply in replies), replies
