from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.dates import (
    VIETNAM,
    Period,
    add_months,
    document_date,
    document_number,
    end_of_day,
    last_day_before,
    local_date,
    number_vi,
    percent_vi,
    require_past_moment,
    short_date,
    short_moment,
    vietnam_time,
)
from anninh_core.kernel.errors import BadInput

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
PERIODS = st.tuples(DAYS, st.integers(0, 1500)).map(lambda p: Period(p[0], p[0] + timedelta(days=p[1])))


def test_the_day_changes_at_midnight_in_vietnam() -> None:
    """17:00 UTC belongs to the next day in Vietnam."""
    assert local_date(datetime(2021, 2, 3, 16, 59, tzinfo=UTC)) == date(2021, 2, 3)
    assert local_date(datetime(2021, 2, 3, 17, 0, tzinfo=UTC)) == date(2021, 2, 4)
    assert vietnam_time(datetime(2021, 2, 3, 17, 0, tzinfo=UTC)).isoformat() == "2021-02-04T00:00:00+07:00"


def test_a_time_without_zone_is_refused() -> None:
    """A time without zone is refused with an error that shows the time."""
    with pytest.raises(BadInput, match="2021-02-03T08:00:00 has no time zone"):
        local_date(datetime(2021, 2, 3, 8))  # noqa: DTZ001  naive on purpose


def test_a_day_ends_at_24_00() -> None:
    """The end of a day is the midnight after it."""
    assert end_of_day(date(2021, 2, 3)).isoformat() == "2021-02-04T00:00:00+07:00"


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2021, 2, 3), "ngày 03 tháng 02 năm 2021", "03/02/2021"),
        (date(2020, 3, 5), "ngày 05 tháng 3 năm 2020", "05/3/2020"),
        (date(2021, 12, 15), "ngày 15 tháng 12 năm 2021", "15/12/2021"),
        (date(2022, 1, 1), "ngày 01 tháng 01 năm 2022", "01/01/2022"),
        (date(2021, 9, 9), "ngày 09 tháng 9 năm 2021", "09/9/2021"),
    ],
)
def test_documents_pad_days_and_the_first_two_months(day: date, long: str, short: str) -> None:
    """In documents, days below ten and the first two months have leading zeros, as in Nghị định 30/2020/NĐ-CP."""
    assert document_date(day) == long
    assert short_date(day) == short


def test_moments_are_written_in_vietnamese_time() -> None:
    """Moments are written in Vietnamese time, whatever their own time zone."""
    assert short_moment(datetime(2021, 9, 1, 2, 5, tzinfo=UTC)) == "09:05 01/9/2021"


def test_document_numbers_have_two_digits_at_least() -> None:
    """Document numbers below ten get a leading zero, and number zero is refused."""
    assert [document_number(n) for n in (1, 9, 10, 138)] == ["01", "09", "10", "138"]
    with pytest.raises(BadInput, match="number 0"):
        document_number(0)


def test_before_is_strict() -> None:
    """A date "before 15 June" is 14 June at the latest."""
    assert last_day_before(date(2021, 6, 15)) == date(2021, 6, 14)


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2021, 2, 3), 2, date(2021, 4, 3)),
        (date(2026, 11, 20), 4, date(2027, 3, 20)),
        (date(2021, 12, 31), 2, date(2022, 2, 28)),
        (date(2023, 12, 30), 2, date(2024, 2, 29)),
        (date(2021, 1, 31), -2, date(2020, 11, 30)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, result: date) -> None:
    """A limit in months ends on the same day of the later month, or on that month's last day if it is shorter."""
    assert add_months(day, months) == result


@given(DAYS, st.integers(-300, 300))
def test_added_months_hit_the_month_and_clip_the_day(day: date, months: int) -> None:
    """Adding months to a date gives a date in the exact month, on the same day or on the month's last day."""
    result = add_months(day, months)
    assert (result.year - day.year) * 12 + result.month - day.month == months
    assert result.day == min(day.day, monthrange(result.year, result.month)[1])


