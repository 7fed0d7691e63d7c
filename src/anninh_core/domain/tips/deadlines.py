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

_LIMIT_PATTERN = re.compile(r"(\d{1,4})(h|d|wd|m)")


@frozen(kw_only=True)
class Deadline:
    """One legal deadline of a tip.

    Attributes:
        rule: id of the deadline rule.
        due: the last moment in time, aware.
        met_at: when what it asks for was done, None while it runs.
    """

    rule: str
    due: datetime
    met_at: datetime | None = None

    def is_in_time(self, now: datetime) -> bool:
        """Tell whether it was met in time, or, while it runs, whether there is time left."""
        return (self.met_at or now) <= self.due

    def is_running(self, at: datetime) -> bool:
        """Tell whether it was not met by a moment."""
        return self.met_at is None or self.met_at > at


def compute_deadlines(
    rules: tuple[DeadlineRule, ...],
    calendar: WorkCalendar,
    *,
    legal_kind: str,
    urgency: str,
    moments: Mapping[str, datetime],
) -> tuple[Deadline, ...]:
    """Return the clocks that a tip of this kind and urgency has, started and met by the moments it has passed.

    Rules that wait for a decision (complex, extended) start no clock of their own.
    """
    days = {moment: local_date(at) for moment, at in moments.items()}
    return tuple(
        Deadline(rule=rule.id, due=due(rule.limit, start, calendar), met_at=moments.get(rule.met_by))
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
    number, unit = _parse_limit(limit)
    if unit == "h":
        return start + timedelta(hours=number)
    first_day = local_date(start)
    if unit == "d":
        last_day = first_day + timedelta(days=number)
    elif unit == "wd":
        last_day = calendar.add_working_days(first_day, number)
    else:
        last_day = add_months(first_day, number)
    return _end_of_day(last_day)


@lru_cache(1024)
def _end_of_day(day: date) -> datetime:
    """Return the end of a day, in UTC; cached because tips of one day share their deadlines."""
    return end_of_day(day).astimezone(UTC)


@lru_cache(256)
def _parse_limit(limit: str) -> tuple[int, str]:
    """Return number and unit of a limit."""
    match = _LIMIT_PATTERN.fullmatch(limit)
    if match is None:
        raise BadInput(f"limit {limit!r} is none of 24h, 7d, 3wd, 2m")
    return int(match[1]), match[2]
