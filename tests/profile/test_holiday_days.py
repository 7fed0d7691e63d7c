"""Days off that the program expects, and the days off of the shipped calendars compared with the data set."""

import sys
import tomllib
from datetime import date, timedelta
from importlib.metadata import version

import pytest

from anninh_core.kernel.errors import BadInput, MissingExtra
from anninh_core.profile.holiday_days import find_expected_days_off
from anninh_core.profile.loader import load_profile

DECIDED = {"hoa_lu_2021": range(2021, 2027), "hai_cap_2025": range(2025, 2027)}
ANNOUNCED_LATE = {date(2026, 1, 2): date(2026, 1, 10)}
"""Days off that are missing in the data set -> the Saturday that is worked instead."""


@pytest.mark.parametrize(
    ("year", "tet"), [(2027, "2027-02-06"), (2028, "2028-01-26"), (2029, "2029-02-13"), (2030, "2030-02-02")]
)
def test_tet_of_coming_years(year: int, tet: str) -> None:
    """The expected days off contain the first day of the lunar year and the days around it."""
    first = date.fromisoformat(tet)
    days = find_expected_days_off(year).days
    assert days[first] == "Tết Nguyên Đán"
    assert {first + timedelta(days=n) for n in range(-1, 4)} <= days.keys()


@pytest.mark.parametrize(("profile", "year"), [(name, year) for name, years in DECIDED.items() for year in years])
def test_decided_days_agree_with_the_data_set(profile: str, year: int) -> None:
    """Each decided year has the days off and the worked Saturdays of the data set, and those announced late."""
    calendar = load_profile(profile).calendar
    expected = find_expected_days_off(year)
    late = {day: saturday for day, saturday in ANNOUNCED_LATE.items() if day.year == year}
    assert {day for day in calendar.holidays if day.year == year} == expected.days.keys() | late.keys()
    assert {day for day in calendar.swapped if day.year == year} == {*expected.swapped, *late.values()}
    assert not [day for day in calendar.provisional if day.year == year]


@pytest.mark.parametrize("profile", [*DECIDED, "ninh_binh_2026"])
def test_the_new_year_of_2026(profile: str) -> None:
    """Friday 2 January 2026 is off, and Saturday 10 January is worked instead, with the hours of a weekday."""
    calendar = load_profile(profile).calendar
    assert not calendar.is_working_day(date(2026, 1, 2))
    assert calendar.is_working_day(date(2026, 1, 10))
    assert calendar.add_working_days(date(2025, 12, 31), 6) == date(2026, 1, 10)


@pytest.mark.parametrize("profile", DECIDED)
def test_coming_years_are_provisional(profile: str) -> None:
    """The days off of 2027 and 2028 are provisional, and the calendar ends with 2028."""
    calendar = load_profile(profile).calendar
    expected = {day for year in (2027, 2028) for day in find_expected_days_off(year).days}
    assert calendar.provisional == expected
    assert calendar.until == date(2028, 12, 31)
    assert calendar.provisional_checked_on == date(2026, 12, 1)
    assert not {day.year for day in calendar.holidays} & {2027, 2028}


def test_toml_fits_a_calendar() -> None:
    """Expected days off are written as TOML for a profile's calendar, with source and version."""
    table = tomllib.loads(find_expected_days_off(2027).to_toml())
    assert table["provisional"] == [*find_expected_days_off(2027).days]
    assert table["provisional_source"] == f"holidays {version('holidays')}"
    assert table["until"] == date(2027, 12, 31)


@pytest.mark.parametrize(("year", "words"), [(2026, "2026-08-22"), (2027, "knows of no Saturday")])
def test_worked_saturdays_are_listed(year: int, words: str) -> None:
    """The TOML names a Saturday that is worked for a day off, or states that the data set has none for the year."""
    assert words in find_expected_days_off(year).to_toml()


def test_year_outside_data_set_is_refused() -> None:
    """A year outside the data set is refused."""
    with pytest.raises(BadInput, match="year 1066"):
        find_expected_days_off(1066)


def test_missing_data_set_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the data set, the error names the extra to install."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtra, match=r"anninh\[calendar\]"):
        find_expected_days_off(2027)
