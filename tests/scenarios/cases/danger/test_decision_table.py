"""Danger in a running conversation: tests for each row of the decision table, on each messenger."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.danger.conftest import FIRE, NIGHT, OTHER_FIRE, DangerScenario

from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.states import PlaceChange

THEFT = "mất trộm xe máy đêm qua ở xóm 2 xã Ninh Hòa"
MORNING = NIGHT + timedelta(hours=6)
NUMBERS = "NẾU ĐANG NGUY HIỂM"


def has_emergency_numbers(texts: list[str]) -> bool:
    return any(NUMBERS in text for text in texts)


@pytest.mark.parametrize(
    "text", ["nhầm, ở Trường Yên", "em nhầm, cháy ở Trường Yên cơ", "không phải ở Ninh Hòa, ở Trường Yên"]
)
def test_row_1_danger_with_a_corrected_place(play: DangerScenario, text: str) -> None:
    """A corrected place moves the emergency: the new unit gets an urgent notice, and the old one a notice that its work
    isn't cancelled.
    """
    play.says(FIRE)
    assert play.list_paged_officers(play.get_only_tip()) == [play.hoa.id]
    play.hears("Trực Hòa")
    play.says(text)
    tip = play.get_only_tip()
    assert tip.unit == "truong-yen"
    assert [(place.unit, place.how) for place in tip.named_places] == [("truong-yen", PlaceChange.CORRECTED)]
    assert play.yen.id in play.list_paged_officers(tip)
    assert any("Việc của đồng chí chưa được rút" in text for text in play.hears("Trực Hòa"))
    assert any(text.startswith("KHẨN") for text in play.hears("Trực Yên"))


@pytest.mark.parametrize("text", ["nó cầm dao chạy về Trường Yên rồi", "nạn nhân bất tỉnh, đang chở lên Trường Yên"])
def test_row_2_danger_with_a_direction(play: DangerScenario, text: str) -> None:
    """A direction of movement is added to the emergency, which stays with its unit, and the unit in that direction is
    only informed.
    """
    play.says("có đứa cầm dao chém người ở xã Ninh Hòa")
    play.says(text)
    tip = play.get_only_tip()
    assert tip.unit == "ninh-hoa"
    assert [(place.unit, place.how) for place in tip.named_places] == [("truong-yen", PlaceChange.DIRECTION)]
    assert play.yen.id not in play.list_paged_officers(tip)
    assert "hướng tới xã Trường Yên" in play.hears("Trực Yên")[-1]


@pytest.mark.parametrize("pause", [0.5, 20, 100])
def test_row_3_danger_at_another_place(play: DangerScenario, pause: float) -> None:
    """Danger at another place is a separate case with its own receipt and urgent notices, however soon it is
    reported.
    """
    play.says(FIRE, pause=pause)
    play.hears()
    play.says(OTHER_FIRE)
    first, second = play.tips()
    assert (first.unit, second.unit, second.emergency) == ("ninh-hoa", "truong-yen", True)
    texts = play.hears()
    assert has_emergency_numbers(texts)
    assert any(second.receipt in text for text in texts)
    assert play.list_paged_officers(second) == [play.yen.id]


def test_row_3_even_if_it_quotes(play: DangerScenario) -> None:
    """A second fire elsewhere is a separate case, even if the message quotes the first fire."""
    play.says(FIRE)
    play.quotes(play.get_only_tip(), OTHER_FIRE)
    assert [tip.unit for tip in play.tips()] == ["ninh-hoa", "truong-yen"]


def test_row_3_even_if_it_repeats_the_first_report(play: DangerScenario) -> None:
    """If a message names the place of an existing case and a new place, the new case and its urgent notice belong to
    the new place.
    """
    play.says(FIRE)
    play.says(f"lúc nãy em báo {FIRE} đó, giờ ở Trường Yên lại lật thuyền, có người dưới nước")
    _, second = play.tips()
    assert second.unit == "truong-yen"
    assert play.list_paged_officers(second) == [play.yen.id]
    assert any(second.receipt in text for text in play.hears())


@pytest.mark.parametrize("text", ["co chay o ngoai cho ninh hoa", "chay nha gan ninh hoa"])
def test_row_3_with_a_case_of_uncertain_place(play: DangerScenario, text: str) -> None:
    """A fire elsewhere is a second case and doesn't move a case with an uncertain place."""
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
def test_row_4_danger_that_was_announced_as_another_matter(play: DangerScenario, texts: tuple[str, ...]) -> None:
    """Danger that was announced as another matter gets the promised receipt and a separate alarm."""
    play.says(FIRE)
    play.hears()
    play.says(*texts)
    first, second = play.tips()
    assert (first.emergency, second.emergency) == (True, True)
    assert any(second.receipt in text for text in play.hears())
    assert play.get_alarm(second).is_emergency