def test_a_period_includes_both_ends() -> None:
    """The first and last day belong to a period, the days before and after it don't."""
    half = Period(date(2020, 12, 15), date(2021, 6, 14))
    assert half.contains(date(2020, 12, 15))
    assert half.contains(date(2021, 6, 14))
    assert not half.contains(date(2020, 12, 14))
    assert not half.contains(date(2021, 6, 15))
    assert half.months() == [(2020, 12), (2021, 1), (2021, 2), (2021, 3), (2021, 4), (2021, 5), (2021, 6)]


def test_a_period_splits_into_whole_months_and_edges() -> None:
    """The half-year of NĐ 09/2019 has five whole months, 17 days before and 14 after."""
    whole, edges = Period(date(2020, 12, 15), date(2021, 6, 14)).whole_months_and_edges()
    assert whole == [(2021, 1), (2021, 2), (2021, 3), (2021, 4), (2021, 5)]
    assert (len(edges), edges[0], edges[16], edges[17], edges[-1]) == (
        31,
        date(2020, 12, 15),
        date(2020, 12, 31),
        date(2021, 6, 1),
        date(2021, 6, 14),
    )


@given(PERIODS)
def test_months_and_edges_cover_the_period_exactly(period: Period) -> None:
    """Every day of a period is either in exactly one whole month or is a single day at an edge, and no other day is."""
    whole, edges = period.whole_months_and_edges()
    covered = edges + [date(y, m, d) for y, m in whole for d in range(1, monthrange(y, m)[1] + 1)]
    length = (period.end - period.start).days + 1
    assert sorted(covered) == [period.start + timedelta(days=n) for n in range(length)]
    assert {(day.year, day.month) for day in covered} == set(period.months())


def test_a_period_splits_into_whole_years_months_and_edges() -> None:
    """A long period splits into whole years, the whole months before and after them, and the days around those."""
    years, months, edges = Period(date(2018, 11, 30), date(2021, 2, 1)).whole_years_months_and_edges()
    assert years == [2019, 2020]
    assert months == [(2018, 12), (2021, 1)]
    assert edges == [date(2018, 11, 30), date(2021, 2, 1)]


@given(PERIODS)
def test_years_months_and_edges_cover_the_period_exactly(period: Period) -> None:
    """Splitting a period gives years with exactly their own months, and splits no whole year of the period into
    months.
    """
    years, months, edges = period.whole_years_months_and_edges()
    assert (sorted(months + [(y, m) for y in years for m in range(1, 13)]), edges) == period.whole_months_and_edges()
    inside = [y for y in range(period.start.year, period.end.year + 1) if period.contains(date(y, 1, 1))]
    assert years == [y for y in inside if period.contains(date(y, 12, 31))]


def test_an_upside_down_period_is_refused() -> None:
    """A period can't end before it starts."""
    with pytest.raises(BadInput, match="2021-06-14 before it starts on 2021-06-15"):
        Period(date(2021, 6, 15), date(2021, 6, 14))


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ((date(2020, 12, 15), date(2021, 6, 14)), (date(2019, 12, 15), date(2020, 6, 14))),
        ((date(2025, 2, 1), date(2025, 2, 28)), (date(2024, 2, 1), date(2024, 2, 29))),
        ((date(2024, 2, 1), date(2024, 2, 29)), (date(2023, 2, 1), date(2023, 2, 28))),
        ((date(2024, 2, 28), date(2024, 2, 28)), (date(2023, 2, 28), date(2023, 2, 28))),
    ],
)
def test_a_year_before_is_the_same_period(period: tuple[date, date], before: tuple[date, date]) -> None:
    """The same period a year before keeps whole months whole, also across leap years, and keeps the dates of other
    days.
    """
    assert Period(*period).a_year_before() == Period(*before)


