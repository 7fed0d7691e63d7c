"""The escalation as officers see it: either the claimant and the end of the claim, or the next urgent notices, which
the worker then sends.
"""

from datetime import timedelta

import pytest
from tests.scenarios.cases.duty_bench import FIRE, DutyBench

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.kernel.errors import NotVisible
from anninh_core.usecase import Actor
from anninh_core.workflows.emergency_overview import Ladder

REPORTER = "Bà Thử"
FIRST = "Trực Một"
DEPUTY = "Trực Hai"


@pytest.fixture
def officer_and_deputy(duty: DutyBench) -> tuple[Actor, Actor]:
    """The officer on duty and the deputy, a minute after the report of a fire."""
    first = duty.appoint_officer(FIRST)
    deputy = duty.appoint_officer(DEPUTY)
    duty.put_on_duty(first, deputy)
    duty.dialog.says(REPORTER, FIRE)
    duty.wait(1)
    return first, deputy


def get_escalation(duty: DutyBench, actor: Actor | None = None) -> Ladder:
    """Return the escalation of the only case, as an officer sees it."""
    (only,) = duty.app.duty.ladder(actor or duty.boss, duty.get_only_alarm().about)
    return only


def list_planned_notices(escalation: Ladder) -> list[tuple[str, str, int]]:
    """Return the kind, the officer and the minutes since the alarm of each planned urgent notice."""
    opened_at = escalation.alarm.opened_at
    return [
        (page.how.value, page.officer, (page.at - opened_at) // timedelta(minutes=1)) for page in escalation.next_pages
    ]


def list_sent_notices(alarm: Alarm) -> list[tuple[str, str, int]]:
    """Return the kind, the officer and the minutes since the alarm of each urgent notice that was sent."""
    return [
        (rung.how.value, rung.officer, (rung.at - alarm.opened_at) // timedelta(minutes=1))
        for rung in alarm.ladder
        if rung.row or rung.how.value == "unheard"
    ]


def test_planned_urgent_notices_are_sent(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """The planned urgent notices of an unclaimed emergency are those that the worker sends, to the end of the round."""
    first, deputy = officer_and_deputy
    before = get_escalation(duty)
    assert before.claim is None
    assert list_planned_notices(before)[:3] == [
        ("again", first.id, 3),
        ("handed_up", deputy.id, 6),
        ("again", deputy.id, 9),
    ]
    assert list_planned_notices(before)[3][0] == "unheard"
    duty.wait(14)
    assert list_sent_notices(duty.get_only_alarm())[1:5] == list_planned_notices(before)


def test_claimed_emergency_shows_next_officer(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """A claimed emergency shows the end of the claim and the next officer, and after the claim expired also the former
    claimant.
    """
    first, deputy = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.claim(first, tip.id)
    duty.app.worker.drain()
    duty.wait(3)
    escalation = get_escalation(duty)
    assert escalation.claim is not None
    assert (escalation.claim.by, escalation.claim.until) == (
        first.id,
        escalation.alarm.opened_at + timedelta(minutes=31),
    )
    assert list_planned_notices(escalation)[0] == ("handed_up", deputy.id, 31)
    duty.app.tips.add_note(first, tip.id, "Đã tới nơi")
    assert list_planned_notices(get_escalation(duty))[0] == ("handed_up", deputy.id, 34)
    duty.wait(30)
    expired = get_escalation(duty)
    assert list_sent_notices(expired.alarm)[1:] == [("handed_up", deputy.id, 34)]
    assert (expired.claim, expired.expired_by) == (None, first.id)


def test_more_danger_shows_the_next_notice(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """After further danger the next officer is planned three minutes after the notice to the claimant."""
    first, deputy = officer_and_deputy
    duty.app.duty.claim(first, duty.get_only_alarm().id)
    duty.wait(5)
    duty.dialog.says(REPORTER, "Cháy lan sang nhà bên rồi, có người mắc kẹt")
    duty.app.worker.drain()
    escalation = get_escalation(duty)
    assert escalation.has_new_danger
    assert list_planned_notices(escalation)[0] == ("handed_up", deputy.id, 9)
    duty.wait(3)
    assert list_sent_notices(duty.get_only_alarm())[-1] == ("handed_up", deputy.id, 9)


def test_emergencies_come_by_urgency_and_age(duty: DutyBench) -> None:
    """The list has unclaimed emergencies first, oldest first, then claimed emergencies, then notices, on pages of any
    size.
    """
    officer = duty.appoint_officer(FIRST)
    duty.put_on_duty(officer)
    for number, place in enumerate(("Ninh Hòa", "Trường Yên", "Ninh Giang")):
        duty.dialog.says(f"Người {number}", f"Cháy nhà ở xóm 3 xã {place}")
        duty.wait(61)
    duty.dialog.says("Người 9", "Xóm 3 xã Ninh Hòa tối qua mất trộm hai con gà")
    duty.wait(61)
    oldest, *_ = reversed([alarm for alarm in duty.list_alarms() if alarm.is_emergency])
    duty.app.duty.claim(officer, oldest.id)
    escalations = duty.app.duty.running(duty.boss).items
    states = [(escalation.alarm.is_emergency, escalation.claim is not None) for escalation in escalations]
    assert states == sorted(states, key=lambda state: (not state[0], state[1]))
    unclaimed = [
        escalation.alarm.opened_at
        for escalation in escalations
        if escalation.alarm.is_emergency and escalation.claim is None
    ]
    assert unclaimed == sorted(unclaimed)
    assert [escalation.alarm.id for escalation in escalations if escalation.claim is not None] == [oldest.id]
    assert all("Cháy nhà" in escalation.words for escalation in escalations if escalation.alarm.is_emergency)
    ids = list[str]()
    after = ""
    while True:
        page = duty.app.duty.running(duty.boss, after=after, limit=1)
        ids += [escalation.alarm.id for escalation in page.items]
        if not (after := page.cursor):
            break
    assert ids == [escalation.alarm.id for escalation in escalations]


def test_danger_in_a_group_is_listed_with_its_words(duty: DutyBench) -> None:
    """Danger in a group is listed with its text, but without a receipt."""
    duty.put_on_duty(duty.appoint_officer(FIRST))
    duty.chat.found_group("Nhóm xã", [duty.chat.person("Bà Thử")])
    duty.dialog.says("Bà Thử", FIRE, to="Nhóm xã")
    (escalation,) = duty.app.duty.running(duty.boss).items
    assert (escalation.words, escalation.receipt) == (FIRE, "")


def test_excluded_officer_sees_no_escalation(duty: DutyBench, officer_and_deputy: tuple[Actor, Actor]) -> None:
    """An excluded officer can't see the escalation, and isn't named among the next officers or possible handlers."""
    first, deputy = officer_and_deputy
    (tip,) = duty.app.tips.list(duty.boss).items
    duty.app.tips.exclusions.add(duty.boss, tip.id, deputy.id, reason="Người nhà")
    duty.app.worker.drain()
    with pytest.raises(NotVisible):
        duty.app.duty.ladder(deputy, f"tip:{tip.id}")
    assert duty.app.duty.running(deputy).items == ()
    escalation = get_escalation(duty, first)
    assert deputy.id not in {page.officer for page in escalation.next_pages}
    assert escalation.handlers == ()
    handlers = get_escalation(duty, duty.boss).handlers
    assert deputy.id not in handlers
    assert first.id in handlers