@pytest.mark.parametrize("by", ["quote", "receipt"])
def test_row_5_danger_that_points_at_an_open_case(play: DangerScenario, by: str) -> None:
    """Danger in a message that quotes or names an open case makes that case an emergency, however old it is and
    whatever its category.
    """
    play.says(THEFT)
    tip = play.get_only_tip()
    play.wait(60 * 6)
    if by == "quote":
        play.quotes(tip, "thằng trộm đang cầm dao đuổi tôi, cứu với")
    else:
        play.says(f"về tin {tip.receipt}, thằng trộm đang cầm dao đuổi tôi, cứu với")
    tip = play.get_only_tip()
    assert (tip.emergency, tip.urgency) == (True, "serious")
    assert play.hoa.id in play.list_paged_officers(tip)
    assert has_emergency_numbers(play.hears())


def test_row_5_of_a_case_that_has_ended(play: DangerScenario) -> None:
    """Danger in a message that quotes an answered case is a separate case."""
    play.says(THEFT)
    tip = play.get_only_tip()
    play.app.tips.triage(play.huyen, tip.id, category="crime")
    answer = "Đã kiểm tra, chưa có căn cứ."
    play.app.tips.settle(play.huyen, tip.id, TipState.UNFOUNDED, answer=answer, reason="checked")
    play.app.tips.answer(play.huyen, tip.id)
    play.work()
    play.quotes(tip, "thằng trộm đang cầm dao đuổi tôi, cứu với")
    assert [tip.emergency for tip in play.tips()] == [False, True]


@pytest.mark.parametrize("text", ["cháy to quá", "có người kẹt bên trong", "nó đang đánh người chữa cháy"])
def test_row_6_danger_within_danger_minutes(play: DangerScenario, text: str) -> None:
    """Further danger within the profile's `danger_minutes` joins the emergency, whatever its kind, and the notified
    officers get a notice.
    """
    play.says(FIRE, pause=50)
    play.says(text)
    tip = play.get_only_tip()
    assert text in tip.text
    assert [rung.how.value for rung in play.get_alarm(tip).pages][-1] == "more"


@pytest.mark.parametrize(
    ("first", "pause", "is_second"),
    [(THEFT, 10, True), ("nhà em ở xã Ninh Hòa", 200, False), ("khói mù mịt từ bãi rác ở xã Ninh Hòa", 200, False)],
)
def test_row_7_danger_in_an_open_case(play: DangerScenario, first: str, pause: float, is_second: bool) -> None:
    """Danger soon after a report joins that case and makes it an emergency; danger of another category is marked as a
    second matter.
    """
    play.says(first, pause=pause)
    play.says("cháy nhà rồi, đến ngay")
    tip = play.get_only_tip()
    assert (tip.emergency, bool(tip.second_matters)) == (True, is_second)
    assert play.get_alarm(tip).category == "fire"
    assert play.hoa.id in play.list_paged_officers(tip)


@pytest.mark.parametrize(("first", "pause"), [(THEFT, 20), (THEFT, 300), (FIRE, 300)])
def test_row_8_danger_with_any_other_open_case(play: DangerScenario, first: str, pause: float) -> None:
    """Danger that is reported later than the profile's minutes is a separate case, linked to the earlier case, with its
    own alarm.
    """
    play.says(first, pause=pause)
    play.says("cháy nhà rồi, đến ngay")
    before, new = play.tips()
    assert new.linked == (before.id,)
    assert before.text == first
    assert play.get_alarm(new).is_emergency


