"""Claiming a case: an officer names the tip or its alarm, and one act claims both."""

from datetime import datetime

from anninh_core.domain.duty.alarm import Alarm, make_alarm_id
from anninh_core.domain.duty.claims import AlarmClaim, claim_alarm, find_duty_end, save_claim
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.lookups import find_tip
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.values import make_claim
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.arguments import AlarmId, OfficerId, TipId
from anninh_core.usecase.marks import command
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


class TipClaiming(Workflow):
    """Claims tips for the actor or another officer, and ends claims."""

    action_prefix = "tips"

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def claim(self, uow: UnitOfWork, tip_id: TipId, *, seen_version: int | None = None) -> Tip:
        """Claim an open tip, or extend your claim. While the claim runs, no other officer gets an urgent notice about
        it.

        An emergency is claimed for the profile's `claim_minutes`, but not beyond the officer's shift; each act of the
        officer renews the claim. A tip with possible danger is claimed in the same way, until the officer has worked on
        it. Any other tip is claimed for `claim_hours`. A tip without a category can be claimed.

        Raises:
            WrongStep: another officer has it: the error names the officer and, for a claim, its end; or it isn't open.
        """
        tip = get_permitted_tip(uow, tip_id)
        duty_ends = _find_duty_end(uow, uow.actor.id, tip.handling_unit or tip.unit)
        claimed = self.services.tips.claims.record_claim(
            uow, tip_id, is_paged=_has_urgent_notices(uow, tip), duty_ends=duty_ends, seen_version=seen_version
        )
        return _claim_alarm_of_tip(uow, claimed)

    @command(Permission.TIP_SUPERVISE, public=True)
    def claim_for(self, uow: UnitOfWork, tip_id: TipId, officer: OfficerId, *, seen_version: int | None = None) -> Tip:
        """Claim an open tip for an officer who handles tips of its unit, and end any other officer's claim.

        Raises:
            BadInput: the officer may not handle it, or is excluded from it.
            WrongStep: the tip isn't open.
        """
        tip = get_permitted_tip(uow, tip_id)
        duty_ends = _find_duty_end(uow, officer, tip.handling_unit or tip.unit)
        claimed = self.services.tips.claims.record_claim_for(
            uow, tip_id, officer, is_paged=_has_urgent_notices(uow, tip), duty_ends=duty_ends, seen_version=seen_version
        )
        return _claim_alarm_of_tip(uow, claimed)

    @command(Permission.TIP_HANDLE, public=True)
    def release_claim(self, uow: UnitOfWork, tip_id: TipId, *, seen_version: int | None = None) -> Tip:
        """End your own claim before it expires. For an emergency, the next officer gets an urgent notice at once.

        Raises:
            WrongStep: the actor has no claim on it.
        """
        uow.permitted_units()
        released = self.services.tips.claims.record_release(uow, tip_id, seen_version=seen_version)
        self.services.duty.alarms.release(uow, f"{TIP.name}:{released.id}")
        return released


