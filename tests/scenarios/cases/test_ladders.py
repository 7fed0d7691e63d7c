"""What officers read of an emergency: who has it until when, or who is paged next and when, as the pager then does."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.duty_bench import FIRE, Duty

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.kernel.errors import NotVisible
from anninh_core.usecase import Actor
from anninh_core.workflows.emergency_overview import Ladder

REPORTER = "Bà Thử"
FIRST = "Trực Một"
DEPUTY = "Trực Hai"


@pytest.fixture
def pair(duty: Duty) -> tuple[Actor, Actor]:
    """The officer on duty and the deputy; a fire was reported a minute ago."""
    first = duty.officer(FIRST)
    deputy = duty.officer(DEPUTY)
    duty.roster(first, deputy)
    duty.dialog.says(REPORTER, FIRE)
    duty.wait(1)
    return first, deputy


def ladder(duty: Duty, actor: Actor | None = None) -> Ladder:
    """Return the ladder of the only case."""
    (shown,) = duty.app.duty.ladder(actor or duty.boss, duty.alarm().about)
    return shown


def planned(shown: Ladder) -> list[tuple[str, str, int]]:
    """Return the pages to come: how, to whom, minutes since the alarm."""
    opened_at = shown.alarm.opened_at
    return [(page.how.value, page.officer, (page.at - opened_at) // timedelta(minutes=1)) for page in shown.next_pages]


def sent(alarm: Alarm) -> list[tuple[str, str, int]]:
    """Return the pages that left, in the same form."""
    return [
        (rung.how.value, rung.officer, (rung.at - alarm.opened_at) // timedelta(minutes=1))
        for rung in alarm.ladder
        if rung.row or rung.how.value == "unheard"
    ]


def test_the_next_pages_are_those_that_then_leave(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """Of an emergency that nobody claims, to the end of the round: the list of the screen and of the pager is one."""
    first, deputy = pair
    before = ladder(duty)
    assert before.claim is None
    assert planned(before)[:3] == [
        ("again", first.id, 3),
        ("handed_up", deputy.id, 6),
        ("again", deputy.id, 9),
    ]
    assert planned(before)[3][0] == "unheard"
    duty.wait(14)
    assert sent(duty.alarm())[1:5] == planned(before)


def test_a_claimed_emergency_names_its_end_and_who_is_paged_then(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """And once the claim has expired, whose it was and when it did."""
    first, deputy = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.worker.drain()
    duty.wait(3)
    shown = ladder(duty)
    assert shown.claim is not None
    assert (shown.claim.by, shown.claim.until) == (first.id, shown.alarm.opened_at + timedelta(minutes=31))
    assert planned(shown)[0] == ("handed_up", deputy.id, 31)
    duty.app.tips.add_note(first, tip.id, "Đã tới nơi")
    assert planned(ladder(duty))[0] == ("handed_up", deputy.id, 34)
    duty.wait(30)
    expired = ladder(duty)
    assert sent(expired.alarm)[1:] == [("handed_up", deputy.id, 34)]
    assert (expired.claim, expired.expired_by) == (None, first.id)


def test_more_danger_names_when_the_ladder_goes_on(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """Three minutes after the claimant was paged about it, if no act of the claimant follows."""
    first, deputy = pair
    duty.app.duty.claim(first, duty.alarm().id)
    duty.wait(5)
    duty.dialog.says(REPORTER, "Cháy lan sang nhà bên rồi, có người mắc kẹt")
    duty.app.worker.drain()
    shown = ladder(duty)
    assert shown.has_new_danger
    assert planned(shown)[0] == ("handed_up", deputy.id, 9)
    duty.wait(3)
    assert sent(duty.alarm())[-1] == ("handed_up", deputy.id, 9)


def test_emergencies_come_by_urgency_and_age(duty: Duty) -> None:
    """What nobody has, the oldest first; then what somebody has; then notices: on pages of any size."""
    officer = duty.officer(FIRST)
    duty.roster(officer)
    for number, place in enumerate(("Ninh Hòa", "Trường Yên", "Ninh Giang")):
        duty.dialog.says(f"Người {number}", f"Cháy nhà ở xóm 3 xã {place}")
        duty.wait(61)
    duty.dialog.says("Người 9", "Xóm 3 xã Ninh Hòa tối qua mất trộm hai con gà")
    duty.wait(61)
    oldest, *_ = reversed([alarm for alarm in duty.alarms() if alarm.is_emergency])
    duty.app.duty.claim(officer, oldest.id)
    shown = duty.app.duty.running(duty.boss).items
    states = [(one.alarm.is_emergency, one.claim is not None) for one in shown]
    assert states == sorted(states, key=lambda state: (not state[0], state[1]))
    unclaimed = [one.alarm.opened_at for one in shown if one.alarm.is_emergency and one.claim is None]
    assert unclaimed == sorted(unclaimed)
    assert [one.alarm.id for one in shown if one.claim is not None] == [oldest.id]
    assert all("Cháy nhà" in one.words for one in shown if one.alarm.is_emergency)
    paged = list[str]()
    after = ""
    while True:
        page = duty.app.duty.running(duty.boss, after=after, limit=1)
        paged += [one.alarm.id for one in page.items]
        if not (after := page.cursor):
            break
    assert paged == [one.alarm.id for one in shown]


def test_danger_in_a_group_is_listed_with_its_words(duty: Duty) -> None:
    """Officers of its unit read what was written; it has no case and no receipt."""
    duty.roster(duty.officer(FIRST))
    duty.chat.found_group("Nhóm xã", [duty.chat.person("Bà Thử")])
    duty.dialog.says("Bà Thử", FIRE, to="Nhóm xã")
    (shown,) = duty.app.duty.running(duty.boss).items
    assert (shown.words, shown.receipt) == (FIRE, "")


def test_an_excluded_officer_learns_of_no_ladder(duty: Duty, pair: tuple[Actor, Actor]) -> None:
    """Nor is the officer named among those to come, or to a supervisor among those who may be given the case."""
    first, deputy = pair
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.exclusions.add(duty.boss, tip.id, deputy.id, reason="Người nhà")
    duty.app.worker.drain()
    with pytest.raises(NotVisible):
        duty.app.duty.ladder(deputy, f"tip:{tip.id}")
    assert duty.app.duty.running(deputy).items == ()
    shown = ladder(duty, first)
    assert deputy.id not in {page.officer for page in shown.next_pages}
    assert shown.handlers == ()
    named = ladder(duty, duty.boss).handlers
    assert deputy.id not in named
    assert first.id in named
