"""Legal deadlines of a tip, computed from the profile's dated deadline rules and the tip's timestamps."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from attrs import frozen

from anninh_core.kernel.dates import add_months, end_of_day, local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.vocabulary.rules import DeadlineRule

_LIMIT = re.compile(r"(\d{1,4})(h|d|wd|m)")


@frozen(kw_only=True)
class Clock:
    """One legal deadline of a tip.

    Attributes:
        rule: id of the deadline rule.
        due: the last moment in time, aware.
        met_at: when what it asks for was done, None while it runs.
    """

    rule: str
    due: datetime
    met_at: datetime | None = None

    def kept(self, now: datetime) -> bool:
        """Tell whether it was met in time, or, while it runs, whether there is time left."""
        return (self.met_at or now) <= self.due

    def running(self, at: datetime) -> bool:
        """Tell whether it was not met by a moment."""
        return self.met_at is None or self.met_at > at


def clocks_for(
    rules: tuple[DeadlineRule, ...],
    calendar: WorkCalendar,
    *,
    legal_kind: str,
    urgency: str,
    moments: Mapping[str, datetime],
) -> tuple[Clock, ...]:
    """Return the clocks that a tip of this kind and urgency has, started and met by the moments it has passed.

    Rules that wait for a decision (complex, extended) start no clock of their own.
    """
    days = {moment: local_date(at) for moment, at in moments.items()}
    return tuple(
        Clock(rule=rule.id, due=due(rule.limit, start, calendar), met_at=moments.get(rule.met_by))
        for rule in rules
        if (start := moments.get(rule.start)) is not None
        and not rule.decision
        and (not rule.legal_kinds or legal_kind in rule.legal_kinds)
        and (not rule.urgencies or urgency in rule.urgencies)
        and rule.valid_from <= days[rule.start] <= rule.valid_to
    )


def due(limit: str, start: datetime, calendar: WorkCalendar) -> datetime:
    """Return the last moment of a limit: `24h`, `7d`, `3wd` (working days) or `2m` (months).

    Limits in days and months end at 24:00 Vietnam time of their last day (Criminal Procedure Code, art. 134),
    counted from the day after the start (Civil Code, art. 147).
    """
    number, unit = _read(limit)
    if unit == "h":
        return start + timedelta(hours=number)
    first = local_date(start)
    if unit == "d":
        last = first + timedelta(days=number)
    elif unit == "wd":
        last = calendar.add_working_days(first, number)
    else:
        last = add_months(first, number)
    return _end(last)


@lru_cache(1024)
def _end(day: date) -> datetime:
    """Return the end of a day, in UTC; cached because tips of one day share their deadlines."""
    return end_of_day(day).astimezone(UTC)


@lru_cache(256)
def _read(limit: str) -> tuple[int, str]:
    """Return number and unit of a limit."""
    form = _LIMIT.fullmatch(limit)
    if form is None:
        raise BadInput(f"limit {limit!r} is none of 24h, 7d, 3wd, 2m")
    return int(form[1]), form[2]
