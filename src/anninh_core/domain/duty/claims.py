"""Claims of alarms: while an officer has claimed the case, no one else gets urgent notices."""

from datetime import datetime

from attrs import frozen

from anninh_core.domain.duty.alarm import Alarm, make_alarm_id
from anninh_core.domain.duty.bundles import find_covering_alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.roster import list_officers_at, list_shift_ends
from anninh_core.domain.duty.roster_service import read_rosters
from anninh_core.domain.duty.states import AlarmState
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork


@frozen
class AlarmClaim:
    """A running claim of an alarm's case.

    Attributes:
        by: officer id.
        at: when the officer claimed it, or acted last.
    """

    by: str
    at: datetime
    until: datetime


def find_running_claim(alarm: Alarm, now: datetime) -> AlarmClaim | None:
    """Return the running claim of an alarm; None if it has none or the claim has expired."""
    until = alarm.claim_until
    if until is None or until <= now or alarm.acknowledged_at is None:
        return None
    return AlarmClaim(alarm.acknowledged_by, alarm.acknowledged_at, until)


def require_unclaimed(session: ReadSession, alarm: Alarm) -> None:
    """Check that no other officer's claim is running.

    Raises:
        WrongStep: a claim is running; the error names the officer and the end of the claim.
    """
    until = alarm.claim_until
    if until is not None and until > session.at and alarm.acknowledged_by != session.actor.id:
        raise WrongStep(
            "Alarm {code} is claimed by officer {officer} until {until}.",
            code=alarm.code,
            officer=alarm.acknowledged_by,
            until=until,
        )


def claim_alarm(uow: UnitOfWork, about: str, claim: AlarmClaim) -> Alarm | None:
    """Make the alarm that covers a claimed case wait for its officer; return None without a readable alarm.

    Args:
        uow: unit of work of a use case that has checked that the officer may claim the case.
        about: `kind:id` of the case.
    """
    alarm = find_covering_alarm(uow, about) or uow.get_readable(ALARM, make_alarm_id(about))
    if alarm is None or alarm.state is AlarmState.ENDED:
        return None
    return save_claim(uow, alarm, claim)


def save_claim(uow: UnitOfWork, alarm: Alarm, claim: AlarmClaim) -> Alarm:
    """Save an alarm as claimed, so that its escalation waits for the officer."""
    claimed = alarm.claimed(claim.by, claim.at, claim.until)
    if claimed == alarm:
        return alarm
    uow.facts["alarm"] = alarm.id
    uow.add_event("duty.claimed")
    return uow.save(ALARM, claimed)


def apply_claim(uow: UnitOfWork, alarm: Alarm, claim: AlarmClaim) -> Alarm:
    """Return the alarm, which now waits for a running claim of its case; it stays unchanged if danger was reported
    after the claimant's last act.
    """
    if alarm.is_covered_by(claim.at) and (alarm.is_open or alarm.claim_until != claim.until):
        uow.add_event("duty.claim_followed")
        return alarm.claimed(claim.by, claim.at, claim.until)
    return alarm


def apply_lost_claim(uow: UnitOfWork, alarm: Alarm) -> Alarm:
    """Return the alarm of a case that lost its claim: the escalation resumes after the profile's `repage` time.

    So a new handler has time to act. If the claimant was excluded from the case, the escalation resumes at once.
    """
    is_excluded = not {*alarm.excluded}.isdisjoint(uow.permits.list_marks(alarm.acknowledged_by))
    uow.add_event("duty.resumed")
    return alarm.resumed(uow.at if is_excluded else uow.at + uow.context.district.duty.repage)


def find_duty_end(session: ReadSession, officer: str, unit: str, until: datetime) -> datetime | None:
    """Return when an officer on duty for a unit goes off duty; None if the officer isn't on duty, or is on duty until
    `until`.

    Args:
        session: read session of the use case; its time begins the search.
        officer: officer id.
        unit: unit of the case; rosters of the units above count, too.
        until: end of the search.
    """
    units = tuple(session.context.district.ancestors(unit))
    rosters = read_rosters(session, units)
    by_unit = [[roster for roster in rosters if roster.unit == above] for above in units]

    def is_on_duty(moment: datetime) -> bool:
        return any(officer in list_officers_at(unit_rosters, moment) for unit_rosters in by_unit)

    if not is_on_duty(session.at):
        return None
    ends = sorted(end for unit_rosters in by_unit for end in list_shift_ends(unit_rosters, session.at, until))
    return next((end for end in ends if not is_on_duty(end)), None)
