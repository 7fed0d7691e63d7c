"""Building of a profile's time zone, office hours, quiet hours and escalation from values that may contradict each
other.
"""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.worktime import TimeBlock, WorkCalendar
from anninh_core.profile.schema import CalendarSchema, DeliverySchema, DutySchema, ProfileSchema
from anninh_core.vocabulary.delivery import PATIENCE, DeliveryRules, Lane
from anninh_core.vocabulary.rules import WEEKDAYS, DutyRules, EscalationStep, EscalationTarget


def build_timezone(name: str) -> ZoneInfo:
    """Return the time zone with this name, or raise `BadInput`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadInput("{timezone!r} isn't a time zone: write one such as 'Asia/Ho_Chi_Minh'.", timezone=name) from None


def build_calendar(calendar: CalendarSchema) -> WorkCalendar:
    """Return the working calendar of a profile, or raise `BadInput`."""
    weekly = {WEEKDAYS.index(day): tuple(map(parse_time_block, hours)) for day, hours in calendar.weekly.items()}
    days = {name: frozenset(getattr(calendar, name)) for name in ("holidays", "swapped", "provisional")}
    return WorkCalendar(
        weekly=weekly,
        always_on=calendar.always_on,
        provisional_checked_on=calendar.provisional_checked_on,
        until=_find_calendar_end(calendar),
        **days,
    )


def build_delivery(rules: DeliverySchema) -> DeliveryRules:
    """Return the delivery rules of a profile, or raise `BadInput`."""
    patience = {Lane(lane): timedelta(minutes=minutes) for lane, minutes in rules.patience_minutes.items()}
    return DeliveryRules(
        quiet=parse_time_block(rules.quiet) if rules.quiet else None,
        patience={**PATIENCE, **patience},
        alarm_after=timedelta(hours=rules.alarm_hours),
        unreadable_per_day=rules.unreadable_per_day,
    )


def build_duty(rules: DutySchema) -> DutyRules:
    """Return the duty rules of a profile, or raise `BadInput`."""
    steps = (EscalationStep(timedelta(hours=step.after_hours), EscalationTarget(step.to)) for step in rules.escalation)
    return DutyRules(
        repage=timedelta(minutes=rules.repage_minutes),
        ask=timedelta(minutes=rules.ask_minutes),
        incident=timedelta(minutes=rules.incident_minutes),
        incident_km=rules.incident_km,
        hand_up=timedelta(minutes=rules.hand_up_minutes),
        bundle=timedelta(minutes=rules.bundle_minutes),
        claim=timedelta(minutes=rules.claim_minutes),
        group_pause=timedelta(minutes=rules.group_minutes),
        digest_at=time.fromisoformat(rules.digest_at) if rules.digest_at else None,
        window_warning=timedelta(hours=rules.window_warning_hours),
        code_life=timedelta(minutes=rules.code_minutes),
        code_tries=rules.code_tries,
        lock=timedelta(hours=rules.lock_hours),
        escalation=tuple(steps),
    )


TIMING: Mapping[str, tuple[Callable[[ProfileSchema], object], str]] = {
    "district.timezone": (
        lambda profile: build_timezone(profile.district.timezone),
        Sentence("write 'Asia/Ho_Chi_Minh'"),
    ),
    "calendar.weekly": (
        lambda profile: build_calendar(profile.calendar),
        Sentence("write blocks in order, such as '07:30-11:30'"),
    ),
    "delivery.quiet": (
        lambda profile: build_delivery(profile.delivery),
        Sentence("write hours such as '22:00-06:00', or '' for none"),
    ),
    "duty.escalation": (
        lambda profile: build_duty(profile.duty),
        Sentence("write the step with the fewest hours first"),
    ),
}
"""Place in a profile -> function that builds the rules there, and the remedy if it fails."""


def parse_time_block(hours: str) -> TimeBlock:
    """Return the start and the end of hours such as `07:30-11:30`; 24:00 becomes midnight."""
    start, end = hours.split("-")
    return time.fromisoformat(start), time.min if end == "24:00" else time.fromisoformat(end)


def _find_calendar_end(calendar: CalendarSchema) -> date:
    """Return the last day up to which a profile knows the days off, `date.min` if it lists none."""
    years = [day.year for day in (*calendar.holidays, *calendar.provisional)]
    return calendar.until or (date(max(years), 12, 31) if years else date.min)
