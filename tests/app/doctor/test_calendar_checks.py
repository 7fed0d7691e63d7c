"""The doctor reports a calendar that ends soon or has ended, and days off that are still undecided."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from attrs import evolve
from tests.app.doctor.conftest import PROFILE, HealthyMachine

from anninh_core.app import Parts, Settings
from anninh_core.app.examination import examine
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.ports.health import Check, Level

TODAY = date(2021, 9, 1)
"""The day of `anninh_clock`."""


def examine_calendar(parts: Parts, calendar: WorkCalendar) -> Check:
    """Return the worst finding about a calendar."""
    levels = list(Level)
    return max(find_calendar_checks(parts, calendar), key=lambda check: levels.index(check.level))


def find_calendar_checks(parts: Parts, calendar: WorkCalendar) -> Sequence[Check]:
    checks = examine(evolve(PROFILE, calendar=calendar), Settings(), parts, machine=HealthyMachine())
    return [check for check in checks if check.name == "calendar"]


@pytest.mark.parametrize(
    ("days", "level", "words"),
    [
        (183, Level.OK, "known until 2022-03-03"),
        (182, Level.WARNING, "ends on 2022-03-02"),
        (0, Level.WARNING, "ends on 2021-09-01"),
        (-1, Level.PROBLEM, "ended on 2021-08-31"),
    ],
)
def test_calendar_warns_half_a_year_ahead(parts: Parts, days: int, level: Level, words: str) -> None:
    """A calendar is a warning half a year before its end, and a problem after it; both findings name the command that
    extends it.
    """
    check = examine_calendar(parts, evolve(PROFILE.calendar, until=TODAY + timedelta(days=days)))
    assert check.level is level
    assert words in check.what
    assert level is Level.OK or "anninh profiles calendar YEAR" in check.todo


def test_duty_around_the_clock_needs_no_calendar(parts: Parts) -> None:
    """A unit that always works needs no calendar."""
    checks = examine(
        evolve(PROFILE, calendar=WorkCalendar(always_on=True)), Settings(), parts, machine=HealthyMachine()
    )
    assert not [check for check in checks if check.name == "calendar"]


@pytest.mark.parametrize(
    ("days", "level"), [(-31, Level.OK), (-30, Level.WARNING), (30, Level.WARNING), (31, Level.OK)]
)
def test_near_provisional_days_are_a_warning(parts: Parts, days: int, level: Level) -> None:
    """A provisional day off within 30 days is a warning: by then it has been decided, and the profile should contain
    the decision.
    """
    assert (
        examine_calendar(parts, evolve(PROFILE.calendar, provisional=frozenset({TODAY + timedelta(days=days)}))).level
        is level
    )


@pytest.mark.parametrize(
    ("checked_on", "words"),
    [(date(2021, 8, 2), "2021-08-02"), (None, "none")],
)
def test_assumed_days_say_when_they_were_checked(parts: Parts, checked_on: date | None, words: str) -> None:
    """Future assumed days are counted, with the date of the last check against the announcements, or "none"."""
    assumed = frozenset({TODAY - timedelta(days=60), TODAY + timedelta(days=60), TODAY + timedelta(days=61)})
    calendar = evolve(PROFILE.calendar, provisional=assumed, provisional_checked_on=checked_on)
    assert (
        f"2 days off are only assumed, the first on 2021-10-31 (last compared with the announcements on: {words})."
        in [check.what for check in find_calendar_checks(parts, calendar)]
    )
    near = evolve(calendar, provisional=frozenset({TODAY + timedelta(days=1)}))
    assert examine_calendar(parts, near).what == (
        "1 days off around today are only assumed, the first on 2021-09-02 "
        f"(last compared with the announcements on: {words})."
    )
