from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.dates import VIETNAM, add_months
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.worktime import TimeBlock, WorkCalendar, add_days_24h

OFFICE_HOURS: tuple[TimeBlock, ...] = ((time(7, 30), time(11, 30)), (time(13), time(17)))
WEEK = dict.fromkeys(range(5), OFFICE_HOURS)
HOLIDAYS = frozenset(
    [
        *(date(2021, 2, day) for day in range(10, 17)),  # Tết Tân Sửu, the lunar new year of 2021
        date(2021, 4, 30),
        date(2021, 5, 3),  # This Monday is off for 1 May, a Saturday.
        *(date(2026, 2, day) for day in range(16, 21)),  # Tết Bính Ngọ, the lunar new year of 2026
        date(2026, 8, 31),  # This Monday is swapped with Saturday 22 August.
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2026, 11, 24),  # Vietnam's day of culture (Ngày Văn hóa Việt Nam)
    ],
)
OFFICE = WorkCalendar(weekly=WEEK, holidays=HOLIDAYS, swapped=frozenset([date(2026, 8, 22)]))
DUTY = WorkCalendar(always_on=True)
NIGHT = WorkCalendar(weekly={5: ((time(18), time.min),), 6: ((time.min, time(6)),)})
MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2026, 12, 31), timezones=st.sampled_from([UTC, VIETNAM]))  # noqa: DTZ001


def vietnam_time(day: int, hour: int, minute: int = 0, month: int = 2) -> datetime:
    return datetime(2021, month, day, hour, minute, tzinfo=VIETNAM)


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
def test_legal_limits_end_on_the_right_day(received: str, last_days: str) -> None:
    """Limits of 3 working days, 7 and 20 days, and 2 and 4 months end on the right day across Tết, weekends and swapped
    days.
    """
    day = date.fromisoformat(received)
    noon = datetime.combine(day, time(12), VIETNAM)
    limits = [OFFICE.add_working_days(day, 3)]
    limits += [add_days_24h(noon, days).date() - timedelta(days=1) for days in (7, 20)]
    limits += [add_months(day, months) for months in (2, 4)]
    assert " ".join(map(str, limits)) == last_days


def test_a_limit_in_days_counts_from_the_day_in_vietnam() -> None:
    """A limit in days counts from the day in Vietnam, where 17:30 UTC is the next day."""
    assert add_days_24h(datetime(2021, 2, 3, 17, 30, tzinfo=UTC), 1).isoformat() == "2021-02-06T00:00:00+07:00"


def test_weekends_holidays_and_swaps_are_respected() -> None:
    """A swapped Saturday is a working day, its Monday and holidays are not; a duty calendar has no days off."""
    assert OFFICE.is_working_day(date(2021, 2, 9))
    assert not OFFICE.is_working_day(date(2021, 2, 10))
    assert not OFFICE.is_working_day(date(2021, 2, 20))
    assert OFFICE.is_working_day(date(2026, 8, 22))
    assert not OFFICE.is_working_day(date(2026, 8, 31))
    assert DUTY.is_working_day(date(2021, 2, 14))


def test_provisional_days_are_off_unless_doubted() -> None:
    """A provisional day off counts as off, or as worked with `doubtful`; a decided holiday is always off."""
    calendar = WorkCalendar(weekly=WEEK, holidays=HOLIDAYS, provisional=frozenset([date(2027, 2, 5)]))
    thursday = date(2027, 2, 4)
    assert calendar.add_working_days(thursday, 1) == date(2027, 2, 8)
    assert calendar.add_working_days(thursday, 1, doubtful=True) == date(2027, 2, 5)
    assert calendar.count_working_days(thursday, date(2027, 2, 8)) == 1
    assert calendar.count_working_days(thursday, date(2027, 2, 8), doubtful=True) == 2
    assert calendar.count_working_days(thursday, thursday) == 0
    assert not calendar.is_working_day(date(2021, 2, 10), doubtful=True)


def test_calendar_covers_days_until_its_end() -> None:
    """A calendar covers the days up to `until`, or all days without it or for duty."""
    ends = WorkCalendar(weekly=WEEK, until=date(2026, 12, 31))
    assert ends.covers_day(date(2026, 12, 31))
    assert not ends.covers_day(date(2027, 1, 1))
    assert OFFICE.covers_day(date.max)
    assert WorkCalendar(always_on=True, until=date(2020, 1, 1)).covers_day(date(2027, 1, 1))