def test_row_9_danger_with_several_running_cases(play: DangerScenario) -> None:
    """Danger during several cases joins the newest emergency, and is marked for an officer to check."""
    play.says(FIRE)
    play.says("tôi muốn báo thêm việc khác", "mất trộm xe đạp ở xã Ninh Hòa")
    play.says("cứu với, có người kẹt bên trong")
    fire, theft = play.tips()
    assert fire.text.endswith("có người kẹt bên trong")
    assert (fire.look_first, fire.second_matters) == (True, (play.list_messages()[-1].id,))
    assert not theft.emergency


def test_row_9_without_an_emergency(play: DangerScenario) -> None:
    """If none of several running cases is an emergency, danger makes the newest case one."""
    play.says(THEFT, "tôi muốn báo thêm việc khác", "hàng xóm đổ rác ra đường xã Ninh Hòa")
    play.says("cháy nhà rồi, đến ngay")
    assert [tip.emergency for tip in play.tips()] == [False, True]
    assert play.tips()[-1].look_first


def test_row_10_danger_and_no_open_case(play: DangerScenario) -> None:
    """Danger without an open case opens a case with a receipt, the emergency numbers and an urgent notice."""
    play.says(FIRE)
    texts = play.hears()
    assert has_emergency_numbers(texts[:1])
    assert play.get_only_tip().receipt in texts[1]
    assert play.list_paged_officers(play.get_only_tip()) == [play.hoa.id]


@pytest.mark.parametrize("reply", ["1", "có ạ", "có, nó đang cầm dao chém người"])
def test_row_11_possible_danger_confirmed(play: DangerScenario, reply: str) -> None:
    """Possible danger marks the case, the resident is asked about it, and a "yes" sends urgent notices at once."""
    play.says("em sợ quá")
    assert play.get_only_tip().look_first
    assert "1 nếu có, 2 nếu không" in play.hears()[-1]
    assert not play.get_alarm(play.get_only_tip()).pages
    play.says(reply)
    tip = play.get_only_tip()
    assert tip.emergency
    assert play.get_alarm(tip).pages
    assert has_emergency_numbers(play.hears())


@pytest.mark.parametrize("reply", ["2", "không ạ", "dạ không có ai"])
def test_row_11_possible_danger_denied(play: DangerScenario, reply: str) -> None:
    """A "no" to the question about danger leaves the mark and a usual notice of the new case, but no urgent notice."""
    play.says("em sợ quá")
    play.says(reply)
    play.wait(10)
    tip = play.get_only_tip()
    assert (tip.emergency, tip.look_first) == (False, True)
    alarm = play.get_alarm(tip)
    assert (alarm.is_emergency, alarm.state) == (False, AlarmState.OPEN)
    assert not any(text.startswith("KHẨN") for text in play.hears("Trực Huyện"))


def test_row_11_possible_danger_without_a_reply(play: DangerScenario) -> None:
    """Without a reply, urgent notices begin after the profile's minutes, and a later "no" doesn't stop them."""
    play.says("em sợ quá")
    play.wait(2)
    assert not play.get_alarm(play.get_only_tip()).pages
    play.wait(1)
    assert play.list_paged_officers(play.get_only_tip()) == [play.huyen.id]
    play.says("2")
    assert play.get_alarm(play.get_only_tip()).next_at is not None


def test_row_11_is_asked_once_in_15_minutes(play: DangerScenario) -> None:
    """The question about danger is asked once in 15 minutes."""
    play.says("em sợ quá", "2", "em sợ quá")
    assert sum("1 nếu có" in text for text in play.hears()) == 1
    play.wait(16)
    play.says("em sợ quá")
    assert sum("1 nếu có" in text for text in play.hears()) == 1


def test_row_11_an_officer_judges_possible_danger(play: DangerScenario) -> None:
    """An officer's claim of possible danger delays urgent notices, and work on the case makes the alarm an acknowledged
    notice.
    """
    play.says("em sợ quá")
    tip = play.get_only_tip()
    claimed = play.app.tips.claim(play.huyen, tip.id).claim
    assert claimed is not None
    assert claimed.until == play.clock.now() + play.app.district.duty.claim
    play.wait(5)
    assert not play.get_alarm(tip).pages
    play.app.tips.triage(play.huyen, tip.id, category="situation")
    play.wait(40)
    alarm = play.get_alarm(tip)
    assert (alarm.is_emergency, alarm.state, alarm.pages) == (False, AlarmState.ACKNOWLEDGED, ())


