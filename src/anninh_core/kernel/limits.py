"""Computation of the end of a legal time limit by two readings of the law: the earlier is a target, the later is
binding.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from attrs import frozen

from anninh_core.kernel.dates import add_months, end_of_day, local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.worktime import WorkCalendar

_LIMIT_PATTERN = re.compile(r"(\d{1,4})(h|d|wd|m)")
_ONE_DAY = timedelta(days=1)


class Pause(Protocol):
    """A time span that doesn't count towards a limit."""

    @property
    def start(self) -> datetime:
        """Start of the pause."""
        ...

    @property
    def end(self) -> datetime | None:
        """End of the pause; None while it lasts."""
        ...


@frozen(kw_only=True)
class Reading:
    """The end of a time limit by both readings of the law.

    Attributes:
        target: the earlier reading: the start day counts, doubtful days off count as working days, and the end isn't
            moved.
        due: the binding limit: counting begins on the next day (Civil Code, art. 147), doubtful days count as days off,
            and a movable limit ends on a working day.
        leaves_calendar: whether the limit extends beyond the calendar's known holidays.
    """

    target: datetime
    due: datetime
    leaves_calendar: bool = False


def compute_due(limit: str, start: datetime, calendar: WorkCalendar) -> datetime:
    """Return the last moment of a time limit: `24h`, `7d`, `3wd` (working days) or `2m` (months). An end on a day off
    isn't moved to a working day.

    Limits in days and months end at 24:00 Vietnam time of their last day (Criminal Procedure Code, art. 134), counted
    from the day after the start (Civil Code, art. 147).
    """
    return compute_both_readings(limit, start, calendar).due


def compute_both_readings(
    limit: str, start: datetime, calendar: WorkCalendar, *, moves: bool = False, waits: Sequence[Pause] = ()
) -> Reading:
    """Return the end of a time limit by both readings of the law.

    Args:
        limit: `24h`, `7d`, `3wd` (working days) or `2m` (months).
        start: start of the count.
        moves: whether an end on a day off moves to the next working day.
        waits: pauses that don't count; a pause that began after the limit's end has no effect. A pause extends a limit
            in hours by its duration, a limit in days or months by its days, a limit in working days by its working
            days.
    """
    number, unit = parse_limit(limit)
    if unit == "h":
        last_moment = _add_paused_time(start + timedelta(hours=number), start, waits)
        return Reading(target=last_moment, due=last_moment)
    first_day = local_date(start)
    last_day = _add_paused_days(_last_day(first_day, number, unit, calendar), unit, start, calendar, waits)
    early_day = _add_paused_days(
        _last_day(first_day, number, unit, calendar, early=True), unit, start, calendar, waits, doubtful=True
    )
    if moves:
        last_day = calendar.next_working_day_or_same(last_day)
    leaves_calendar = (moves or unit == "wd") and not calendar.covers_day(last_day)
    return Reading(
        target=_end_of_day(min(early_day, last_day)), due=_end_of_day(last_day), leaves_calendar=leaves_calendar
    )


@lru_cache(256)
def parse_limit(limit: str) -> tuple[int, str]:
    """Return the number and the unit of a time limit such as `7d`.

    Raises:
        BadInput: invalid syntax.
    """
    match = _LIMIT_PATTERN.fullmatch(limit)
    if match is None:
        raise BadInput("{text!r} isn't a valid time limit: write it like 24h, 7d, 3wd or 2m.", text=limit)
    return int(match[1]), match[2]


def find_last_day(moment: datetime) -> date:
    """Return the last day of a time limit that ends at `moment`; 24:00 belongs to the day that it ends."""
    return local_date(moment - datetime.resolution)


def find_day_ending_at(moment: datetime) -> date | None:
    """Return the day that ends at a moment in Vietnam, or None if the moment is within a day."""
    last_day = find_last_day(moment)
    return None if last_day == local_date(moment) else last_day


def _last_day(first_day: date, number: int, unit: str, calendar: WorkCalendar, *, early: bool = False) -> date:
    """Return the last day of a limit by the earlier or the later reading; months end on the same date in both (BLTTHS
    art. 134).
    """
    if unit == "m":
        return add_months(first_day, number)
    before = first_day - _ONE_DAY if early else first_day
    if unit == "d":
        return before + timedelta(days=number)
    return calendar.add_working_days(before, number, doubtful=early)


def _add_paused_time(last_moment: datetime, start: datetime, waits: Sequence[Pause]) -> datetime:
    for began, ended in _list_finished_pauses(start, waits):
        if began >= last_moment:
            break
        last_moment += ended - began
    return last_moment


def _add_paused_days(
    last_day: date,
    unit: str,
    start: datetime,
    calendar: WorkCalendar,
    waits: Sequence[Pause],
    *,
    doubtful: bool = False,
) -> date:
    for began, ended in _list_finished_pauses(start, waits):
        first, last = local_date(began), local_date(ended)
        if first > last_day:
            break
        if unit == "wd":
            waited = calendar.count_working_days(first, last, doubtful=doubtful)
            last_day = calendar.add_working_days(last_day, waited, doubtful=doubtful)
        else:
            last_day += last - first
    return last_day


def _list_finished_pauses(start: datetime, waits: Sequence[Pause]) -> list[tuple[datetime, datetime]]:
    """Return the finished pauses of a time limit, without the part before its start."""
    return [(max(wait.start, start), wait.end) for wait in waits if wait.end is not None and wait.end > start]


@lru_cache(1024)
def _end_of_day(day: date) -> datetime:
    """Return the end of a day, in UTC; cached because tips of one day share their deadlines."""
    return end_of_day(day).astimezone(UTC)
