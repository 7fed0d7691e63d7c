"""A legal limit gives a target and a due date, also across Tết, weekends, swapped days, undecided days and the end of
the calendar.
"""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.tips.values import Wait
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.limits import Reading, compute_both_readings, find_last_day, parse_limit
from anninh_core.profile.loader import load_profile

PROFILES = {name: load_profile(name).calendar for name in ("hoa_lu_2021", "hai_cap_2025")}
OFFICE = PROFILES["hoa_lu_2021"]
LIMITS = ("24h", "3wd", "7d", "20d", "1m", "2m", "4m")

starts = st.datetimes(datetime(2024, 1, 1), datetime(2029, 6, 30), timezones=st.just(VIETNAM))  # noqa: DTZ001


def noon_on(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), VIETNAM)


def target_and_due_day(reading: Reading) -> tuple[str, str]:
    return str(find_last_day(reading.target)), str(find_last_day(reading.due))


@pytest.mark.parametrize(
    ("received", "last_days"),
    [
        ("2021-02-03", "2021-02-08 2021-02-10 2021-02-23 2021-04-03 2021-06-03"),
        ("2021-02-09", "2021-02-19 2021-02-16 2021-03-01 2021-04-09 2021-06-09"),
        ("2021-04-29", "2021-05-06 2021-05-06 2021-05-19 2021-06-29 2021-08-29"),
        ("2026-02-13", "2026-02-25 2026-02-20 2026-03-05 2026-04-13 2026-06-13"),
        ("2026-08-28", "2026-09-07 2026-09-04 2026-09-17 2026-10-28 2026-12-28"),
        ("2026-11-20", "2026-11-26 2026-11-27 2026-12-10 2027-01-20 2027-03-20"),
    ],
)
def test_limits_end_as_the_law_counts(received: str, last_days: str) -> None:
    """Limits of 3 working days, 7 and 20 days, and 2 and 4 months end on the days that the law counts, by the shipped
    calendar.
    """
    due_times = [
        compute_both_readings(limit, noon_on(received), OFFICE).due for limit in ("3wd", "7d", "20d", "2m", "4m")
    ]
    assert " ".join(str(find_last_day(due)) for due in due_times) == last_days


@pytest.mark.parametrize(
    ("received", "limit", "target", "due"),
    [
        ("2021-02-03", "2m", "2021-04-03", "2021-04-05"),  # The same date two months later is a Saturday.
        ("2021-04-29", "4m", "2021-08-29", "2021-08-30"),  # The same date four months later is a Sunday.
        ("2026-02-13", "4m", "2026-06-13", "2026-06-15"),
        ("2026-11-20", "4m", "2027-03-20", "2027-03-22"),
        ("2026-11-20", "2m", "2027-01-20", "2027-01-20"),  # The limit isn't moved if it ends on a working day.
        ("2021-12-31", "2m", "2022-02-28", "2022-02-28"),  # February has no 31st, so the limit ends on its last day.
        ("2023-12-30", "2m", "2024-02-29", "2024-02-29"),
        ("2026-12-08", "2m", "2027-02-08", "2027-02-11"),  # The limit ends within the days off for Tết 2027.
    ],
)
def test_month_limit_moves_to_a_working_day(received: str, limit: str, target: str, due: str) -> None:
    """The target of a limit in months stays on the same date, and the due date moves to the next working day (BLTTHS
    art. 134.1).
    """
    assert target_and_due_day(compute_both_readings(limit, noon_on(received), OFFICE, moves=True)) == (target, due)


