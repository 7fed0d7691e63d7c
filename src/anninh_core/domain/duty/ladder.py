"""Pure rules that predict an alarm's next urgent notices from its rules and the reachable officers."""

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import frozen

from anninh_core.domain.duty.alarm import Alarm, Rung
from anninh_core.domain.duty.claims import AlarmClaim
from anninh_core.domain.duty.rules import OnDuty
from anninh_core.domain.duty.states import AlarmState, NotificationKind
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.rules import DutyRules

ListPeople = Callable[[datetime], Sequence[OnDuty]]
"""Type of a function that returns the officers who can be reached at a given time, in order."""
_PLANNED = "planned"


@view
class PlannedPageView:
    """An urgent notice that will be sent unless an officer acts before.

    Attributes:
        officer: id; "" if no officer is left, so that the operators are notified and the round begins again.
        unit: unit of the roster that names the officer; "" for an officer who isn't on a roster.
        at: planned time; a worker takes up to a minute more.
        how: kind of the notification.
    """

    officer: str
    unit: str
    at: datetime
    how: NotificationKind


@frozen(kw_only=True)
class PlannedPage:
    """An urgent notice that will be sent unless an officer acts before; fields as in `PlannedPageView`."""

    officer: str
    unit: str
    at: datetime
    how: NotificationKind

    def to_view(self) -> PlannedPageView:
        """Return the read-only view of the planned notice."""
        return make_view(PlannedPageView, self)


def plan_urgent_notices(
    alarm: Alarm, claim: AlarmClaim | None, list_people: ListPeople, rules: DutyRules, now: datetime, *, limit: int
) -> tuple[PlannedPage, ...]:
    """Return the next urgent notices of an emergency, at most to the end of its round.

    Args:
        alarm: the emergency.
        claim: the running claim of its case, None for none.
        list_people: lists the officers who can be reached at a given time.
        rules: times between notices.
        limit: maximal number of notices.
    """
    due = _find_due_time(alarm, claim, now)
    if due is None:
        return ()
    alarm = _resume_alarm(alarm, claim, due)
    pages = list[PlannedPage]()
    while len(pages) < limit:
        page = alarm.find_next_notice(list_people(due), rules, due)
        if page is None:
            return (*pages, PlannedPage(officer="", unit=alarm.unit, at=due, how=NotificationKind.UNHEARD))
        officer = page.to.officer
        pages.append(PlannedPage(officer=officer, unit=page.to.unit, at=due, how=page.how))
        rung = Rung(
            officer=officer,
            unit=alarm.unit,
            at=due,
            how=page.how,
            row=_PLANNED,
            round=page.round,
            more=alarm.unnotified if alarm.pages else 0,
        )
        following = alarm.find_due_time_after(page, rules, due, None if claim is None else claim.at)
        alarm = alarm.with_rungs((rung,), following)
        if page.how is NotificationKind.MORE and alarm.claim_until is not None:
            alarm = _end_claim(alarm, following)
        due = following
    return tuple(pages)


def _find_due_time(alarm: Alarm, claim: AlarmClaim | None, now: datetime) -> datetime | None:
    """Return when the next urgent notice of an alarm is due; None if it sends no more urgent notices."""
    if not alarm.is_emergency or alarm.state is AlarmState.ENDED:
        return None
    if claim is not None and alarm.is_covered_by(claim.at):
        return claim.until
    return None if alarm.next_at is None else max(alarm.next_at, now)


def _resume_alarm(alarm: Alarm, claim: AlarmClaim | None, due: datetime) -> Alarm:
    """Return the alarm in the state that it will have when its next urgent notice is due."""
    if claim is not None and alarm.is_covered_by(claim.at):
        return alarm.claimed(claim.by, claim.at, claim.until).resumed(due)
    if alarm.claim_until is None or alarm.has_new_danger():
        return alarm
    return _end_claim(alarm, due)


def _end_claim(alarm: Alarm, at: datetime) -> Alarm:
    """Return the alarm after its claim expired, or after its claimant didn't act on further danger."""
    last = alarm.pages[-1].row if alarm.is_open and alarm.pages else ""
    return alarm.missed(last, "no_act" if last else "", at).resumed(at)
