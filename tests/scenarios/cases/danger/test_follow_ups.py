"""What residents write hours later: more about the same, or a question how it stands."""

import pytest
from tests.scenarios.cases.danger.conftest import Play

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
def test_a_follow_up_joins_its_case(play: Play, text: str) -> None:
    """Twenty hours later, and its reporter is answered."""
    play.says(NOISE, pause=20 * HOURS)
    play.hears()
    play.says(text)
    tip = play.tip()
    assert text in tip.text
    assert len(play.hears()) == 1


def test_the_same_subject_without_such_a_word_is_asked(play: Play) -> None:
    """By its receipt alone; a number decides."""
    play.says(NOISE, pause=20 * HOURS)
    play.hears()
    play.says("hát karaoke ầm ĩ đêm hôm không ngủ được")
    (question,) = play.hears()
    tip = play.tip()
    assert f"1. Tin mã {tip.receipt}" in question
    assert "karaoke" not in question
    play.says("1")
    assert "đêm hôm" in play.tip().text


@pytest.mark.parametrize("text", ["mất trộm xe máy đêm qua ở xã Ninh Hòa", "quán karaoke ở xã Trường Yên lại hát ầm ĩ"])
def test_another_subject_or_place_is_a_case_of_its_own(play: Play, text: str) -> None:
    """Whatever words it has."""
    play.says(NOISE, pause=20 * HOURS)
    play.says(text)
    assert len(play.tips()) == 2


def test_after_the_profile_s_hours_nothing_is_followed_up(play: Play) -> None:
    """Four days later it is a case of its own."""
    play.says(NOISE, pause=96 * HOURS)
    play.says("đêm qua quán vẫn hát ầm ĩ như hôm trước")
    assert len(play.tips()) == 2


def test_danger_in_a_follow_up_has_its_own_ladder(play: Play) -> None:
    """It opens a case that is linked to the older one."""
    play.says("hàng xóm đốt rác ở xã Ninh Hòa khói mù mịt", pause=20 * HOURS)
    play.says("lại đốt, giờ cháy sang nhà rồi, cứu với")
    first, second = play.tips()
    assert second.linked == (first.id,)
    assert play.alarm(second).is_emergency


def test_a_private_matter_is_never_offered(play: Play) -> None:
    """The phone may be in the hands of whom it is about: the same subject is a case of its own."""
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
def test_a_question_how_it_stands_is_answered(play: Play, text: str) -> None:
    """By receipt and state, and by nothing else; it is no case and no alarm."""
    play.says(NOISE, pause=20 * HOURS)
    play.hears()
    play.says(text)
    tip = play.tip()
    (reply,) = play.hears()
    assert f"{tip.receipt}: đã tiếp nhận" in reply
    assert "karaoke" not in reply
    assert not tip.emergency


def test_a_private_matter_is_answered_by_its_receipt_alone(play: Play) -> None:
    """Who asks without it learns nothing of the case."""
    play.says("chồng em đánh em suốt đêm qua ở xã Ninh Hòa", pause=20 * HOURS)
    tip = play.tips()[0]
    play.hears()
    play.says("tin em báo hôm trước đến đâu rồi ạ")
    assert not any(tip.receipt in reply for reply in play.hears())
    play.says(f"tra cứu {tip.receipt}")
    assert any(f"{tip.receipt}: đã" in reply for reply in play.hears())


def test_without_a_case_it_is_asked_for_the_receipt(play: Play) -> None:
    """Nothing is known of this account."""
    play.says("tin em báo hôm trước đến đâu rồi ạ")
    (reply,) = play.hears()
    assert "mã tiếp nhận" in reply
    assert play.tips() == []


def test_what_may_be_a_question_belongs_to_the_case_that_it_quotes(play: Play) -> None:
    """The officers of that case read it; no inquiry is opened for others."""
    play.says(NOISE, pause=20 * HOURS)
    play.quotes(play.tip(), "vụ em báo hồi đầu tháng sao mãi không thấy trả lời, các anh quên rồi à")
    assert "các anh quên rồi à" in play.tip().text


def test_danger_is_no_question(play: Play) -> None:
    """Words of now win over words of a question."""
    play.says("đang cháy nhà rồi, em báo rồi mà xử lý đến đâu rồi, cứu với")
    assert play.tip().emergency


def test_taking_back_what_is_over_reads_its_state(play: Play) -> None:
    """A receipt of one's own is never "not found"."""
    play.says(NOISE)
    tip = play.tip()
    play.app.tips.triage(play.huyen, tip.id, category="public_order")
    play.app.tips.settle(play.huyen, tip.id, TipState.RESOLVED, answer="Đã nhắc nhở.", reason="handled")
    play.hears()
    play.says(f"rút {tip.receipt}")
    (reply,) = play.hears()
    assert f"{tip.receipt}: đã giải quyết" in reply


def test_of_several_cases_no_private_one_is_offered(play: Play) -> None:
    """Two private matters side by side: what may belong to either is asked for by its receipt."""
    play.says("chồng em hay đánh em ở xã Ninh Hòa", pause=2)
    play.says("VIỆC KHÁC: bé gái 9 tuổi hay bị cậu nó đánh ở xã Trường Yên", pause=2)
    receipts = [tip.receipt for tip in play.tips()]
    play.hears()
    play.says("họ vẫn như thế ạ", pause=2)
    replies = play.hears()
    assert len(play.tips()) == 2
    assert not any(receipt in reply for receipt in receipts for reply in replies), replies