def test_day_limit_can_end_on_a_weekend() -> None:
    """A limit of seven days from a Saturday is due on a Saturday; its target, which counts the day of reception, is a
    day earlier.
    """
    assert target_and_due_day(compute_both_readings("7d", noon_on("2026-11-14"), OFFICE)) == (
        "2026-11-20",
        "2026-11-21",
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_undecided_days_count_both_ways(profile: str) -> None:
    """For Tết 2027, with undecided days off, the due date counts these days as off and the target counts them as
    worked.
    """
    reading = compute_both_readings("3wd", noon_on("2027-02-04"), PROFILES[profile])
    assert target_and_due_day(reading) == ("2027-02-08", "2027-02-15")
    assert not reading.leaves_calendar


@pytest.mark.parametrize(("received", "leaves"), [("2028-12-26", False), ("2028-12-27", True), ("2031-05-05", True)])
def test_limit_after_the_calendar_is_marked(received: str, leaves: bool) -> None:
    """Limits that need the calendar's days off are marked if they end after the calendar's last day; limits in days and
    hours aren't.
    """
    assert compute_both_readings("3wd", noon_on(received), OFFICE).leaves_calendar is leaves
    assert compute_both_readings("1m", noon_on(received), OFFICE, moves=True).leaves_calendar
    assert not compute_both_readings("20d", noon_on(received), OFFICE).leaves_calendar
    assert not compute_both_readings("24h", noon_on(received), OFFICE).leaves_calendar


@given(starts, st.sampled_from(LIMITS), st.booleans())
def test_the_target_is_never_later_than_the_limit(start: datetime, limit: str, moves: bool) -> None:
    """For any day and unit of a limit, the target is after the start and not later than the due date."""
    reading = compute_both_readings(limit, start, OFFICE, moves=moves)
    assert start < reading.target <= reading.due


@given(starts, st.sampled_from(LIMITS), st.integers(0, 40), st.integers(1, 400))
def test_a_pause_never_shortens_a_limit(start: datetime, limit: str, after: int, hours: int) -> None:
    """A pause within a limit never shortens it, and a pause after its end changes nothing."""
    began = start + timedelta(days=after)
    plain = compute_both_readings(limit, start, OFFICE)
    paused = compute_both_readings(limit, start, OFFICE, waits=[Wait(start=began, end=began + timedelta(hours=hours))])
    assert paused.due >= plain.due
    assert paused.target <= paused.due
    if began > plain.due:
        assert paused == plain


def test_a_pause_is_counted_in_the_limits_own_unit() -> None:
    """A pause from Friday noon to Monday noon extends a limit by three days, one working day or 72 hours, depending on
    its unit.
    """
    waits = [Wait(start=noon_on("2026-11-06"), end=noon_on("2026-11-09"))]
    assert (
        target_and_due_day(compute_both_readings("20d", noon_on("2026-11-04"), OFFICE, waits=waits))[1] == "2026-11-27"
    )
    assert (
        target_and_due_day(compute_both_readings("3wd", noon_on("2026-11-04"), OFFICE, waits=waits))[1] == "2026-11-10"
    )
    assert compute_both_readings("72h", noon_on("2026-11-05"), OFFICE, waits=waits).due == noon_on("2026-11-11")


@pytest.mark.parametrize("limit", LIMITS)
def test_only_waiting_after_the_start_counts(limit: str) -> None:
    """A pause before the limit's start or without an end changes nothing; of a pause across the start, only the part
    after it counts.
    """
    start = noon_on("2026-11-04")
    plain = compute_both_readings(limit, start, OFFICE)
    over = Wait(start=noon_on("2026-10-01"), end=noon_on("2026-10-20"))
    unfinished = Wait(start=noon_on("2026-11-05"))
    assert compute_both_readings(limit, start, OFFICE, waits=[over, unfinished]) == plain
    between = Wait(start=noon_on("2026-10-01"), end=noon_on("2026-11-05"))
    within = Wait(start=start, end=noon_on("2026-11-05"))
    assert (
        compute_both_readings(limit, start, OFFICE, waits=[between])
        == compute_both_readings(limit, start, OFFICE, waits=[within])
        != plain
    )


def test_a_wait_counts_if_it_began_in_time() -> None:
    """A pause counts if it began by the last day of a limit in days, or before the last moment of a limit in hours."""
    friday = noon_on("2026-11-06")
    monday = noon_on("2026-11-09")
    last_day = Wait(start=friday, end=monday)
    assert (
        target_and_due_day(compute_both_readings("2d", noon_on("2026-11-04"), OFFICE, waits=[last_day]))[1]
        == "2026-11-09"
    )
    assert (
        target_and_due_day(compute_both_readings("1d", noon_on("2026-11-04"), OFFICE, waits=[last_day]))[1]
        == "2026-11-05"
    )
    assert compute_both_readings("48h", noon_on("2026-11-04"), OFFICE, waits=[last_day]).due == friday
    assert compute_both_readings("24h", noon_on("2026-11-04"), OFFICE, waits=[last_day]).due == noon_on("2026-11-05")
    assert compute_both_readings("49h", noon_on("2026-11-04"), OFFICE, waits=[last_day]).due == monday + timedelta(
        hours=1
    )


def test_a_limit_is_a_number_and_a_unit() -> None:
    """A limit is a number with a unit; anything else is refused with an error that shows valid limits."""
    assert parse_limit("24h") == (24, "h")
    assert parse_limit("3wd") == (3, "wd")
    for text in ("", "h", "24", "24x", "24 h", "24hd", "-1d", "12345d"):
        with pytest.raises(BadInput, match=f"{text!r} isn't a valid time limit: write it like 24h, 7d, 3wd or 2m."):
            parse_limit(text)


def test_reading_takes_keyword_arguments_only() -> None:
    """The target and the due moment of a limit can only be passed by name, so that they can't be confused."""
    with pytest.raises(TypeError):
        Reading(noon_on("2026-11-04"), noon_on("2026-11-05"))  # type: ignore[call-arg]
