"""Sends bundled notices of new tips to the officers who should handle them, and escalates unacknowledged ones."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice, takewhile

from attrs import evolve

from anninh_core.domain.duty.alarm import Alarm, Rung
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.states import NotificationKind
from anninh_core.domain.lookups import find_tip
from anninh_core.domain.services import Services
from anninh_core.domain.tips.sorting.routing import suggest_route
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import list_conflict_marks
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.retries import is_transient
from anninh_core.usecase.actor import system
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rules import EscalationTarget
from anninh_core.worker.jobs.alerts.cases import describe_subject, is_due, iter_open_records
from anninh_core.worker.jobs.alerts.opening import NoticeOpening
from anninh_core.worker.quarantine import QuarantineRounds, Round

_TELLINGS = {EscalationTarget.SUPERVISOR: NotificationKind.SUPERVISOR, EscalationTarget.PARENT: NotificationKind.PARENT}
_ABOVE = (Permission.TIP_SUPERVISE, Permission.TIP_HANDLE)
_JOB = "tell_new_tips"
_NAMED = 10  # A notice lists at most this many codes; further tips are only counted.
_AT_ONCE = 500  # One commit contains at most this many alarms.

Step = tuple[NotificationKind, tuple[str, ...]]
"""An escalation level and the ids of the officers to notify at it."""


class NewTipNotices:
    """Notifies officers about new tips and escalates unacknowledged ones."""

    def __init__(self, services: Services) -> None:
        self._alarms = services.duty.alarms
        self._runner = services.units.runner
        self._context = self._runner.context
        self._district = self._context.district
        self._notifier = OfficerNotifier(self._runner)
        self._opening = NoticeOpening(services)
        self._quarantine = QuarantineRounds(services)

    def send_due_notices(self) -> int:
        """Send the due notices of new tips, as one message to each officer; return how many tips had a due notice."""
        self._opening.open_new()
        now = self._context.clock.now()
        round = self._quarantine.begin(_JOB)
        records = takewhile(lambda record: is_due(record, now), iter_open_records(self._context, "new"))
        alarms = (alarm for alarm in round.iter_models(ALARM, records) if alarm.next_at and alarm.next_at <= now)
        due = tuple(islice(alarms, _AT_ONCE))
        if not due:
            return 0
        actor = system("delivery").with_request(f"new:{due[0].id}:{len(due)}:{now.timestamp():.0f}")
        ids = [alarm.id for alarm in due]
        try:
            return self._runner.run_command(
                actor, "duty.notice", Permission.INTAKE, lambda uow: self._notify_alarms(uow, ids)
            )
        except AlreadyDone:
            return 0
        except Exception as error:
            if is_transient(error):
                raise
            return sum(self._notify_single_alarm(round, alarm) for alarm in due)

    def _notify_single_alarm(self, round: Round, alarm: Alarm) -> int:
        """Send the notice of a single alarm, after the common notice failed."""
        actor = system("delivery").with_request(f"new:{alarm.id}:{alarm.version}")

        def send_notice() -> int:
            return self._runner.run_command(
                actor, "duty.notice", Permission.INTAKE, lambda uow: self._notify_alarms(uow, [alarm.id])
            )

        return round.attempt(f"{ALARM.name}:{alarm.id}", alarm.version, send_notice) or 0

    def _notify_alarms(self, uow: UnitOfWork, ids: Sequence[str]) -> int:
        uow.permit(self._district.root)
        by_step: dict[Step, list[Alarm]] = {}
        for alarm in (uow.get_readable(ALARM, id) for id in ids):
            if alarm is None or not alarm.is_open or alarm.next_at is None or alarm.next_at > uow.at:
                continue
            if alarm.decide_by is not None and alarm.decide_by <= uow.at:
                self._alarms.page_undecided(uow, alarm.id)
                continue
            step = self._find_next_step(uow, alarm)
            if step is None:
                self._alarms.climb(uow, alarm.id, (), None)
            else:
                by_step.setdefault(step, []).append(alarm)
        for (how, officers), alarms in by_step.items():
            self._send_to_officers(uow, how, officers, alarms)
        return sum(map(len, by_step.values()))

    def _send_to_officers(
        self, uow: UnitOfWork, how: NotificationKind, officers: Sequence[str], alarms: Sequence[Alarm]
    ) -> None:
        rows = {id: self._send_to_officer(uow, uow.load(OFFICER, id), how, alarms) for id in officers}
        for alarm in alarms:
            rungs = [
                Rung(officer=officer, unit=alarm.unit, at=uow.at, how=how, row=row) for officer, row in rows.items()
            ]
            self._alarms.climb(uow, alarm.id, rungs, self._find_next_due(alarm, how, uow.at))

    def _send_to_officer(
        self, uow: UnitOfWork, officer: Officer, how: NotificationKind, alarms: Sequence[Alarm]
    ) -> str:
        alone = len(alarms) == 1
        purpose = "duty.new_many" if not alone else "duty.new" if how is NotificationKind.NOTICE else "duty.escalated"
        cause = f"alarm:{alarms[0].id}" if alone else f"officer:{officer.id}"
        return uow.send(
            officer.conversation,
            self._build_text(uow, purpose, alarms),
            purpose=purpose,
            cause=cause,
            scope=f"officer:{officer.id}",
            lane=Lane.BROADCAST,
        )

    def _build_text(self, uow: UnitOfWork, purpose: str, alarms: Sequence[Alarm]) -> str:
        if purpose == "duty.new_many":
            codes = ", ".join(alarm.code for alarm in alarms[:_NAMED]) + ("…" if len(alarms) > _NAMED else "")
            return self._district.say(purpose, count=len(alarms), codes=codes)
        (alarm,) = alarms
        tip = find_tip(uow, alarm.about)
        due = min((clock.due for clock in tip.clocks if clock.met_at is None), default=None) if tip else None
        facts = {
            "code": alarm.code,
            "category": describe_subject(
                self._district, alarm if tip is None else evolve(alarm, category=tip.category)
            ),
            "unit": self._district.unit(alarm.unit).name,
            "due": short_moment(due) if due else self._district.say("alarm.no_limit"),
            "time": short_moment(alarm.opened_at),
        }
        return self._district.say(purpose, **facts)

    def _find_next_step(self, session: ReadSession, alarm: Alarm) -> Step | None:
        """Return the next escalation level with a reachable officer, and the officers to notify; None if there is
        none.
        """
        done = {rung.how for rung in alarm.own_rungs}
        tip = find_tip(session, alarm.about)
        excluded = tip.barred if tip else alarm.excluded
        if NotificationKind.NOTICE not in done:
            suggested = suggest_route(self._district, tip).unit if tip and not tip.is_locked else ""
            places = (suggested, *self._district.ancestors(alarm.unit))
            if officers := self._list_nearest_holders(Permission.TIP_HANDLE, alarm.unit, places, excluded):
                return NotificationKind.NOTICE, officers
        for step in self._district.duty.escalation:
            how = _TELLINGS[step.to]
            if how not in done and (officers := self._list_officers_above(how, alarm.unit, excluded)):
                return how, officers
        return None

    def _list_officers_above(self, how: NotificationKind, unit: str, excluded: Sequence[str]) -> tuple[str, ...]:
        above = tuple(self._district.ancestors(unit))
        if how is NotificationKind.SUPERVISOR:
            return self._list_nearest_holders(Permission.TIP_SUPERVISE, unit, above, excluded)
        places = above[1:]
        if not places:
            return ()
        holders = (self._list_nearest_holders(permission, places[0], places, excluded) for permission in _ABOVE)
        return tuple(dict.fromkeys(officer for officers in holders for officer in officers))

    def _list_nearest_holders(
        self, permission: Permission, unit: str, places: Sequence[str], excluded: Sequence[str]
    ) -> tuple[str, ...]:
        """Return those holders of a permission on a unit who belong to the first of `places` that has any; without any,
        return all holders.
        """
        barred = {*excluded}
        holders = [*self._notifier.iter_reachable_holders(permission, unit)]
        holders = [officer for officer in holders if barred.isdisjoint(list_conflict_marks(self._district, officer))]
        for place in places:
            if nearest := [officer.id for officer in holders if officer.unit == place]:
                return tuple(nearest)
        return tuple(officer.id for officer in holders)

    def _find_next_due(self, alarm: Alarm, how: NotificationKind, now: datetime) -> datetime | None:
        """Return when the next escalation level of an alarm is due, counted from the first notice; None after the last
        level.
        """
        first = min((rung.at for rung in alarm.own_rungs if rung.row), default=now)
        passed = {*(rung.how for rung in alarm.own_rungs), how}
        delays = (step.after for step in self._district.duty.escalation if _TELLINGS[step.to] not in passed)
        after = next(delays, None)
        return None if after is None else max(first + after, now)
