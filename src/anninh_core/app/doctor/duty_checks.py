"""Duty in an open app: whether somebody is on duty, can be written to, and has taken up what was raised."""

from collections.abc import Iterator

from anninh_core.app.app import App
from anninh_core.app.durations import format_span
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, problem, warning
from anninh_core.worker.jobs.alerts.bundling import count_new_cases, is_flooded
from anninh_core.worker.jobs.alerts.windows import find_shut_windows
from anninh_core.worker.jobs.duty_reach import DutyReach

_SHOWN = 5


def check_duty(app: App) -> Iterator[Check]:
    """Check that somebody on duty can be told, and that emergencies were taken up."""
    reach = DutyReach(app.internals.runner)
    yield from reach.check_reach()
    yield from _check_alarms(app, reach)
    yield from _check_flood(app)


def check_windows(app: App) -> Iterator[Check]:
    """Check that the chats of those on duty can be written to for the whole of their shifts."""
    now = app.internals.context.clock.now()
    for shut in find_shut_windows(app.internals.context, app.internals.messengers, now):
        what = Sentence(
            "Pages reach the chat of {officer} only until {time}, but the shift ends at {shift_end}: after "
            "that, nothing there wakes the officer at night.",
            officer=shut.name,
            time=shut.open_until,
            shift_end=shut.shift_ends,
        )
        yield warning("duty", what, "Ask the officer to write any message to the account from that chat.")


def _check_alarms(app: App, reach: DutyReach) -> Iterator[Check]:
    waiting = [*reach.iter_waiting()]
    if waiting:
        codes = ", ".join(alarm.code for alarm in waiting[:_SHOWN])
        waited = format_span(app.internals.context.clock.now() - min(alarm.opened_at for alarm in waiting))
        what = Sentence(
            "{count} emergencies wait for an officer to claim them, the oldest for {span}: {codes}.",
            count=len(waiting),
            span=waited,
            codes=codes,
        )
        yield problem("duty", what, "Call the officer on duty; `anninh duty alarms` shows who was paged and when.")


def _check_flood(app: App) -> Iterator[Check]:
    """Name the units to which more comes in an hour than the profile takes for usual."""
    context = app.internals.context
    now = app.internals.context.clock.now()
    for unit in app.district.units:
        if app.district.counting_unit(unit) == unit and is_flooded(context, unit, now):
            count = count_new_cases(context, unit, now)
            what = Sentence(
                "{count} new cases came to {unit} within an hour, so their notices are bundled.",
                count=count,
                unit=app.district.unit(unit).name,
            )
            yield warning("flood", what, "Handle them together; see docs/howto/sort_out_a_flood.md.")
