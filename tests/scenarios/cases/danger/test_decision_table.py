"""Messages in a running conversation: one test for each row of the decision table, on each messenger."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.danger.conftest import FIRE, NIGHT, OTHER_FIRE, Play

from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.states import PlaceChange

THEFT = "mất trộm xe máy đêm qua ở xóm 2 xã Ninh Hòa"
MORNING = NIGHT + timedelta(hours=6)
NUMBERS = "NẾU ĐANG NGUY HIỂM"


def hears_numbers(texts: list[str]) -> bool:
    return any(NUMBERS in text for text in texts)


@pytest.mark.parametrize(
    "text", ["nhầm, ở Trường Yên", "em nhầm, cháy ở Trường Yên cơ", "không phải ở Ninh Hòa, ở Trường Yên"]
)
def test_row_1_danger_with_a_corrected_place(play: Play, text: str) -> None:
    """The case moves, the duty of the new place is paged, and the one before is notified and not called off."""
    play.says(FIRE)
    assert play.paged(play.tip()) == [play.hoa.id]
    play.hears("Trực Hòa")
    play.says(text)
    tip = play.tip()
    assert tip.unit == "truong-yen"
    assert [(place.unit, place.how) for place in tip.named_places] == [("truong-yen", PlaceChange.CORRECTED)]
    assert play.yen.id in play.paged(tip)
    assert any("Việc của đồng chí chưa được rút" in told for told in play.hears("Trực Hòa"))
    assert any(told.startswith("KHẨN") for told in play.hears("Trực Yên"))


@pytest.mark.parametrize("text", ["nó cầm dao chạy về Trường Yên rồi", "nạn nhân bất tỉnh, đang chở lên Trường Yên"])
def test_row_2_danger_with_a_direction(play: Play, text: str) -> None:
    """The case stays and has the place; the duty there is informed, and the ladder of the case goes on."""
    play.says("có đứa cầm dao chém người ở xã Ninh Hòa")
    play.says(text)
    tip = play.tip()
    assert tip.unit == "ninh-hoa"
    assert [(place.unit, place.how) for place in tip.named_places] == [("truong-yen", PlaceChange.DIRECTION)]
    assert play.yen.id not in play.paged(tip)
    assert "hướng tới xã Trường Yên" in play.hears("Trực Yên")[-1]


@pytest.mark.parametrize("pause", [0.5, 20, 100])
def test_row_3_danger_at_another_place(play: Play, pause: float) -> None:
    """It is a case of its own with a receipt and a ladder of its own, however soon it comes."""
    play.says(FIRE, pause=pause)
    play.hears()
    play.says(OTHER_FIRE)
    first, second = play.tips()
    assert (first.unit, second.unit, second.emergency) == ("ninh-hoa", "truong-yen", True)
    texts = play.hears()
    assert hears_numbers(texts)
    assert any(second.receipt in text for text in texts)
    assert play.paged(second) == [play.yen.id]


def test_row_3_even_if_it_quotes(play: Play) -> None:
    """A quote of the first fire doesn't put the second one into it."""
    play.says(FIRE)
    play.quotes(play.tip(), OTHER_FIRE)
    assert [tip.unit for tip in play.tips()] == ["ninh-hoa", "truong-yen"]


def test_row_3_even_if_it_repeats_the_first_report(play: Play) -> None:
    """Of two places the one that is no case's yet is where it happens, and its duty is paged."""
    play.says(FIRE)
    play.says(f"lúc nãy em báo {FIRE} đó, giờ ở Trường Yên lại lật thuyền, có người dưới nước")
    _, second = play.tips()
    assert second.unit == "truong-yen"
    assert play.paged(second) == [play.yen.id]
    assert any(second.receipt in text for text in play.hears())


