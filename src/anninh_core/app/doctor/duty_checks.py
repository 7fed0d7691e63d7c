"""Checks of duty: an officer on duty can be reached, and emergencies have been claimed."""

from collections.abc import Iterator

from anninh_core.app.app import App
from anninh_core.app.durations import format_span
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, problem, warning
from anninh_core.worker.jobs.alerts.bundling import count_new_cases, is_flooded
from anninh_core.worker.jobs.alerts.windows import find_closing_windows
from anninh_core.worker.jobs.duty_reach import DutyReach

_SHOWN = 5


def check_duty(app: App) -> Iterator[Check]:
    """Check that an officer on duty can be reached, and that emergencies have been claimed."""
    reach = DutyReach(app.internals.runner)
    yield from reach.check_reach()
    yield from _check_alarms(app, reach)
    yield from _check_flood(app)


def check_chat_windows(app: App) -> Iterator[Check]:
    """Check that the chats of officers on duty can be written to for the whole of their shifts."""
    now = app.internals.context.clock.now()
    for closed_window in find_closing_windows(app.internals.context, app.internals.messengers, now):
        what = Sentence(
            "Pages reach the chat of {officer} only until {time}, but the shift ends at {shift_end}: after "
            "that, nothing there wakes the officer at night.",
            officer=closed_window.name,
            time=closed_window.open_until,
            shift_end=closed_window.shift_ends,
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
    """Warn about the units that get more cases in an hour than the profile allows as usual."""
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
