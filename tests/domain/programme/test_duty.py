"""Tests of the state machine of duties, and of the days on which reminders are due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.programme.duty import (
    MILESTONE,
    NEVER,
    REPORT,
    TRANSITIONS,
    Duty,
    DutyState,
    Reminder,
    duty_facts,
)
from anninh_core.domain.programme.rules import get_reminder_wording
from anninh_core.kernel.errors import BadInput, WrongStep

LAST = date(2022, 6, 14)
STEPS = ("done", "accepted", "given_back")


def build_duty(*, what: str = REPORT, remind_days: tuple[int, ...] = (7, 1, 0, -1)) -> Duty:
    return Duty(
        id="d",
        what=what,
        source="half-year",
        year=2022,
        unit="ninh-an",
        name="report",
        last_day=LAST,
        remind_days=remind_days,
    )


def remind_if_due(open_duty: Duty, today: date) -> Duty:
    """Return the duty after the scheduled run on `today`, with a reminder if one was due."""
    if open_duty.find_next_reminder_day() > today:
        return open_duty
    offset = (open_duty.last_day - today).days
    return open_duty.reminded(Reminder(day=today, offset=offset, by="clock", told=True, escalated=offset < 0))


def test_each_reminder_is_sent_once() -> None:
    """Reminders of an open duty are sent seven days before, one day before, on and one day after its last day, once
    each.
    """
    current = build_duty()
    for n in range(-20, 20):
        current = remind_if_due(remind_if_due(current, LAST + timedelta(days=n)), LAST + timedelta(days=n))

    assert [urge.offset for urge in current.urges] == [7, 1, 0, -1]
    assert current.find_next_reminder_day() == NEVER


@given(
    st.lists(st.integers(-30, 60), unique=True, max_size=6),
    st.lists(st.integers(-90, 90), unique=True, max_size=30),
)
def test_missed_reminders_are_sent_as_one(remind: list[int], days: list[int]) -> None:
    """Reminders that became due while the program was down are sent as one, and reminders are in chronological
    order.
    """
    current = build_duty(remind_days=tuple(remind))
    for n in sorted(days):
        current = remind_if_due(current, LAST + timedelta(days=n))

    offsets = [urge.offset for urge in current.urges]
    assert offsets == sorted(set(offsets), reverse=True)
    assert len(offsets) <= len(remind)
    assert bool(offsets) == any(-n <= offset for n in days for offset in remind)


def test_done_duty_has_no_reminder() -> None:
    """A duty that is done gets no further reminder."""
    done = build_duty().done(LAST, "report 1")

    assert done.find_next_reminder_day() == NEVER
    with pytest.raises(WrongStep, match="it needs no more reminders"):
        done.reminded(Reminder(day=LAST, offset=0, by="clock", told=False, escalated=False))


@pytest.mark.parametrize(("day", "late"), [(14, 0), (15, 1), (20, 6)])
def test_last_day_is_in_time(day: int, late: int) -> None:
    """A duty due before 15 June is in time if done on the 14th, and a day late if done on the 15th."""
    done = build_duty().done(date(2022, 6, day), "report 1")

    assert done.days_late(date(2023, 1, 1)) == late
    assert done.in_time is (late == 0)


def test_returned_duty_stays_in_time() -> None:
    """A duty that was done in time and given back to the unit is open again, but stays in time."""
    back = build_duty().done(LAST, "report 1").given_back()

    assert back.state is DutyState.OPEN
    assert back.days_late(LAST + timedelta(days=3)) == 3
    assert back.done(LAST + timedelta(days=3), "report 1").in_time


@given(st.lists(st.sampled_from(STEPS), max_size=8))
def test_only_listed_transitions_happen(steps: list[str]) -> None:
    """A duty follows its transition table for any sequence of steps, and a refused step changes nothing."""
    current = build_duty()
    for step in steps:
        before = current.state
        try:
            current = current.done(LAST, "paper") if step == "done" else getattr(current, step)()
        except WrongStep:
            continue
        assert current.state in TRANSITIONS[before]
        assert (current.done_on is None) == (current.state is DutyState.OPEN)


def test_done_needs_evidence() -> None:
    """A duty can't be marked as done without evidence."""
    with pytest.raises(BadInput, match="has no evidence: name the document or report that shows that it"):
        build_duty().done(LAST, "  ")


def test_each_reminder_is_acknowledged_once() -> None:
    """Each reminder of a duty can be acknowledged once."""
    with pytest.raises(WrongStep, match="no reminder"):
        build_duty().acknowledged(LAST, "soon")
    answered = remind_if_due(build_duty(), LAST).acknowledged(LAST, "soon")

    assert answered.urges[-1].words == "soon"
    with pytest.raises(WrongStep, match="no reminder"):
        answered.acknowledged(LAST, "again")


def test_milestones_and_reminders_are_counted() -> None:
    """A milestone is counted when it is done, a duty to report isn't counted, and every reminder is counted on its
    day.
    """
    reached = remind_if_due(build_duty(what=MILESTONE), LAST).done(LAST, "minutes")

    assert [(fact.indicator, fact.day) for fact in duty_facts(reached)] == [("milestones_done", LAST), ("urges", LAST)]
    assert not list(duty_facts(build_duty().done(LAST, "report 1")))


def test_reminder_wording_depends_on_the_day() -> None:
    """The wording of a reminder differs before, on and after the last day."""
    assert [get_reminder_wording(n) for n in (3, 0, -2)] == ["urge.before", "urge.today", "urge.late"]
