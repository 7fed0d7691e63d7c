"""The state machine of duties, and when reminders are due."""

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
from anninh_core.domain.programme.rules import reminder_wording
from anninh_core.kernel.errors import BadInput, WrongStep

LAST = date(2022, 6, 14)
STEPS = ("done", "accepted", "given_back")


def duty(*, what: str = REPORT, remind_days: tuple[int, ...] = (7, 1, 0, -1)) -> Duty:
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


def urged(one: Duty, today: date) -> Duty:
    """What the clock does on a day."""
    if one.next_reminder() > today:
        return one
    offset = (one.last_day - today).days
    return one.reminded(Reminder(day=today, offset=offset, by="clock", told=True, escalated=offset < 0))


def test_reminders_go_out_on_their_days_and_never_again() -> None:
    """A duty that stays open is urged seven days before, one before, on the last day and one after."""
    one = duty()
    for n in range(-20, 20):
        one = urged(urged(one, LAST + timedelta(days=n)), LAST + timedelta(days=n))

    assert [urge.offset for urge in one.urges] == [7, 1, 0, -1]
    assert one.next_reminder() == NEVER


@given(
    st.lists(st.integers(-30, 60), unique=True, max_size=6),
    st.lists(st.integers(-90, 90), unique=True, max_size=30),
)
def test_no_reminder_is_sent_twice_whatever_days_the_clock_runs(remind: list[int], days: list[int]) -> None:
    """Reminders missed while the program stood still become one, and their order is that of time."""
    one = duty(remind_days=tuple(remind))
    for n in sorted(days):
        one = urged(one, LAST + timedelta(days=n))

    offsets = [urge.offset for urge in one.urges]
    assert offsets == sorted(set(offsets), reverse=True)
    assert len(offsets) <= len(remind)
    assert bool(offsets) == any(-n <= offset for n in days for offset in remind)


def test_a_duty_done_is_not_urged() -> None:
    """Nothing is left to remind of."""
    done = duty().done(LAST, "report 1")

    assert done.next_reminder() == NEVER
    with pytest.raises(WrongStep, match="it needs no more reminders"):
        done.reminded(Reminder(day=LAST, offset=0, by="clock", told=False, escalated=False))


@pytest.mark.parametrize(("day", "late"), [(14, 0), (15, 1), (20, 6)])
def test_the_last_day_in_time_is_in_time(day: int, late: int) -> None:
    """Due before 15 June: the 14th is in time, the 15th is a day late."""
    done = duty().done(date(2022, 6, day), "report 1")

    assert done.days_late(date(2023, 1, 1)) == late
    assert done.in_time is (late == 0)


def test_what_was_handed_in_in_time_and_returned_stays_in_time() -> None:
    """A unit isn't late because its superior wants improvements, but the duty is open again."""
    back = duty().done(LAST, "report 1").given_back()

    assert back.state is DutyState.OPEN
    assert back.days_late(LAST + timedelta(days=3)) == 3
    assert back.done(LAST + timedelta(days=3), "report 1").in_time


@given(st.lists(st.sampled_from(STEPS), max_size=8))
def test_only_steps_of_the_table_happen(steps: list[str]) -> None:
    """Any sequence of steps either follows the table or is refused and changes nothing."""
    one = duty()
    for step in steps:
        before = one.state
        try:
            one = one.done(LAST, "paper") if step == "done" else getattr(one, step)()
        except WrongStep:
            continue
        assert one.state in TRANSITIONS[before]
        assert (one.done_on is None) == (one.state is DutyState.OPEN)


def test_done_needs_evidence() -> None:
    """Saying so isn't enough."""
    with pytest.raises(BadInput, match="has no evidence: name the document or report that shows that it"):
        duty().done(LAST, "  ")


def test_only_a_reminder_that_waits_can_be_acknowledged() -> None:
    """One reminder, one answer."""
    with pytest.raises(WrongStep, match="no reminder"):
        duty().acknowledged(LAST, "soon")
    answered = urged(duty(), LAST).acknowledged(LAST, "soon")

    assert answered.urges[-1].words == "soon"
    with pytest.raises(WrongStep, match="no reminder"):
        answered.acknowledged(LAST, "again")


def test_milestones_and_reminders_are_counted() -> None:
    """A milestone counts once it is done, a report doesn't; every reminder counts on its day."""
    reached = urged(duty(what=MILESTONE), LAST).done(LAST, "minutes")

    assert [(fact.indicator, fact.day) for fact in duty_facts(reached)] == [("milestones_done", LAST), ("urges", LAST)]
    assert not list(duty_facts(duty().done(LAST, "report 1")))


def test_reminders_speak_of_the_day() -> None:
    """Before, on and after the last day the words differ."""
    assert [reminder_wording(n) for n in (3, 0, -2)] == ["urge.before", "urge.today", "urge.late"]
