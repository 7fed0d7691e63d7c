"""Days, periods and numbers in the notation of Vietnamese offices."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from attrs import frozen

from anninh_core.kernel.errors import BadInput

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_ONE_DAY = timedelta(days=1)
_MOMENTS = 256  # Number of moments to cache: a call asks for the same few days repeatedly.
_VIETNAMESE_SIGNS = str.maketrans(",.", ".,")


def vietnam_time(moment: datetime) -> datetime:
    """Return the same moment in Vietnamese time.

    Raises:
        BadInput: `moment` has no time zone.
    """
    if moment.utcoffset() is None:
        raise BadInput("{time} has no time zone: add one, as in 2021-09-18T08:00+07:00.", time=moment)
    return moment.astimezone(VIETNAM)


@lru_cache(_MOMENTS)
def local_date(moment: datetime) -> date:
    """Return the day in Vietnam at a moment.

    Raises:
        BadInput: `moment` has no time zone.
    """
    return vietnam_time(moment).date()


def require_past_moment(moment: datetime, now: datetime) -> datetime:
    """Return `moment` if it isn't in the future.

    Raises:
        BadInput: `moment` is after `now`, or has no time zone.
    """
    if vietnam_time(moment) > now:
        raise BadInput("{time} is in the future (now it is {now}): enter a time that has passed.", time=moment, now=now)
    return moment


def end_of_day(day: date) -> datetime:
    """Return 24:00 of a day in Vietnam, the end of a limit that is set in days or months (BLTTHS art. 134)."""
    return datetime.combine(day + _ONE_DAY, time.min, VIETNAM)


def last_day_before(day: date) -> date:
    """Return the last day in time for something due "before" a day; "before" excludes the day itself."""
    return day - _ONE_DAY


def add_months(day: date, months: int) -> date:
    """Return the same day some months later (earlier if negative), or that month's last day if it is shorter.

    Source: BLTTHS art. 134.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


class Month(NamedTuple):
    """A calendar month: `Month.of(app.today)` is the current month, `Month(2021, 9)` September 2021."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month of a day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """First day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Last day of the month."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> "Month":
        """Return the month that is `months` later, or earlier if negative."""
        return Month.of(add_months(self.first, months))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


@frozen
class Period:
    """A period of days from `start` to `end`, both included.

    Raises:
        BadInput: the end is before the start.
    """

    start: date
    end: date

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise BadInput(
                "A period can't end on {end} before it starts on {start}: swap the two days.",
                end=self.end,
                start=self.start,
            )

    def contains(self, day: date) -> bool:
        """Return whether a day belongs to the period."""
        return self.start <= day <= self.end

    def months(self) -> list[Month]:
        """Return the months the period touches, in order."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.start, self.end))
        return [Month(n // 12, n % 12 + 1) for n in range(first, last + 1)]

    def whole_months_and_edges(self) -> tuple[list[Month], list[date]]:
        """Split the period into the months it covers wholly and the single days around them, both in order."""
        whole_months: list[Month] = []
        edges: list[date] = []
        for month in self.months():
            if self.contains(month.first) and self.contains(month.last):
                whole_months.append(month)
            else:
                edges += _date_range(max(month.first, self.start), min(month.last, self.end))
        return whole_months, edges

    def whole_years_months_and_edges(self) -> tuple[list[int], list[Month], list[date]]:
        """Split the period into whole years, the remaining whole months and the remaining days, all in order."""
        months, edges = self.whole_months_and_edges()
        years = [year for year, number in Counter(year for year, _ in months).items() if number == 12]
        return years, [month for month in months if month.year not in years], edges

    def a_year_before(self) -> "Period":
        """Return the same period one year earlier; if it ends on the last day of a month, so does the result, also in
        February.
        """
        end = add_months(self.end, -12)
        if self.end == Month.of(self.end).last:
            end = Month.of(end).last
        return Period(add_months(self.start, -12), end)


def _date_range(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def document_date(day: date) -> str:
    """Return a date as written in documents, `ngày 03 tháng 02 năm 2021`.

    Days below 10 and months 1 and 2 get a zero, months 3 to 9 don't (Nghị định 30/2020/NĐ-CP, Appendix I).
    """
    return f"ngày {day.day:02} tháng {_format_month(day)} năm {day.year}"


def short_date(day: date) -> str:
    """Return a date as written in running text, `03/02/2021` or `05/3/2020`; zeros as in `document_date`."""
    return f"{day.day:02}/{_format_month(day)}/{day.year}"


def short_moment(moment: datetime) -> str:
    """Return time and day in Vietnam as written in running text, `09:05 05/3/2020`.

    Raises:
        BadInput: `moment` has no time zone.
    """
    local = vietnam_time(moment)
    return f"{local:%H:%M} {short_date(local.date())}"


def _format_month(day: date) -> str:
    return f"{day.month:02}" if day.month <= 2 else str(day.month)


def document_number(n: int) -> str:
    """Return the number of a document in its series, with a zero below 10; series start at 1 each year."""
    if n < 1:
        raise BadInput("A document can't have the number {number}: use 1 or more.", number=n)
    return f"{n:02}"


def number_vi(x: Decimal | float, digits: int = 0) -> str:
    """Return a number with `.` between thousands and `,` before `digits` decimals, halves rounded away from zero."""
    exact = Decimal(str(x))
    if not exact.is_finite():
        raise BadInput("{number} can't be printed as a number: check how it was computed.", number=x)
    with localcontext(rounding=ROUND_HALF_UP):
        return f"{exact:z,.{digits}f}".translate(_VIETNAMESE_SIGNS)


def percent_vi(part: Decimal | float, whole: Decimal | float, digits: int = 1) -> str | None:
    """Return a share as `12,5%`, or `50%` if the decimals are zero; None if `whole` is zero (no basis)."""
    if not whole:
        return None
    text = number_vi(Decimal(str(part)) * 100 / Decimal(str(whole)), digits)
    return f"{text.rstrip('0').rstrip(',') if ',' in text else text}%"