@given(PERIODS)
def test_a_year_before_always_exists(period: Period) -> None:
    """Every period has a same period a year before, of equal length except for leap days."""
    earlier = period.a_year_before()
    assert earlier.start < period.start
    assert abs((earlier.end - earlier.start) - (period.end - period.start)) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [
        (0, 0, "0"),
        (1234567, 0, "1.234.567"),
        (-1234.5, 1, "-1.234,5"),
        (0.5, 0, "1"),
        (2.675, 2, "2,68"),
        (-0.4, 0, "0"),
        (Decimal("1234.5"), 2, "1.234,50"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(x: Decimal | float, digits: int, text: str) -> None:
    """Numbers are written with points between thousands and a comma before decimals; halves are rounded up, and zero
    has no minus.
    """
    assert number_vi(x, digits) == text


@pytest.mark.parametrize("x", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_nan_and_infinity_are_refused(x: Decimal | float) -> None:
    """NaN and infinity are refused with an error that names the value."""
    with pytest.raises(BadInput, match=r"(?i)nan|inf"):
        number_vi(x)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "33,3%"),
        (1, 2, "50%"),
        (0, 5, "0%"),
        (199, 200, "99,5%"),
        (20, 1, "2.000%"),
    ],
)
def test_percentages_have_at_most_one_decimal(part: int, whole: int, text: str) -> None:
    """A percentage is rounded to one decimal, and the decimal is omitted if it is zero."""
    assert percent_vi(part, whole) == text


def test_percentage_of_zero_is_none() -> None:
    """A percentage of zero is None."""
    assert percent_vi(3, 0) is None
    assert percent_vi(1, 3, digits=0) == "33%"


def test_future_moment_is_refused() -> None:
    """A moment up to now is accepted in any time zone; a later moment is refused with an error that has both times."""
    now = datetime(2021, 9, 1, 1, tzinfo=UTC)
    for moment in (now, now.astimezone(VIETNAM), now - timedelta(microseconds=1), now - timedelta(days=400)):
        assert require_past_moment(moment, now) is moment
    with pytest.raises(
        BadInput, match=r"2021-09-01 08:00 is in the future \(now it is 2021-09-01 08:00\): enter a time that has"
    ):
        require_past_moment((now + timedelta(microseconds=1)).astimezone(VIETNAM), now)
    with pytest.raises(BadInput, match="no time zone"):
        require_past_moment(datetime(2021, 8, 1), now)  # noqa: DTZ001  naive on purpose


def test_a_single_day_is_a_period() -> None:
    """A period of a single day splits into this day alone; a period is a whole month only if it has all its days."""
    assert Period(date(2021, 6, 15), date(2021, 6, 15)).whole_months_and_edges() == ([], [date(2021, 6, 15)])
    assert Period(date(2021, 1, 1), date(2021, 1, 31)).whole_months_and_edges() == ([(2021, 1)], [])
    assert Period(date(2021, 1, 1), date(2021, 1, 30)).whole_months_and_edges()[0] == []
    assert Period(date(2021, 1, 2), date(2021, 1, 31)).whole_months_and_edges()[0] == []


def test_eleven_months_are_no_whole_year() -> None:
    """A period of fewer than twelve months is no whole year."""
    period = Period(date(2020, 1, 1), date(2020, 11, 30))
    assert period.whole_years_months_and_edges() == ([], [(2020, month) for month in range(1, 12)], [])
    assert Period(date(2020, 1, 1), date(2020, 12, 31)).whole_years_months_and_edges() == ([2020], [], [])


@pytest.mark.parametrize(
    ("part", "whole", "digits", "text"),
    [
        (1, 8, 2, "12,5%"),
        (1, 8, 1, "12,5%"),
        (1, 8, 0, "13%"),
        (1, 1000, 1, "0,1%"),
        (1, 3000, 1, "0%"),
        (10, 1, 0, "1.000%"),
        (100, 1, 1, "10.000%"),
        (-1, 8, 1, "-12,5%"),
        (0.1, 0.3, 2, "33,33%"),
    ],
)
def test_percentages_drop_trailing_decimal_zeros(part: float, whole: float, digits: int, text: str) -> None:
    """A percentage drops trailing zeros after the comma, but keeps zeros before it."""
    assert percent_vi(part, whole, digits) == text