@pytest.mark.parametrize("text", ["co chay o ngoai cho ninh hoa", "chay nha gan ninh hoa"])
def test_row_3_beside_a_case_whose_place_is_uncertain(play: Play, text: str) -> None:
    """What a case that isn't placed yet may mean counts as its place: another fire doesn't move it away."""
    play.says(text, OTHER_FIRE)
    first, second = play.tips()
    assert first.unit != second.unit == "truong-yen"


@pytest.mark.parametrize(
    "texts",
    [
        ("tôi muốn báo thêm việc khác", "cháy xưởng gỗ rồi"),
        ("báo thêm việc khác: cháy xưởng gỗ rồi",),
        ("tôi muốn báo thêm việc khác", OTHER_FIRE),
    ],
)
def test_row_4_danger_that_was_announced_as_another_matter(play: Play, texts: tuple[str, ...]) -> None:
    """The receipt that was promised is sent, and the second matter has an alarm."""
    play.says(FIRE)
    play.hears()
    play.says(*texts)
    first, second = play.tips()
    assert (first.emergency, second.emergency) == (True, True)
    assert any(second.receipt in text for text in play.hears())
    assert play.alarm(second).is_emergency


@pytest.mark.parametrize("by", ["quote", "receipt"])
def test_row_5_danger_that_points_at_an_open_case(play: Play, by: str) -> None:
    """That case is raised, however old and of whatever kind it is, and its ladder begins."""
    play.says(THEFT)
    tip = play.tip()
    play.wait(60 * 6)
    if by == "quote":
        play.quotes(tip, "thằng trộm đang cầm dao đuổi tôi, cứu với")
    else:
        play.says(f"về tin {tip.receipt}, thằng trộm đang cầm dao đuổi tôi, cứu với")
    tip = play.tip()
    assert (tip.emergency, tip.urgency) == (True, "serious")
    assert play.hoa.id in play.paged(tip)
    assert hears_numbers(play.hears())


def test_row_5_of_a_case_that_has_ended(play: Play) -> None:
    """Danger in a message that quotes an answered case is a case of its own."""
    play.says(THEFT)
    tip = play.tip()
    play.app.tips.triage(play.huyen, tip.id, category="crime")
    answer = "Đã kiểm tra, chưa có căn cứ."
    play.app.tips.settle(play.huyen, tip.id, TipState.UNFOUNDED, answer=answer, reason="checked")
    play.app.tips.answer(play.huyen, tip.id)
    play.work()
    play.quotes(tip, "thằng trộm đang cầm dao đuổi tôi, cứu với")
    assert [one.emergency for one in play.tips()] == [False, True]


@pytest.mark.parametrize("text", ["cháy to quá", "có người kẹt bên trong", "nó đang đánh người chữa cháy"])
def test_row_6_danger_within_danger_minutes(play: Play, text: str) -> None:
    """It joins the emergency, whatever its kind; who was paged hears of it."""
    play.says(FIRE, pause=50)
    play.says(text)
    tip = play.tip()
    assert text in tip.text
    assert [rung.how.value for rung in play.alarm(tip).pages][-1] == "more"


@pytest.mark.parametrize(
    ("first", "pause", "is_second"),
    [(THEFT, 10, True), ("nhà em ở xã Ninh Hòa", 200, False), ("khói mù mịt từ bãi rác ở xã Ninh Hòa", 200, False)],
)
def test_row_7_danger_in_an_open_case(play: Play, first: str, pause: float, is_second: bool) -> None:
    """It joins and raises the case; of another kind it is marked as a second matter, and paged as what it is."""
    play.says(first, pause=pause)
    play.says("cháy nhà rồi, đến ngay")
    tip = play.tip()
    assert (tip.emergency, bool(tip.second_matters)) == (True, is_second)
    assert play.alarm(tip).category == "fire"
    assert play.hoa.id in play.paged(tip)


@pytest.mark.parametrize(("first", "pause"), [(THEFT, 20), (THEFT, 300), (FIRE, 300)])
def test_row_8_danger_beside_any_other_open_case(play: Play, first: str, pause: float) -> None:
    """It is a case of its own with a ladder of its own, linked to the one before, and merged with nothing."""
    play.says(first, pause=pause)
    play.says("cháy nhà rồi, đến ngay")
    before, new = play.tips()
    assert new.linked == (before.id,)
    assert before.text == first
    assert play.alarm(new).is_emergency