class AlarmClaiming(Workflow):
    """Claims alarms for the actor or another officer, together with the tips that they are about."""

    action_prefix = "duty"

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def claim(self, uow: UnitOfWork, alarm_id: AlarmId) -> Alarm:
        """Claim what an alarm is about, as `tips.claim` does with a tip: no other officer gets an urgent notice while
        the claim runs.

        Raises:
            NotVisible: there is no such alarm, or it isn't the actor's, by unit or by a conflict of interest.
            WrongStep: another officer has it, or it is over.
        """
        uow.permitted_units()
        alarm = uow.include(self.services.duty.alarms.find_to_claim, alarm_id)
        duty_ends = _find_duty_end(uow, uow.actor.id, alarm.unit)
        tip = _find_open_tip(uow, alarm)
        if tip is None:
            return _claim_alarm_alone(uow, alarm, uow.actor.id, duty_ends)
        claimed = self.services.tips.claims.record_claim(uow, tip.id, is_paged=alarm.is_emergency, duty_ends=duty_ends)
        _claim_alarm_of_tip(uow, claimed)
        return uow.load(ALARM, alarm.id)

    @command(Permission.TIP_SUPERVISE, public=True)
    def claim_for(self, uow: UnitOfWork, alarm_id: AlarmId, officer: OfficerId) -> Alarm:
        """Claim, for an officer who handles tips of the unit, the case that an alarm is about.

        Raises:
            NotVisible: there is no such alarm, or it isn't the actor's, by unit or by a conflict of interest.
            BadInput: the officer may not handle it, or is excluded from it.
            WrongStep: it is over.
        """
        uow.permitted_units()
        alarm = uow.include(self.services.duty.alarms.find_to_claim_for, alarm_id, officer)
        duty_ends = _find_duty_end(uow, officer, alarm.unit)
        tip = _find_open_tip(uow, alarm)
        if tip is None:
            return _claim_alarm_alone(uow, alarm, officer, duty_ends)
        claimed = self.services.tips.claims.record_claim_for(
            uow, tip.id, officer, is_paged=alarm.is_emergency, duty_ends=duty_ends
        )
        _claim_alarm_of_tip(uow, claimed)
        return uow.load(ALARM, alarm.id)

    @command(Permission.TIP_HANDLE, public=True)
    def hand_up(self, uow: UnitOfWork, alarm_id: AlarmId) -> Alarm:
        """Report that you can't come: the next officer gets an urgent notice at once, and your own claim ends.

        Raises:
            NotVisible: there is no such alarm, or it isn't the actor's, by unit or by a conflict of interest.
            WrongStep: another officer has it, or no more urgent notices are sent about it.
        """
        uow.permitted_units()
        alarm = uow.include(self.services.duty.alarms.find_to_claim, alarm_id)
        tip = _find_open_tip(uow, alarm)
        claim = None if tip is None else tip.find_running_claim(uow.at)
        if tip is not None and claim is not None and claim.by == uow.actor.id:
            self.services.tips.claims.record_release(uow, tip.id)
        return self.services.duty.alarms.hand_up_now(uow, alarm.id)


def _find_open_tip(session: ReadSession, alarm: Alarm) -> Tip | None:
    """Return the open tip that an alarm is about, or None if it is about something else, or the tip is unreadable or
    closed.

    An alarm about danger reported after its tip was settled has to be claimed separately.
    """
    tip = find_tip(session, alarm.about)
    return tip if tip is not None and tip.is_open else None


def _has_urgent_notices(session: ReadSession, tip: Tip) -> bool:
    """Return whether urgent notices are sent about a tip, because it is an emergency or danger is possible."""
    alarm = session.get_readable(ALARM, make_alarm_id(f"{TIP.name}:{tip.id}"))
    return alarm is not None and alarm.is_emergency and alarm.state is not AlarmState.ENDED


def _find_duty_end(session: ReadSession, officer: str, unit: str) -> datetime | None:
    return find_duty_end(session, officer, unit, session.at + session.context.district.duty.claim)


def _claim_alarm_of_tip(uow: UnitOfWork, tip: Tip) -> Tip:
    claim = tip.claim
    if claim is not None:
        claim_alarm(uow, f"{TIP.name}:{tip.id}", AlarmClaim(claim.by, uow.at, claim.until))
    return tip


def _claim_alarm_alone(uow: UnitOfWork, alarm: Alarm, officer: str, duty_ends: datetime | None) -> Alarm:
    """Claim an alarm for an officer, without claiming a tip."""
    if not alarm.is_emergency and not alarm.is_open:
        raise WrongStep("Alarm {code} is already {state}.", code=alarm.code, state=alarm.state)
    until = make_claim(officer, uow.at, uow.context.district.duty.claim, duty_ends).until
    return save_claim(uow, alarm, AlarmClaim(officer, uow.at, until))
