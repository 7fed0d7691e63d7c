"""Claims of alarms: while an officer has the case, nobody else is paged."""

from datetime import datetime

from attrs import frozen

from anninh_core.domain.duty.alarm import Alarm, alarm_id
from anninh_core.domain.duty.bundles import find_carrier_of
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.roster import officers_at, shift_ends
from anninh_core.domain.duty.roster_service import read_rosters
from anninh_core.domain.duty.states import AlarmState
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork


@frozen
class AlarmClaim:
    """A running claim of what an alarm is about.

    Attributes:
        by: officer id.
        at: when the officer made it, or acted last.
    """

    by: str
    at: datetime
    until: datetime


def find_running_claim(alarm: Alarm, now: datetime) -> AlarmClaim | None:
    """Return the claim of an alarm, None where it has none or that has expired."""
    until = alarm.claim_until
    if until is None or until <= now or alarm.acknowledged_at is None:
        return None
    return AlarmClaim(alarm.acknowledged_by, alarm.acknowledged_at, until)


def require_unclaimed(session: ReadSession, alarm: Alarm) -> None:
    """Check that no other officer's claim is running.

    Raises:
        WrongStep: one is: says whose, and until when.
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
    """Let the alarm that pages about a claimed case wait for its officer; None where there is none that can be read.

    Args:
        uow: the act, which has checked that the officer may claim the case.
        about: `kind:id` of the case.
    """
    alarm = find_carrier_of(uow, about) or uow.get_readable(ALARM, alarm_id(about))
    if alarm is None or alarm.state is AlarmState.ENDED:
        return None
    return save_claim(uow, alarm, claim)


def save_claim(uow: UnitOfWork, alarm: Alarm, claim: AlarmClaim) -> Alarm:
    """Let an alarm wait for the officer who claimed it."""
    claimed = alarm.claimed(claim.by, claim.at, claim.until)
    if claimed == alarm:
        return alarm
    uow.facts["alarm"] = alarm.id
    uow.add_event("duty.claimed")
    return uow.save(ALARM, claimed)


def follow_claim(uow: UnitOfWork, alarm: Alarm, claim: AlarmClaim) -> Alarm:
    """Return an alarm that waits for a running claim of its case, unless more danger came since its officer acted."""
    if alarm.is_covered_by(claim.at) and (alarm.is_open or alarm.claim_until != claim.until):
        uow.add_event("duty.claim_followed")
        return alarm.claimed(claim.by, claim.at, claim.until)
    return alarm


def follow_lost_claim(uow: UnitOfWork, alarm: Alarm) -> Alarm:
    """Return an alarm whose case has no claim any more: the ladder resumes, unless a new handler acts within minutes.

    It resumes at once where the claimant was excluded from the case.
    """
    is_excluded = not {*alarm.excluded}.isdisjoint(uow.permits.list_marks(alarm.acknowledged_by))
    uow.add_event("duty.resumed")
    return alarm.resumed(uow.at if is_excluded else uow.at + uow.context.district.duty.repage)


def find_duty_end(session: ReadSession, officer: str, unit: str, until: datetime) -> datetime | None:
    """Return when an officer who is on duty for a unit goes off duty, None for one who isn't or goes on till `until`.

    Args:
        session: the act; its moment begins the search.
        officer: officer id.
        unit: where the case is; rosters of the units above count, too.
        until: end of the search.
    """
    units = tuple(session.context.district.ancestors(unit))
    rosters = read_rosters(session, units)
    by_unit = [[roster for roster in rosters if roster.unit == above] for above in units]

    def is_on_duty(moment: datetime) -> bool:
        return any(officer in officers_at(of_unit, moment) for of_unit in by_unit)

    if not is_on_duty(session.at):
        return None
    ends = sorted(end for of_unit in by_unit for end in shift_ends(of_unit, session.at, until))
    return next((end for end in ends if not is_on_duty(end)), None)
