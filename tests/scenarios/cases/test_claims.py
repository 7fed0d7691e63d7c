"""A claimed emergency pages nobody else until the claim expires, its officer's duty ends, or nobody can come."""

from datetime import time, timedelta

import pytest
from tests.board.visitor import Visitor
from tests.scenarios.cases.duty_bench import FIRE, Duty
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


def times(alarm: Alarm) -> list[tuple[str, int]]:
    """Return the pages of an alarm with the minutes since it was opened."""
    return [(rung.how.value, (rung.at - alarm.opened_at) // timedelta(minutes=1)) for rung in alarm.pages]


@pytest.fixture
def pair(duty: Duty) -> tuple[Actor, Actor]:
    """The officer on duty and the deputy; a fire was reported a minute ago."""
    first = duty.officer(FIRST)
    deputy = duty.officer(DEPUTY)
    duty.roster(first, deputy)
    duty.dialog.says(REPORTER, FIRE)
    duty.wait(1)
    duty.dialog.hears(FIRST, "KHẨN")
    return first, deputy


@pytest.mark.parametrize("way", ["case", "alarm", "chat", "board", "assignment"])
def test_a_claim_stops_the_pages_by_each_way(duty: Duty, pair: tuple[Actor, Actor], way: str) -> None:
    """Nobody is paged for 30 minutes; then the ladder goes on where it stopped."""
    first, deputy = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    if way == "case":
        duty.app.tips.claim(first, tip.id)
    elif way == "alarm":
        duty.app.duty.claim(first, duty.alarm().id)
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
    alarm = duty.alarm()
    assert (alarm.state, alarm.acknowledged_by) == (AlarmState.ACKNOWLEDGED, first.id)
    assert alarm.claim_until == alarm.opened_at + timedelta(minutes=31)
    duty.wait(29)
    assert times(duty.alarm()) == [("page", 0)]
    duty.wait(1)
    assert times(duty.alarm()) == [("page", 0), ("handed_up", 31)]
    duty.dialog.hears(DEPUTY, "KHẨN")
    assert duty.alarm().pages[-1].officer == deputy.id


def test_recorded_work_renews_a_claim(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """A step or a note of the claimant keeps the ladder waiting for another 30 minutes; a look does not."""
    first, _ = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.wait(20)
    duty.app.tips.triage(first, tip.id, category="fire")
    duty.wait(20)
    duty.app.tips.add_note(first, tip.id, "Đã tới nơi")
    duty.wait(29)
    duty.app.tips.get(first, tip.id)
    assert times(duty.alarm()) == [("page", 0)]
    duty.wait(1)
    assert times(duty.alarm()) == [("page", 0), ("handed_up", 71)]


def test_a_claim_ends_with_the_shift(duty: Duty) -> None:
    """No claim outlasts the shift of its officer: whoever comes on duty is paged."""
    night = duty.officer(FIRST)
    day = duty.officer(DEPUTY)
    begin = duty.clock.now().date() - timedelta(days=2)
    shifts = [
        Shift(start=time(17), end=time(2, 10), officers=(night.id,)),
        Shift(start=time(2, 10), end=time(17), officers=(day.id,)),
    ]
    duty.app.duty.set_roster(duty.boss, "hoa-lu", shifts=shifts, valid_from=begin)
    duty.dialog.says(REPORTER, FIRE)
    duty.wait(1)
    claimed = duty.app.duty.claim(night, duty.alarm().id)
    assert claimed.claim_until == claimed.opened_at + timedelta(minutes=10)
    duty.wait(10)
    assert times(duty.alarm()) == [("page", 0), ("handed_up", 10)]
    assert duty.alarm().pages[-1].officer == day.id


def test_more_danger_goes_to_the_claimant_alone_for_three_minutes(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """Without an act of the claimant the deputy is paged three minutes later; with one the claim goes on."""
    first, deputy = pair
    duty.app.duty.claim(first, duty.alarm().id)
    duty.wait(5)
    duty.dialog.says(REPORTER, "Cháy lan sang nhà bên rồi, có người mắc kẹt")
    duty.app.worker.drain()
    duty.dialog.hears(FIRST, "CÓ TIN THÊM")
    duty.wait(2)
    assert times(duty.alarm()) == [("page", 0), ("more", 6)]
    duty.app.duty.claim(first, duty.alarm().id)
    duty.wait(10)
    assert times(duty.alarm()) == [("page", 0), ("more", 6)]
    duty.dialog.says(REPORTER, "Cháy to lắm, cháy tiếp nhà thứ ba rồi")
    duty.wait(3)
    assert times(duty.alarm())[2:] == [("more", 18), ("handed_up", 21)]
    assert duty.alarm().pages[-1].officer == deputy.id


def test_who_is_paged_after_a_silent_claimant_can_claim(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """More danger four minutes after the claim: three whole minutes later it lapses, and the deputy has the case."""
    first, deputy = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.wait(4)
    duty.dialog.says(REPORTER, "Cháy lan sang nhà bên rồi, có người mắc kẹt")
    duty.wait(2)
    assert times(duty.alarm()) == [("page", 0), ("more", 5)]
    duty.wait(1)
    assert times(duty.alarm())[2:] == [("handed_up", 8)]
    duty.dialog.says(DEPUTY, "1")
    duty.dialog.hears(DEPUTY, "đã nhận xử lý việc")
    claim = duty.app.tips.get(deputy, tip.id).claim
    assert claim is not None
    assert claim.by == deputy.id
    duty.wait(20)
    assert times(duty.alarm())[3:] == []


def test_a_claim_again_renews_it(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """On the tip and on its alarm, so that both name the same end."""
    first, _ = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.wait(10)
    duty.app.tips.claim(first, tip.id)
    claim = duty.app.tips.get(first, tip.id).claim
    assert claim is not None
    assert claim.until == duty.alarm().claim_until == duty.alarm().opened_at + timedelta(minutes=41)


def test_nobody_can_come_pages_the_next_at_once(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """Who has claimed it says so, and holds it no more."""
    first, deputy = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.duty.hand_up(first, duty.alarm().id)
    duty.wait(1)
    assert times(duty.alarm()) == [("page", 0), ("handed_up", 2)]
    assert duty.alarm().pages[-1].officer == deputy.id
    assert duty.app.tips.get(first, tip.id).claim is None


def test_who_comes_second_is_told_who_has_it(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """By any way; a supervisor gives it to another officer, who is notified."""
    first, deputy = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    for claim in (lambda: duty.app.tips.claim(deputy, tip.id), lambda: duty.app.duty.claim(deputy, duty.alarm().id)):
        with pytest.raises(WrongStep, match=f"is claimed by officer {first.id} until 2021-09-18 02:31"):
            claim()
    with pytest.raises(WrongStep, match=first.id):
        duty.app.duty.hand_up(deputy, duty.alarm().id)
    with pytest.raises(Refused):
        duty.app.tips.claim(duty.boss, tip.id)
    with pytest.raises(BadInput, match="handles no tips"):
        duty.app.tips.claim_for(duty.boss, tip.id, duty.boss.id)
    duty.app.tips.claim_for(duty.boss, tip.id, deputy.id)
    duty.app.worker.drain()
    duty.dialog.hears(DEPUTY, f"{DEPUTY} đã nhận xử lý lúc 02:01.*giữ đến 02:31")
    duty.dialog.hears(FIRST, f"{DEPUTY} đã nhận xử lý")
    duty.wait(29)
    assert times(duty.alarm()) == [("page", 0)]


def test_a_released_claim_pages_the_next_at_once(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """The ladder doesn't wait for a claim that was given back."""
    first, _ = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.wait(8)
    duty.app.tips.release_claim(first, tip.id)
    duty.wait(1)
    assert times(duty.alarm()) == [("page", 0), ("handed_up", 10)]


def test_a_fire_in_a_group_is_claimed_like_a_case(duty: Duty) -> None:
    """It has no case yet; the claim expires like any other."""
    first = duty.officer(FIRST)
    deputy = duty.officer(DEPUTY)
    duty.roster(first, deputy)
    duty.chat.found_group("Nhóm xã", [duty.chat.person(REPORTER)])
    duty.dialog.says(REPORTER, FIRE, to="Nhóm xã")
    duty.wait(1)
    duty.dialog.says(FIRST, "1")
    duty.dialog.hears(FIRST, "giữ đến 02:31")
    duty.wait(29)
    assert times(duty.alarm()) == [("page", 0)]
    duty.wait(1)
    assert times(duty.alarm()) == [("page", 0), ("handed_up", 31)]


def test_an_ended_case_pages_nobody_when_its_claim_expires(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """The work is done before the 30 minutes are over."""
    first, _ = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.tips.triage(first, tip.id, category="fire")
    duty.app.tips.assign(first, tip.id, unit="hoa-lu", officers=[first.id])
    duty.app.tips.settle(first, tip.id, TipState.RESOLVED, answer="Đã dập tắt.", reason="handled")
    duty.wait(40)
    assert times(duty.alarm()) == [("page", 0)]
    assert duty.alarm().state is AlarmState.ENDED


def test_an_excluded_claimant_holds_nothing(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """A conflict of interest ends the claim, and the next officer is paged at once."""
    first, deputy = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.tips.exclusions.add(duty.boss, tip.id, first.id, "Người nhà")
    duty.app.worker.drain()
    duty.wait(1)
    assert [rung.officer for rung in duty.alarm().pages] == [first.id, deputy.id]
    assert duty.app.tips.get(deputy, tip.id).claim is None


@pytest.mark.parametrize("acts", [False, True])
def test_a_new_handler_has_three_minutes_to_act(duty: Duty, pair: tuple[Actor, Actor], acts: bool) -> None:
    """Assigning an emergency to another officer ends the claim; an act of that officer is a claim."""
    first, deputy = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.tips.triage(first, tip.id, category="fire")
    duty.app.tips.assign(first, tip.id, unit="hoa-lu", officers=[deputy.id])
    duty.wait(2)
    if acts:
        duty.app.tips.verify(deputy, tip.id)
    duty.wait(20)
    assert (len(duty.alarm().pages) == 1) == acts
    assert (duty.app.tips.get(deputy, tip.id).claim is not None) == acts
