"""The profile's calendar: does it reach far enough, and is what it expects decided by now?"""

from collections.abc import Iterator
from datetime import timedelta

from anninh_core.app.app import App
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.ports.health import Check, ok, problem, warning

_HALF_A_YEAR = timedelta(days=183)
_MONTH = timedelta(days=30)
_EXTEND = "List the days off of the next year in the profile's calendar: `anninh profiles calendar YEAR` tells them."


def check_calendar(app: App) -> Iterator[Check]:
    """Check that limits in working days find their days off, half a year ahead.

    A limit that is counted behind the calendar's end says so itself; it is then too early by the days off missing.
    """
    calendar = app.district.calendar
    today = local_date(app.context.clock.now())
    if not calendar.knows(today):
        what = f"The calendar of the profile ended on {calendar.until}: limits are counted without any days off."
        yield problem("calendar", what, _EXTEND)
    elif not calendar.knows(today + _HALF_A_YEAR):
        what = f"The calendar of the profile ends on {calendar.until}; limits behind it have no days off."
        yield warning("calendar", what, _EXTEND)
    elif not calendar.always_on:
        yield ok("calendar", f"Days off are known until {calendar.until}.")
    assumed = sorted(day for day in calendar.provisional if day >= today)
    if assumed:
        yield ok("calendar", f"Assumed days off: {len(assumed)} from {assumed[0]} on; {_describe_check(calendar)}.")
    soon = sorted(day for day in calendar.provisional if today - _MONTH <= day <= today + _MONTH)
    if soon:
        what = (
            f"Days off around today are only assumed, {soon[0]} the first of {len(soon)}; {_describe_check(calendar)}."
        )
        yield warning("calendar", what, "Put the decided days among the calendar's `holidays`, and take these out.")


def _describe_check(calendar: WorkCalendar) -> str:
    """Return when the assumed days were last compared with what was announced."""
    if calendar.provisional_checked_on is None:
        return "the profile doesn't say when they were checked"
    return f"checked on {calendar.provisional_checked_on}"