@pytest.mark.parametrize("days", range(-2, 5))
def test_the_day_of_the_start_is_not_counted(days: int) -> None:
    """The count of working days excludes the start day, and is 0 if the end is before the start."""
    start = date(2021, 2, 10)
    assert DUTY.count_working_days(start, start + timedelta(days=days)) == max(days, 0)


@pytest.mark.parametrize(("day", "worked"), [(date(2021, 2, 9), 9), (date(2021, 2, 10), 17), (date(2021, 2, 20), 22)])
def test_working_day_from_returns_the_next_one(day: date, worked: int) -> None:
    """`next_working_day_or_same` returns a working day itself, and otherwise the next one."""
    assert OFFICE.next_working_day_or_same(day) == date(2021, 2, worked)


def test_no_working_days_is_the_day_itself() -> None:
    """Adding no working days returns the same day, even a Sunday."""
    assert OFFICE.add_working_days(date(2021, 2, 7), 0) == date(2021, 2, 7)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (vietnam_time(3, 8), 2, vietnam_time(3, 10)),
        (vietnam_time(3, 11), 1, vietnam_time(3, 13, 30)),
        (vietnam_time(3, 6), 4, vietnam_time(3, 11, 30)),
        (vietnam_time(3, 16, 30), 0.5, vietnam_time(3, 17)),
        (vietnam_time(5, 16, 30), 1, vietnam_time(8, 8)),
        (vietnam_time(9, 16), 2, vietnam_time(17, 8, 30)),
        (vietnam_time(7, 12), 0, vietnam_time(7, 12)),
    ],
)
def test_working_hours_skip_time_off(start: datetime, hours: float, end: datetime) -> None:
    """Working hours skip noon, nights, weekends and Tết."""
    assert OFFICE.add_working_hours(start, hours) == end


def test_duty_counts_every_hour() -> None:
    """On a duty calendar 24 working hours are one day, and results are in Vietnamese time."""
    assert DUTY.add_working_hours(datetime(2021, 2, 12, 20, tzinfo=UTC), 24).isoformat() == "2021-02-14T03:00:00+07:00"
    assert DUTY.count_working_seconds(vietnam_time(12, 3), vietnam_time(14, 3)) == 2 * 86_400


def test_a_block_may_end_at_midnight() -> None:
    """A night shift of two blocks continues across 24:00."""
    assert NIGHT.add_working_hours(vietnam_time(6, 17), 8) == vietnam_time(7, 2)
    assert NIGHT.count_working_seconds(vietnam_time(6, 0), vietnam_time(8, 0)) == 12 * 3600


def test_a_swapped_day_has_hours() -> None:
    """A worked Saturday has the hours of the week's first working day; a worked holiday has the hours of its
    weekday.
    """
    saturday = date(2021, 2, 6)
    monday = date(2021, 2, 8)
    calendar = WorkCalendar(
        weekly={0: ((time(8), time(12)),), 1: OFFICE_HOURS},
        holidays=frozenset([monday]),
        swapped=frozenset([saturday, monday]),
    )
    assert calendar.count_working_seconds(vietnam_time(6, 0), vietnam_time(7, 0)) == 4 * 3600
    assert calendar.count_working_seconds(vietnam_time(8, 0), vietnam_time(9, 0)) == 4 * 3600


def test_working_time_is_cut_at_both_ends() -> None:
    """The working time between two moments counts only the parts of blocks between them."""
    assert OFFICE.count_working_seconds(vietnam_time(3, 8), vietnam_time(3, 8)) == 0
    assert OFFICE.count_working_seconds(vietnam_time(3, 9), vietnam_time(3, 14)) == 3.5 * 3600
    assert OFFICE.count_working_seconds(vietnam_time(3, 11, 45), vietnam_time(3, 12)) == 0


@given(MOMENTS, st.integers(0, 120))
def test_hours_added_are_hours_counted(moment: datetime, hours: int) -> None:
    """The working time from a moment to the result of adding hours equals the added hours."""
    for calendar in (OFFICE, DUTY, NIGHT):
        assert calendar.count_working_seconds(moment, calendar.add_working_hours(moment, hours)) == hours * 3600


@given(st.dates(date(2021, 1, 1), date(2026, 12, 31)), st.integers(1, 30))
def test_as_many_working_days_pass_as_were_added(start: date, days: int) -> None:
    """Adding working days gives a working day, with exactly that many working days up to it."""
    end = OFFICE.add_working_days(start, days)
    following_days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(OFFICE.is_working_day, following_days)) == days
    assert OFFICE.is_working_day(end)


