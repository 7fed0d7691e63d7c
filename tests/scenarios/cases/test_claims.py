"""A claimed emergency sends no urgent notices until the claim expires, the claimant's shift ends, or the claimant hands
it up.
"""

from datetime import time, timedelta

import pytest
from tests.board.visitor import Visitor
from tests.scenarios.cases.duty_bench import FIRE, DutyBench
from tests.support.sign_in import enrol

from anninh_core.board import create_board
from anninh_core.domain.duty import Shift
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.usecase import Actor

REPORTER = "Bà Thử"
FIRST = "Trực Một"
DEPUTY = "Trực Hai"


def list_notice_times(alarm: Alarm) -> list[tuple[str, int]]:
    """Return the kind of each urgent notice of an alarm, with the minutes since the alarm was opened."""
    return [(rung.how.value, (rung.at - alarm.opened_at) // timedelta(minutes=1)) for rung in alarm.pages]


@pytest.fixture
def officer_and_deputy(duty: DutyBench) -> tuple[Actor, Actor]:
    """The officer on duty and the deputy, a minute after the report of a fire."""
    first = duty.appoint_officer(FIRST)
    deputy = duty.appoint_officer(DEPUTY)
    duty.put_on_duty(first, deputy)
    duty.dialog.says(REPORTER, FIRE)
    duty.wait(1)
    duty.dialog.hears(FIRST, "KHẨN")
    return first, deputy


@pytest.mark.parametrize("way", ["case", "alarm", "chat", "board", "assignment"])
def test_each_kind_of_claim_stops_urgent_notices(
    duty: DutyBench, officer_and_deputy: tuple[Actor, Actor], way: str
) -> None:
    """A claim in any of the possible ways stops urgent notices for 30 minutes, after which the escalation resumes."""
    first, deputy = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    if way == "case":
        duty.app.tips.claim(first, tip.id)
    elif way == "alarm":
        duty.app.duty.claim(first, duty.get_only_alarm().id)
    elif way == "chat":
        duty.dialog.says(FIRST, "1")
        duty.dialog.hears(FIRST, "đã nhận xử lý việc .*giữ đến 02:31")
    elif way == "board":
        seat = Visitor(create_board(duty.app)).enter(enrol(duty.app, first.id, "truc-mot", by=duty.boss))
        seat.send(seat.get(f"/tips/{tip.id}").form("/tips/claim"))
    else:
        duty.app.tips.triage(first, tip.id, category="fire")
        duty.app.tips.assign(first, tip.id, unit="hoa-lu", officers=[first.id])
    duty.app.worker.drain()
    alarm = duty.get_only_alarm()
    assert (alarm.state, alarm.acknowledged_by) == (AlarmState.ACKNOWLEDGED, first.id)
    assert alarm.claim_until == alarm.opened_at + timedelta(minutes=31)
    duty.wait(29)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0)]
    duty.wait(1)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("handed_up", 31)]
    duty.dialog.hears(DEPUTY, "KHẨN")
    assert duty.get_only_alarm().pages[-1].officer == deputy.id


def test_recorded_work_renews_a_claim(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """A recorded step or note of the claimant renews the claim for 30 minutes, but reading the tip doesn't."""
    first, _ = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.wait(20)
    duty.app.tips.triage(first, tip.id, category="fire")
    duty.wait(20)
    duty.app.tips.add_note(first, tip.id, "Đã tới nơi")
    duty.wait(29)
    duty.app.tips.get(first, tip.id)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0)]
    duty.wait(1)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("handed_up", 71)]


def test_a_claim_ends_with_the_shift(duty: DutyBench) -> None:
    """A claim ends with the claimant's shift, and the next officer on duty gets an urgent notice."""
    night = duty.appoint_officer(FIRST)
    day = duty.appoint_officer(DEPUTY)
    begin = duty.clock.now().date() - timedelta(days=2)
    shifts = [
        Shift(start=time(17), end=time(2, 10), officers=(night.id,)),
        Shift(start=time(2, 10), end=time(17), officers=(day.id,)),
    ]
    duty.app.duty.set_roster(duty.boss, "hoa-lu", shifts=shifts, valid_from=begin)
    duty.dialog.says(REPORTER, FIRE)
    duty.wait(1)
    claimed = duty.app.duty.claim(night, duty.get_only_alarm().id)
    assert claimed.claim_until == claimed.opened_at + timedelta(minutes=10)
    duty.wait(10)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("handed_up", 10)]
    assert duty.get_only_alarm().pages[-1].officer == day.id


def test_claimant_has_three_minutes_for_more_danger(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """Further danger is notified to the claimant, and if the claimant doesn't act, to the deputy three minutes
    later.
    """
    first, deputy = officer_and_deputy
    duty.app.duty.claim(first, duty.get_only_alarm().id)
    duty.wait(5)
    duty.dialog.says(REPORTER, "Cháy lan sang nhà bên rồi, có người mắc kẹt")
    duty.app.worker.drain()
    duty.dialog.hears(FIRST, "CÓ TIN THÊM")
    duty.wait(2)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("more", 6)]
    duty.app.duty.claim(first, duty.get_only_alarm().id)
    duty.wait(10)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("more", 6)]
    duty.dialog.says(REPORTER, "Cháy to lắm, cháy tiếp nhà thứ ba rồi")
    duty.wait(3)
    assert list_notice_times(duty.get_only_alarm())[2:] == [("more", 18), ("handed_up", 21)]
    assert duty.get_only_alarm().pages[-1].officer == deputy.id