def test_row_9_danger_beside_several_running_cases(play: Play) -> None:
    """It joins the newest emergency, else the newest case, and an officer looks whether it belongs there."""
    play.says(FIRE)
    play.says("tôi muốn báo thêm việc khác", "mất trộm xe đạp ở xã Ninh Hòa")
    play.says("cứu với, có người kẹt bên trong")
    fire, theft = play.tips()
    assert fire.text.endswith("có người kẹt bên trong")
    assert (fire.look_first, fire.second_matters) == (True, (play.messages()[-1].id,))
    assert not theft.emergency


def test_row_9_without_an_emergency(play: Play) -> None:
    """Of two calm cases the newest is raised."""
    play.says(THEFT, "tôi muốn báo thêm việc khác", "hàng xóm đổ rác ra đường xã Ninh Hòa")
    play.says("cháy nhà rồi, đến ngay")
    assert [tip.emergency for tip in play.tips()] == [False, True]
    assert play.tips()[-1].look_first


def test_row_10_danger_and_no_open_case(play: Play) -> None:
    """It is a case with a receipt, the emergency numbers and a ladder."""
    play.says(FIRE)
    texts = play.hears()
    assert hears_numbers(texts[:1])
    assert play.tip().receipt in texts[1]
    assert play.paged(play.tip()) == [play.hoa.id]


@pytest.mark.parametrize("reply", ["1", "có ạ", "có, nó đang cầm dao chém người"])
def test_row_11_possible_danger_confirmed(play: Play, reply: str) -> None:
    """The case is marked and its sender asked; yes is danger, and the duty is paged at once."""
    play.says("em sợ quá")
    assert play.tip().look_first
    assert "1 nếu có, 2 nếu không" in play.hears()[-1]
    assert not play.alarm(play.tip()).pages
    play.says(reply)
    tip = play.tip()
    assert tip.emergency
    assert play.alarm(tip).pages
    assert hears_numbers(play.hears())


@pytest.mark.parametrize("reply", ["2", "không ạ", "dạ không có ai"])
def test_row_11_possible_danger_denied(play: Play, reply: str) -> None:
    """Nobody is paged, the mark stays, and the officers have a notice of the new case as of any other."""
    play.says("em sợ quá")
    play.says(reply)
    play.wait(10)
    tip = play.tip()
    assert (tip.emergency, tip.look_first) == (False, True)
    alarm = play.alarm(tip)
    assert (alarm.is_emergency, alarm.state) == (False, AlarmState.OPEN)
    assert not any(text.startswith("KHẨN") for text in play.hears("Trực Huyện"))


def test_row_11_possible_danger_without_a_reply(play: Play) -> None:
    """After the minutes of the profile the duty is paged; a no that comes later ends nothing."""
    play.says("em sợ quá")
    play.wait(2)
    assert not play.alarm(play.tip()).pages
    play.wait(1)
    assert play.paged(play.tip()) == [play.huyen.id]
    play.says("2")
    assert play.alarm(play.tip()).next_at is not None


def test_row_11_is_asked_once_in_a_while(play: Play) -> None:
    """Further words that may mean danger mark the case and aren't asked about for a quarter of an hour."""
    play.says("em sợ quá", "2", "em sợ quá")
    assert sum("1 nếu có" in text for text in play.hears()) == 1
    play.wait(16)
    play.says("em sợ quá")
    assert sum("1 nếu có" in text for text in play.hears()) == 1