@pytest.mark.parametrize(
    ("weekly", "complaint"),
    [
        ({}, "without working hours"),
        ({0: ()}, "without working hours"),
        ({7: OFFICE_HOURS}, r"doesn't exist: use 0 \(Monday\) to 6 \(Sunday"),
        ({-1: OFFICE_HOURS}, r"doesn't exist: use 0 \(Monday\) to 6 \(Sunday"),
        ({0: ((time(9), time(9)),)}, r"0 is Monday\) are empty, overlap or are in the wrong order"),
        ({0: ((time(17), time(8)),)}, r"0 is Monday\) are empty, overlap or are in the wrong order"),
        ({2: ((time(18), time(0, 1)),)}, r"0 is Monday\) are empty, overlap or are in the wrong order"),
        (
            {0: ((time(13), time(17)), (time(8), time(12)))},
            r"0 is Monday\) are empty, overlap or are in the wrong order",
        ),
        (
            {0: ((time(8), time(12)), (time(11), time(17)))},
            r"0 is Monday\) are empty, overlap or are in the wrong order",
        ),
    ],
)
def test_invalid_working_hours_are_refused(weekly: dict[int, tuple[TimeBlock, ...]], complaint: str) -> None:
    """Working hours with empty, overlapping or missing blocks are refused with an error that names them."""
    with pytest.raises(BadInput, match=complaint):
        WorkCalendar(weekly=weekly)


def test_negative_amounts_are_refused() -> None:
    """Negative amounts of days or hours, and moments in the wrong order, are refused."""
    with pytest.raises(BadInput, match="-1 days"):
        add_days_24h(vietnam_time(3, 8), -1)
    with pytest.raises(BadInput, match="days or hours can't be added: give 0 or more"):
        OFFICE.add_working_days(date(2021, 2, 3), -1)
    with pytest.raises(BadInput, match="days or hours can't be added: give 0 or more"):
        OFFICE.add_working_hours(vietnam_time(3, 8), -0.5)
    with pytest.raises(BadInput, match="swap the two"):
        OFFICE.count_working_seconds(vietnam_time(3, 9), vietnam_time(3, 8))
    with pytest.raises(BadInput, match="no time zone"):
        OFFICE.count_working_seconds(datetime(2021, 2, 3), vietnam_time(3, 8))  # noqa: DTZ001  naive on purpose


def test_blocks_may_touch() -> None:
    """A block of working hours that begins at the end of the previous block doesn't overlap it, and both count."""
    calendar = WorkCalendar(weekly={2: ((time(8), time(12)), (time(12), time.min)), 6: ((time.min, time(1)),)})
    assert calendar.count_working_seconds(vietnam_time(3, 0), vietnam_time(4, 0)) == 16 * 3600
    assert calendar.add_working_hours(vietnam_time(3, 8), 16) == vietnam_time(4, 0)
    assert calendar.add_working_hours(vietnam_time(3, 8), 16.5) == vietnam_time(7, 0, 30)


def test_hours_can_end_with_a_block() -> None:
    """Working hours that are used up at the end of a block end there, and the break after the block has no working
    time.
    """
    assert OFFICE.add_working_hours(vietnam_time(3, 7, 30), 4) == vietnam_time(3, 11, 30)
    assert OFFICE.add_working_hours(vietnam_time(3, 11, 30), 1) == vietnam_time(3, 14)
    assert OFFICE.add_working_hours(vietnam_time(3, 7, 30), 8) == vietnam_time(3, 17)
    assert OFFICE.count_working_seconds(vietnam_time(3, 11, 30), vietnam_time(3, 13)) == 0
    assert OFFICE.count_working_seconds(vietnam_time(3, 7, 30), vietnam_time(3, 17)) == 8 * 3600
    assert OFFICE.count_working_seconds(vietnam_time(3, 7, 29), vietnam_time(3, 7, 31)) == 60
    assert (
        OFFICE.count_working_seconds(
            vietnam_time(3, 8), vietnam_time(3, 8) + timedelta(seconds=1, microseconds=999_999)
        )
        == 1
    )


def test_calendar_takes_keyword_arguments_only() -> None:
    """A calendar can only be created by name, so that holidays and swapped days can't be confused."""
    with pytest.raises(TypeError):
        WorkCalendar({}, HOLIDAYS)  # type: ignore[call-arg]