def test_deputy_can_claim_after_a_silent_claimant(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """A claimant who doesn't act within three minutes after further danger loses the claim, and the deputy can claim
    the case.
    """
    first, deputy = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.wait(4)
    duty.dialog.says(REPORTER, "Cháy lan sang nhà bên rồi, có người mắc kẹt")
    duty.wait(2)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("more", 5)]
    duty.wait(1)
    assert list_notice_times(duty.get_only_alarm())[2:] == [("handed_up", 8)]
    duty.dialog.says(DEPUTY, "1")
    duty.dialog.hears(DEPUTY, "đã nhận xử lý việc")
    claim = duty.app.tips.get(deputy, tip.id).claim
    assert claim is not None
    assert claim.by == deputy.id
    duty.wait(20)
    assert list_notice_times(duty.get_only_alarm())[3:] == []


def test_repeated_claim_renews_it(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """A repeated claim renews the claim of the tip and of its alarm until the same time."""
    first, _ = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.wait(10)
    duty.app.tips.claim(first, tip.id)
    claim = duty.app.tips.get(first, tip.id).claim
    assert claim is not None
    assert claim.until == duty.get_only_alarm().claim_until == duty.get_only_alarm().opened_at + timedelta(minutes=41)


def test_handing_up_pages_the_next_officer(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """A claimant who hands the alarm up loses the claim, and the next officer gets an urgent notice at once."""
    first, deputy = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.duty.hand_up(first, duty.get_only_alarm().id)
    duty.wait(1)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("handed_up", 2)]
    assert duty.get_only_alarm().pages[-1].officer == deputy.id
    assert duty.app.tips.get(first, tip.id).claim is None


def test_second_claim_is_refused_with_the_claimant(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """A second claim is refused with the claimant's id, and only a supervisor can claim the case for another officer,
    who is notified.
    """
    first, deputy = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    for claim in (
        lambda: duty.app.tips.claim(deputy, tip.id),
        lambda: duty.app.duty.claim(deputy, duty.get_only_alarm().id),
    ):
        with pytest.raises(WrongStep, match=f"is claimed by officer {first.id} until 2021-09-18 02:31"):
            claim()
    with pytest.raises(WrongStep, match=first.id):
        duty.app.duty.hand_up(deputy, duty.get_only_alarm().id)
    with pytest.raises(Refused):
        duty.app.tips.claim(duty.boss, tip.id)
    with pytest.raises(BadInput, match="handles no tips"):
        duty.app.tips.claim_for(duty.boss, tip.id, duty.boss.id)
    duty.app.tips.claim_for(duty.boss, tip.id, deputy.id)
    duty.app.worker.drain()
    duty.dialog.hears(DEPUTY, f"{DEPUTY} đã nhận xử lý lúc 02:01.*giữ đến 02:31")
    duty.dialog.hears(FIRST, f"{DEPUTY} đã nhận xử lý")
    duty.wait(29)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0)]


def test_released_claim_pages_the_next_officer(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """Releasing a claim sends the next urgent notice at once."""
    first, _ = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.wait(8)
    duty.app.tips.release_claim(first, tip.id)
    duty.wait(1)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("handed_up", 10)]


def test_a_fire_in_a_group_is_claimed_like_a_case(duty: DutyBench) -> None:
    """The alarm about a group message can be claimed although the message has no case, and the claim expires like any
    other.
    """
    first = duty.appoint_officer(FIRST)
    deputy = duty.appoint_officer(DEPUTY)
    duty.put_on_duty(first, deputy)
    duty.chat.found_group("Nhóm xã", [duty.chat.person(REPORTER)])
    duty.dialog.says(REPORTER, FIRE, to="Nhóm xã")
    duty.wait(1)
    duty.dialog.says(FIRST, "1")
    duty.dialog.hears(FIRST, "giữ đến 02:31")
    duty.wait(29)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0)]
    duty.wait(1)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0), ("handed_up", 31)]


def test_an_ended_case_pages_nobody_when_its_claim_expires(
    duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]
) -> None:
    """The expiry of a claim sends no urgent notice about a settled case."""
    first, _ = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.tips.triage(first, tip.id, category="fire")
    duty.app.tips.assign(first, tip.id, unit="hoa-lu", officers=[first.id])
    duty.app.tips.settle(first, tip.id, TipState.RESOLVED, answer="Đã dập tắt.", reason="handled")
    duty.wait(40)
    assert list_notice_times(duty.get_only_alarm()) == [("page", 0)]
    assert duty.get_only_alarm().state is AlarmState.ENDED


def test_an_excluded_claimant_holds_nothing(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """Excluding the claimant for a conflict of interest ends the claim, and the next officer gets an urgent notice at
    once.
    """
    first, deputy = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.tips.exclusions.add(duty.boss, tip.id, first.id, "Người nhà")
    duty.app.worker.drain()
    duty.wait(1)
    assert [rung.officer for rung in duty.get_only_alarm().pages] == [first.id, deputy.id]
    assert duty.app.tips.get(deputy, tip.id).claim is None


@pytest.mark.parametrize("acts", [False, True])
def test_a_new_handler_has_three_minutes_to_act(
    duty: DutyBench, officer_and_deputy: tuple[Actor, Actor], acts: bool
) -> None:
    """Assigning an emergency to another officer ends the claim; an act of the new handler within three minutes is a new
    claim.
    """
    first, deputy = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.tips.triage(first, tip.id, category="fire")
    duty.app.tips.assign(first, tip.id, unit="hoa-lu", officers=[deputy.id])
    duty.wait(2)
    if acts:
        duty.app.tips.verify(deputy, tip.id)
    duty.wait(20)
    assert (len(duty.get_only_alarm().pages) == 1) == acts
    assert (duty.app.tips.get(deputy, tip.id).claim is not None) == acts