def test_row_11_an_officer_judges_possible_danger(play: Play) -> None:
    """Who claims it has it for minutes; an act of work makes it a notice again, and nobody is paged."""
    play.says("em sợ quá")
    tip = play.tip()
    claimed = play.app.tips.claim(play.huyen, tip.id).claim
    assert claimed is not None
    assert claimed.until == play.clock.now() + play.app.district.duty.claim
    play.wait(5)
    assert not play.alarm(tip).pages
    play.app.tips.triage(play.huyen, tip.id, category="situation")
    play.wait(40)
    alarm = play.alarm(tip)
    assert (alarm.is_emergency, alarm.state, alarm.pages) == (False, AlarmState.ACKNOWLEDGED, ())


def test_row_11_a_claim_without_work_expires(play: Play) -> None:
    """Possible danger that an officer claimed and nobody looked at is paged after the minutes of a claim."""
    play.says("em sợ quá")
    play.app.tips.claim(play.huyen, play.tip().id)
    play.wait(29)
    assert not play.alarm(play.tip()).pages
    play.wait(2)
    assert play.alarm(play.tip()).pages


@pytest.mark.parametrize("text", ["tìm thấy rồi", "đốt rác thôi ạ", "dập tắt rồi các anh ơi"])
@pytest.mark.parametrize("holder", ["claimant", "handler", "duty"])
def test_row_14_a_correction(play: Play, text: str, holder: str) -> None:
    """The case is marked and goes on, nobody is paged by it, and who has the case is notified."""
    play.says(FIRE)
    tip = play.tip()
    if holder == "claimant":
        play.app.tips.claim(play.hoa, tip.id)
    elif holder == "handler":
        play.app.tips.triage(play.huyen, tip.id, category="fire")
        play.app.tips.assign(play.huyen, tip.id, unit="ninh-hoa", officers=[play.hoa.id])
    else:
        play.app.duty.claim(play.hoa, play.alarm(tip).id)
    play.work()
    pages = play.paged(tip)
    play.hears("Trực Hòa")
    play.says(text)
    tip = play.tip()
    assert tip.is_open
    assert tip.corrections == (play.messages()[-1].id,)
    assert play.paged(tip) == pages
    assert "Tin chưa đóng" in play.hears("Trực Hòa")[-1]


def test_row_14_nothing_but_an_officer_ends_the_ladder(play: Play) -> None:
    """The phone may be in the offender's hands: who has not acknowledged is paged on."""
    play.says(FIRE, "đốt rác thôi")
    play.wait(3)
    assert len(play.alarm(play.tip()).pages) == 2


def test_row_15_another_matter_without_danger(play: Play) -> None:
    """It has a case and a receipt of its own, also where its words tell little."""
    play.says(FIRE, "tôi muốn báo thêm việc khác")
    play.hears()
    play.says("nhà bên cạnh đổ rác ra đường")
    first, second = play.tips()
    assert not second.emergency
    assert any(second.receipt in text for text in play.hears())
    assert first.text == FIRE


def test_row_16_another_place_without_danger(play: Play) -> None:
    """The case stays where it is, and who has it is offered to move it."""
    play.clock.set(MORNING)
    play.says(THEFT)
    tip = play.tip()
    play.app.tips.claim(play.hoa, tip.id)
    play.hears("Trực Hòa")
    play.says("ở Trường Yên ạ")
    tip = play.tip()
    assert tip.unit == "ninh-hoa"
    assert [(place.unit, place.how) for place in tip.named_places] == [("truong-yen", PlaceChange.OTHER)]
    assert "xã Trường Yên" in play.hears("Trực Hòa")[-1]


def test_row_16_a_place_that_a_person_has_set(play: Play) -> None:
    """It gets a suggestion and nothing else."""
    play.clock.set(MORNING)
    play.says("mất trộm xe máy đêm qua")
    play.app.tips.triage(play.huyen, play.tip().id, category="crime", unit="ninh-hoa")
    play.app.tips.claim(play.hoa, play.tip().id)
    play.work()
    play.hears("Trực Hòa")
    play.says("ở Trường Yên ạ")
    assert play.tip().unit == "ninh-hoa"
    assert play.tip().named_places
    assert play.hears("Trực Hòa") == []
