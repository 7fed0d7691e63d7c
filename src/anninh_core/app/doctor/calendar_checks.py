"""Checks of the profile's calendar: its end, and its provisional days off."""

from collections.abc import Iterator
from datetime import timedelta

from anninh_core.app.app import App
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem, warning

_HALF_A_YEAR = timedelta(days=183)
_MONTH = timedelta(days=30)
_EXTEND = Sentence(
    "List the days off of the next year in the profile's calendar: `anninh profiles calendar YEAR` shows them."
)


def check_calendar(app: App) -> Iterator[Check]:
    """Check that the calendar covers the next half year, and that days off around today aren't merely assumed.

    Deadlines after the calendar's end are counted without days off, so they are too early.
    """
    calendar = app.district.calendar
    today = local_date(app.internals.context.clock.now())
    if not calendar.covers_day(today):
        what = Sentence(
            "The calendar of the profile ended on {last_day}, so deadlines are counted without days off.",
            last_day=calendar.until,
        )
        yield problem("calendar", what, _EXTEND)
    elif not calendar.covers_day(today + _HALF_A_YEAR):
        what = Sentence(
            "The calendar of the profile ends on {last_day}; deadlines after that day are counted without days off.",
            last_day=calendar.until,
        )
        yield warning("calendar", what, _EXTEND)
    elif not calendar.always_on:
        yield ok("calendar", Sentence("The days off are known until {last_day}.", last_day=calendar.until))
    assumed = sorted(day for day in calendar.provisional if day >= today)
    if assumed:
        yield ok(
            "calendar",
            Sentence(
                "{count} days off are only assumed, the first on {first_day} (last compared with the "
                "announcements on: {checked_on}).",
                count=len(assumed),
                first_day=assumed[0],
                checked_on=calendar.provisional_checked_on or (),
            ),
        )
    soon = sorted(day for day in calendar.provisional if today - _MONTH <= day <= today + _MONTH)
    if soon:
        what = Sentence(
            "{count} days off around today are only assumed, the first on {first_day} (last compared with "
            "the announcements on: {checked_on}).",
            first_day=soon[0],
            count=len(soon),
            checked_on=calendar.provisional_checked_on or (),
        )
        yield warning(
            "calendar", what, "Add the decided days to the calendar's `holidays`, and remove the assumed ones."
        )
