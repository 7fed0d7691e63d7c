"""Calendar of an office's working days and hours: weekly blocks, holidays, swapped days, and duty around the clock."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise, takewhile

from attrs import field, frozen

from anninh_core.kernel.dates import VIETNAM, end_of_day, local_date, vietnam_time
from anninh_core.kernel.errors import BadInput

TimeBlock = tuple[time, time]
"""Working time within a day, in Vietnamese time; an end of 00:00 means 24:00."""

_TimeSpan = tuple[datetime, datetime]
_ONE_DAY = timedelta(days=1)
_WHOLE_DAY: tuple[TimeBlock, ...] = ((time.min, time.min),)


def add_days_24h(moment: datetime, days: int) -> datetime:
    """Return the end of a limit of some calendar days: 24:00 of the last day, in Vietnam.

    The day after `moment` is the first that counts (BLTTHS art. 134, Civil Code art. 147).
    """
    _require_not_negative(days)
    return end_of_day(local_date(moment) + timedelta(days=days))


@frozen(kw_only=True)
class WorkCalendar:
    """Working time of an office.

    Attributes:
        weekly: weekday (0 is Monday) -> its blocks in order; a missing weekday is a day off.
        holidays: days off by law or decision, compensatory ones included.
        swapped: working days despite weekday or holiday. If the weekday has no blocks, the hours of the first working
            day of the week apply.
        provisional: presumed days off, not yet decided. They count as days off, except for the earlier reading of a
            limit.
        provisional_checked_on: day of their last comparison with the announcements; None if unknown.
        until: last day with known days off, decided or provisional; after it only weekdays are known.
        always_on: duty around the clock; every day is a working day.

    Raises:
        BadInput: blocks are empty or overlap, or the calendar has no working time.
    """

    weekly: Mapping[int, tuple[TimeBlock, ...]] = field(factory=dict)
    holidays: frozenset[date] = frozenset()
    swapped: frozenset[date] = frozenset()
    always_on: bool = False
    provisional: frozenset[date] = frozenset()
    provisional_checked_on: date | None = None
    until: date = date.max

    def __attrs_post_init__(self) -> None:
        for weekday, blocks in self.weekly.items():
            _check_blocks(weekday, blocks)
        if not self.always_on and not any(self.weekly.values()):
            raise BadInput("A calendar without working hours never reaches a time limit: set `weekly` or `always_on`.")

    def is_working_day(self, day: date, *, doubtful: bool = False) -> bool:
        """Return whether a day is a working day; a provisional day off counts as a working day only if `doubtful`."""
        return bool(self._find_blocks(day, doubtful=doubtful))

    def covers_day(self, day: date) -> bool:
        """Return whether the calendar covers a day; after its end only weekdays are known, no holiday."""
        return self.always_on or day <= self.until

    def add_working_days(self, start: date, days: int, *, doubtful: bool = False) -> date:
        """Return the last of `days` working days; the first is the next working day after `start`.

        With `doubtful`, provisional days off count as working days, which gives the earlier of two readings.
        """
        _require_not_negative(days)
        day = start
        for _ in range(days):
            day = self._next_working_day(day, doubtful=doubtful)
        return day

    def count_working_days(self, start: date, end: date, *, doubtful: bool = False) -> int:
        """Return the number of working days after `start` up to `end`; 0 if `end` isn't after `start`."""
        days = range(1, (end - start).days + 1)
        return sum(self.is_working_day(start + timedelta(days=n), doubtful=doubtful) for n in days)

    def next_working_day_or_same(self, day: date) -> date:
        """Return the day itself if it is a working day, else the next working day."""
        return day if self.is_working_day(day) else self._next_working_day(day)

    def add_working_hours(self, moment: datetime, hours: float) -> datetime:
        """Return the moment, in Vietnamese time, at which `hours` working hours have passed since `moment`."""
        _require_not_negative(hours)
        moment, remaining = vietnam_time(moment), timedelta(hours=hours)
        if not remaining:
            return moment
        spans = self._iter_working_spans(moment)
        start, end = next(spans)
        while end - start < remaining:
            remaining -= end - start
            start, end = next(spans)
        return start + remaining

    def count_working_seconds(self, start: datetime, end: datetime) -> int:
        """Return the whole seconds of working time between two moments.

        Raises:
            BadInput: `end` is before `start`.
        """
        start, end = vietnam_time(start), vietnam_time(end)
        if end < start:
            raise BadInput(
                "Working time can't be counted from {start} back to {end}: swap the two.", start=start, end=end
            )
        spans = takewhile(lambda span: span[0] < end, self._iter_working_spans(start))
        total = sum((min(closing, end) - opening for opening, closing in spans), timedelta())
        return total // timedelta(seconds=1)

    def _find_blocks(self, day: date, *, doubtful: bool = False) -> tuple[TimeBlock, ...]:
        if self.always_on:
            return _WHOLE_DAY
        usual = self.weekly.get(day.weekday(), ())
        if day in self.swapped:
            return usual or next(self.weekly[weekday] for weekday in sorted(self.weekly) if self.weekly[weekday])
        return () if day in self.holidays or (day in self.provisional and not doubtful) else usual

    def _next_working_day(self, day: date, *, doubtful: bool = False) -> date:
        day += _ONE_DAY
        while not self.is_working_day(day, doubtful=doubtful):
            day += _ONE_DAY
        return day

    def _iter_working_spans(self, moment: datetime) -> Iterator[_TimeSpan]:
        """Yield the spans of working time after a moment, block by block and endlessly; the first block may be cut."""
        day = moment.date()
        while True:
            for block in self._find_blocks(day):
                start, end = _build_time_span(day, block)
                if moment < end:
                    yield max(start, moment), end
            day += _ONE_DAY


def _build_time_span(day: date, block: TimeBlock) -> _TimeSpan:
    start, end = block
    last = day + _ONE_DAY if end == time.min else day
    return datetime.combine(day, start, VIETNAM), datetime.combine(last, end, VIETNAM)


def _check_blocks(weekday: int, blocks: tuple[TimeBlock, ...]) -> None:
    if weekday not in range(7):
        raise BadInput("Weekday {weekday} doesn't exist: use 0 (Monday) to 6 (Sunday).", weekday=weekday)
    spans = [_build_time_span(date.min, block) for block in blocks]
    empty = any(end <= start for start, end in spans)
    if empty or any(after[0] < before[1] for before, after in pairwise(spans)):
        written = ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in blocks)
        raise BadInput(
            "The working hours of weekday {weekday} (0 is Monday) are empty, overlap or are in the wrong "
            "order: {hours}. Correct them.",
            weekday=weekday,
            hours=written,
        )


def _require_not_negative(amount: float) -> None:
    if amount < 0:
        raise BadInput("{count} days or hours can't be added: give 0 or more.", count=amount)