def test_row_11_a_claim_without_work_expires(play: DangerScenario) -> None:
    """A claim of possible danger without work expires, and urgent notices begin."""
    play.says("em sợ quá")
    play.app.tips.claim(play.huyen, play.get_only_tip().id)
    play.wait(29)
    assert not play.get_alarm(play.get_only_tip()).pages
    play.wait(2)
    assert play.get_alarm(play.get_only_tip()).pages


@pytest.mark.parametrize("text", ["tìm thấy rồi", "đốt rác thôi ạ", "dập tắt rồi các anh ơi"])
@pytest.mark.parametrize("holder", ["claimant", "handler", "duty"])
def test_row_14_a_correction(play: DangerScenario, text: str, holder: str) -> None:
    """A message that takes a report of danger back marks the case and notifies its officer, but neither closes the case
    nor changes urgent notices.
    """
    play.says(FIRE)
    tip = play.get_only_tip()
    if holder == "claimant":
        play.app.tips.claim(play.hoa, tip.id)
    elif holder == "handler":
        play.app.tips.triage(play.huyen, tip.id, category="fire")
        play.app.tips.assign(play.huyen, tip.id, unit="ninh-hoa", officers=[play.hoa.id])
    else:
        play.app.duty.claim(play.hoa, play.get_alarm(tip).id)
    play.work()
    pages = play.list_paged_officers(tip)
    play.hears("Trực Hòa")
    play.says(text)
    tip = play.get_only_tip()
    assert tip.is_open
    assert tip.corrections == (play.list_messages()[-1].id,)
    assert play.list_paged_officers(tip) == pages
    assert "Tin chưa đóng" in play.hears("Trực Hòa")[-1]


def test_row_14_only_an_officer_stops_urgent_notices(play: DangerScenario) -> None:
    """Only an officer stops urgent notices, as the phone may be in the offender's hands."""
    play.says(FIRE, "đốt rác thôi")
    play.wait(3)
    assert len(play.get_alarm(play.get_only_tip()).pages) == 2


def test_row_15_another_matter_without_danger(play: DangerScenario) -> None:
    """A matter that was announced as another one is a case with its own receipt, even if its text says little."""
    play.says(FIRE, "tôi muốn báo thêm việc khác")
    play.hears()
    play.says("nhà bên cạnh đổ rác ra đường")
    first, second = play.tips()
    assert not second.emergency
    assert any(second.receipt in text for text in play.hears())
    assert first.text == FIRE


def test_row_16_another_place_without_danger(play: DangerScenario) -> None:
    """A message without danger that names another place doesn't move the case, but its officer is offered to move
    it.
    """
    play.clock.set(MORNING)
    play.says(THEFT)
    tip = play.get_only_tip()
    play.app.tips.claim(play.hoa, tip.id)
    play.hears("Trực Hòa")
    play.says("ở Trường Yên ạ")
    tip = play.get_only_tip()
    assert tip.unit == "ninh-hoa"
    assert [(place.unit, place.how) for place in tip.named_places] == [("truong-yen", PlaceChange.OTHER)]
    assert "xã Trường Yên" in play.hears("Trực Hòa")[-1]


def test_row_16_a_place_that_a_person_has_set(play: DangerScenario) -> None:
    """Another place is only suggested if a person has set the place of the case."""
    play.clock.set(MORNING)
    play.says("mất trộm xe máy đêm qua")
    play.app.tips.triage(play.huyen, play.get_only_tip().id, category="crime", unit="ninh-hoa")
    play.app.tips.claim(play.hoa, play.get_only_tip().id)
    play.work()
    play.hears("Trực Hòa")
    play.says("ở Trường Yên ạ")
    assert play.get_only_tip().unit == "ninh-hoa"
    assert play.get_only_tip().named_places
    assert play.hears("Trực Hòa") == []
