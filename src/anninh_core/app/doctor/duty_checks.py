"""Duty in an open app: whether somebody is on duty, can be written to, and has taken up what was raised."""

from collections.abc import Iterator

from anninh_core.app.app import App
from anninh_core.app.doctor.spans import format_span
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.kind import ALARM, ROSTER
from anninh_core.domain.duty.rosters import Reach
from anninh_core.domain.duty.rules import roster_people
from anninh_core.domain.lookups import has_chat
from anninh_core.kernel.dates import local_date
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_core.worker.jobs.alerts.bundling import count_new_cases, is_flooded
from anninh_core.worker.jobs.alerts.windows import find_shut_windows

_SHOWN = 5


def check_duty(app: App) -> Iterator[Check]:
    """Check that somebody is on duty for the whole authority, and that emergencies were taken up."""
    context = app.context
    now = app.context.clock.now()
    root = app.district.root
    rosters = [*context.iter_readable(ROSTER, context.storage.maintenance.scan(ROSTER.name))]
    reach = Reach(app.runner.permits, context, has_chat)
    day = local_date(now)
    people = [*roster_people(app.district, rosters, root, now, lambda one: reach.find_gap(one, root, day))]
    if not rosters:
        what = "No unit has a roster: an emergency is told to whoever handles tips, and to the operators."
        yield warning("duty", what, "Set one: `anninh duty set UNIT`; see docs/howto/be_on_duty.md.")
    elif not people:
        yield warning("duty", "Nobody is on duty now for the whole authority.", _set_roster(root))
    elif all(one.gap is not None for one in people):
        gaps = ", ".join(f"{one.officer} ({one.gap})" for one in people[:_SHOWN])
        yield problem("duty", f"Nobody on duty can be told of an emergency: {gaps}.", "Grant the role, or bind a chat.")
    else:
        yield ok("duty", f"{sum(one.gap is None for one in people)} on duty for the whole authority can be told.")
    yield from _check_alarms(app)
    yield from _check_flood(app)


def check_windows(app: App) -> Iterator[Check]:
    """Check that the chats of those on duty can be written to for the whole of their shifts."""
    now = app.context.clock.now()
    for shut in find_shut_windows(app.context, app.messengers, now):
        state = "is shut" if shut.is_shut(now) else "shuts before the shift ends"
        what = f"The window of {shut.name}'s chat {state}: at night nothing there wakes anybody."
        yield warning("duty", what, "Let them write anything to the account from that chat.")


def _check_alarms(app: App) -> Iterator[Check]:
    context = app.context
    now = app.context.clock.now()
    alarms = context.iter_readable(ALARM, context.storage.maintenance.scan(ALARM.name))
    late = [one for one in alarms if one.is_open and _is_late(app, one)]
    if late:
        codes = ", ".join(one.code for one in late[:_SHOWN])
        oldest = min(one.opened_at for one in late)
        waited = format_span(now - oldest)
        what = f"{len(late)} emergencies wait for somebody to take them up, the oldest for {waited}: {codes}."
        yield problem("duty", what, "Call whoever is on duty; `anninh duty alarms` shows who was told when.")


def _check_flood(app: App) -> Iterator[Check]:
    """Name the units to which more comes in an hour than the profile takes for usual."""
    context = app.context
    now = app.context.clock.now()
    for unit in app.district.units:
        if app.district.counting_unit(unit) == unit and is_flooded(context, unit, now):
            count = count_new_cases(context, unit, now)
            what = f"{count} new cases came to {app.district.unit(unit).name} in an hour: their notices are bundled."
            yield warning("flood", what, "Look at them together; see docs/howto/sort_out_a_flood.md.")


def _is_late(app: App, alarm: Alarm) -> bool:
    return alarm.is_emergency and app.context.clock.now() - alarm.opened_at > app.district.duty.hand_up


def _set_roster(unit: str) -> str:
    return f"Set a roster that holds now: `anninh duty set {unit}`."
