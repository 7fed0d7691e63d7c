"""Calendar months, as used for figures."""

from datetime import date

import pytest

from anninh_core import Month


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (Month(2024, 2), date(2024, 2, 1), date(2024, 2, 29)),
        (Month(2021, 2), date(2021, 2, 1), date(2021, 2, 28)),
        (Month.of(date(2021, 12, 31)), date(2021, 12, 1), date(2021, 12, 31)),
    ],
)
def test_a_month_has_its_first_and_last_day(month: Month, first: date, last: date) -> None:
    """A month has its first and last day, also in leap years."""
    assert (month.first, month.last) == (first, last)


def test_months_are_added_and_sorted_across_years() -> None:
    """Months are added across years in both directions, sort like pairs of year and month, and are written as
    2021-09.
    """
    assert Month(2021, 11).plus(2) == Month(2022, 1)
    assert Month(2021, 1).plus(-1) == Month(2020, 12)
    assert min(Month(2021, 2), Month(2020, 12)) == (2020, 12)
    assert str(Month(2021, 9)) == "2021-09"
