"""A calendar that ends soon or has ended, and days off that nobody has decided yet."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from attrs import evolve
from tests.app.doctor.conftest import PROFILE, SoundMachine

from anninh_core.app import Parts, Settings
from anninh_core.app.examination import examine
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.ports.health import Check, Level

TODAY = date(2021, 9, 1)
"""Where `anninh_clock` stands."""


def visit(parts: Parts, calendar: WorkCalendar) -> Check:
    """Return the worst finding about a calendar."""
    levels = list(Level)
    return max(visit_all(parts, calendar), key=lambda check: levels.index(check.level))


def visit_all(parts: Parts, calendar: WorkCalendar) -> Sequence[Check]:
    checks = examine(evolve(PROFILE, calendar=calendar), Settings(), parts, machine=SoundMachine())
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
def test_a_calendar_warns_half_a_year_ahead(parts: Parts, days: int, level: Level, words: str) -> None:
    """And is a problem once it has ended; both say how to extend it."""
    found = visit(parts, evolve(PROFILE.calendar, until=TODAY + timedelta(days=days)))
    assert found.level is level
    assert words in found.what
    assert level is Level.OK or "anninh profiles calendar YEAR" in found.todo


def test_duty_around_the_clock_needs_no_calendar(parts: Parts) -> None:
    """Whoever always works has no days off that could be missing."""
    checks = examine(evolve(PROFILE, calendar=WorkCalendar(always_on=True)), Settings(), parts, machine=SoundMachine())
    assert not [check for check in checks if check.name == "calendar"]


@pytest.mark.parametrize(
    ("days", "level"), [(-31, Level.OK), (-30, Level.WARNING), (30, Level.WARNING), (31, Level.OK)]
)
def test_provisional_days_near_by_are_told(parts: Parts, days: int, level: Level) -> None:
    """By then somebody has decided them, and the profile should know."""
    assert visit(parts, evolve(PROFILE.calendar, provisional=frozenset({TODAY + timedelta(days=days)}))).level is level


@pytest.mark.parametrize(
    ("checked_on", "words"),
    [(date(2021, 8, 2), "2021-08-02"), (None, "none")],
)
def test_assumed_days_say_when_they_were_checked(parts: Parts, checked_on: date | None, words: str) -> None:
    """Those to come are counted, near by or not; a profile written before there was a mark says that it has none."""
    assumed = frozenset({TODAY - timedelta(days=60), TODAY + timedelta(days=60), TODAY + timedelta(days=61)})
    calendar = evolve(PROFILE.calendar, provisional=assumed, provisional_checked_on=checked_on)
    assert (
        f"2 days off are only assumed, the first on 2021-10-31 (last compared with the announcements on: {words})."
        in [check.what for check in visit_all(parts, calendar)]
    )
    near = evolve(calendar, provisional=frozenset({TODAY + timedelta(days=1)}))
    assert visit(parts, near).what == (
        "1 days off around today are only assumed, the first on 2021-09-02 "
        f"(last compared with the announcements on: {words})."
    )
