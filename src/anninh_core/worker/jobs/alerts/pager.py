"""Sends urgent notices about emergencies to the officers on duty, one after the other, until one of them acknowledges.

Each escalation step is one commit: its line in the alarm and its message are stored together or not at all. The alarm
stores when its next step is due, so that after a crash escalation continues from the same step; if two workers try the
same step, the second finds it done.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from anninh_core.domain.alarm_recipients import list_recipients
from anninh_core.domain.duty.alarm import Alarm, NextPage, Rung, list_unreachable_officers
from anninh_core.domain.duty.claims import AlarmClaim
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.rules import OnDuty
from anninh_core.domain.duty.states import NotificationKind
from anninh_core.domain.lookups import find_alarm_claim, find_tip, iter_covered_tips
from anninh_core.domain.services import Services
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.dates import short_moment
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.usecase.actor import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.jobs.alerts.bundling import UNKNOWN_CODE, open_own_alarms
from anninh_core.worker.jobs.alerts.cases import (
    describe_subject,
    is_over,
    iter_expiring_records,
    iter_open_records,
)
from anninh_core.worker.quarantine import QuarantineRounds

_PURPOSES: Mapping[NotificationKind, str] = {
    NotificationKind.PAGE: "duty.page",
    NotificationKind.AGAIN: "duty.page_again",
    NotificationKind.HANDED_UP: "duty.page_handed_up",
    NotificationKind.MORE: "duty.page_more",
}
_MANY = "duty.page_more_many"
_FAILED = (OutboxState.FAILED, OutboxState.NEEDS_PERSON, OutboxState.CANCELLED)
_SOON = timedelta(minutes=1)
_UNHEARD_PAUSE = timedelta(hours=1)
"""Interval between repeated reports to the operators that no officer can be reached at all."""

_JOB = "page_officers"
_REPLACED = "alarm_replaced"
_MISSED = "page_missed"


class Pager:
    """Escalates the alarms of emergencies from one officer to the next."""

    def __init__(self, services: Services) -> None:
        self._alarms = services.duty.alarms
        self._claims = services.tips.claims
        self._runner = services.units.runner
        self._context = self._runner.context
        self._quarantine = QuarantineRounds(services)

    def take_due_steps(self) -> int:
        """Take the due escalation steps of all alarms; return how many there were.

        Any number of unreadable alarms doesn't block the others; each is replaced by an alarm about it, as otherwise no
        officer would get an urgent notice about its case.
        """
        round = self._quarantine.begin(_JOB, stops=False)
        records = (*iter_open_records(self._context, "emergency"), *iter_expiring_records(self._context))
        alarms = tuple(round.iter_models(ALARM, records))
        for record in round.damaged:
            round.attempt(f"{_REPLACED}:{record.id}", record.version, partial(self._replace_unreadable_alarm, record))
        now = self._context.clock.now()
        pages = 0
        for alarm in alarms:
            has_missed = round.attempt(f"{_MISSED}:{alarm.id}", alarm.version, partial(self._note_missed_notice, alarm))
            if has_missed or (alarm.next_at is not None and alarm.next_at <= now):
                page = partial(self.page, alarm.id)
                pages += bool(round.attempt(f"{ALARM.name}:{alarm.id}", alarm.version, page))
        return pages

    def _replace_unreadable_alarm(self, record: Record) -> None:
        """Replace an unreadable alarm by a new one, built from its unencrypted columns and the journal."""
        actor = system("delivery").with_request(f"replace:{record.id}:{record.version}")

        def open_replacement(uow: UnitOfWork) -> None:
            root = self._context.district.root
            uow.permit(root)
            unit = uow.find_journaled_unit(record.kind, record.id) or root
            self._alarms.open_alarm(uow, f"{ALARM.name}:{record.id}", unit=unit, code=UNKNOWN_CODE)

        self._runner.run_command(actor, "duty.follow", Permission.INTAKE, open_replacement)

    def page(self, alarm_id: str) -> bool:
        """Take the next escalation step of an alarm if it is due; return whether it was."""
        record = self._context.storage.records.get(ALARM.name, alarm_id)
        if record is None:
            return False
        actor = system("delivery").with_request(f"page:{alarm_id}:{record.version}")
        return self._runner.run_command(
            actor, "duty.page", Permission.INTAKE, lambda uow: self._escalate(uow, alarm_id)
        )

    def _escalate(self, uow: UnitOfWork, alarm_id: str) -> bool:
        uow.permit(self._context.district.root)
        alarm = uow.get(ALARM, alarm_id)
        if alarm is None or alarm.next_at is None or alarm.next_at > uow.at:
            return False
        tip = find_tip(uow, alarm.about)
        if tip is not None and is_over(tip) and not alarm.has_danger_after(tip.moments.get("settled")):
            self._alarms.follow_case(
                uow,
                alarm.about,
                unit=alarm.unit,
                excluded=tip.barred,
                by=uow.actor.label,
                is_over=True,
                is_taken_up=False,
            )
            open_own_alarms(uow, self._alarms, alarm, is_known=False)
            return False
        claim = find_alarm_claim(uow, alarm)
        alarm = self._settle_claim(uow, alarm, claim)
        if not alarm.is_open:
            return False
        excluded = tip.barred if tip else alarm.excluded
        people = list_recipients(uow, alarm.unit, excluded, uow.at, tip.passed_over if tip else ())
        available = [candidate for candidate in people if candidate.gap is None]
        skipped = list_unreachable_officers(alarm, people, uow.at)
        on_roster = any(candidate.unit for candidate in available)
        page = alarm.find_next_notice(available, self._context.district.duty, uow.at)
        if page is None:
            self._report_unreachable(uow, alarm, skipped, available)
            return True
        rung = self._send_urgent_notice(uow, alarm, page)
        is_unheard = page.round > alarm.round or not (on_roster or alarm.pages)
        unreachable_steps = (self._build_unreachable_step(uow, alarm, page.round),) if is_unheard else ()
        acted_at = None if claim is None else claim.at
        next_at = alarm.find_due_time_after(page, self._context.district.duty, uow.at, acted_at)
        self._alarms.climb(uow, alarm.id, (*skipped, *unreachable_steps, rung), next_at)
        return True

    def _settle_claim(self, uow: UnitOfWork, alarm: Alarm, claim: AlarmClaim | None) -> Alarm:
        """Let an alarm wait for the running claim of its case, or resume escalation after a claim has ended.

        The claimant has to respond to further danger: if no act follows its urgent notice, the claim ends and
        escalation resumes, so that the next notified officer can claim the case. Repeated danger gives the claimant no
        more time.
        """
        if claim is not None and alarm.is_covered_by(claim.at):
            return self._alarms.follow_running(uow, alarm.id, claim)
        if alarm.claim_until is None:
            return alarm
        unanswered = alarm.find_first_unanswered_notice(alarm.acknowledged_at if claim is None else claim.at)
        has_time = unanswered is None or uow.at - unanswered < self._context.district.duty.repage
        if alarm.has_new_danger() and has_time:
            return alarm
        if claim is not None:
            for tip in iter_covered_tips(uow, alarm):
                if tip.claim is not None and tip.claim.by == claim.by:
                    self._claims.record_lapse(uow, tip.id)
        last = alarm.pages[-1].row if alarm.is_open and alarm.pages else ""
        return self._alarms.resume(uow, alarm.id, last, "no_act" if last else "")

    def _report_unreachable(
        self, uow: UnitOfWork, alarm: Alarm, skipped: tuple[Rung, ...], available: list[OnDuty]
    ) -> None:
        """Report to the operators that a whole round of notices reached no officer, and start the next round; without
        any reachable officer, report hourly.
        """
        rules = self._context.district.duty
        number = alarm.round + 1
        was_just_reported = (
            alarm.unheard_at is not None and not available and uow.at - alarm.unheard_at < _UNHEARD_PAUSE
        )
        rungs = skipped if was_just_reported else (*skipped, self._build_unreachable_step(uow, alarm, number))
        self._alarms.climb(uow, alarm.id, rungs, uow.at + rules.repage)

    def _build_unreachable_step(self, uow: UnitOfWork, alarm: Alarm, number: int) -> Rung:
        uow.add_event("duty.unheard")
        uow.facts["round"] = number
        return Rung(officer="", unit=alarm.unit, at=uow.at, how=NotificationKind.UNHEARD, round=number)

    def _send_urgent_notice(self, uow: UnitOfWork, alarm: Alarm, page: NextPage) -> Rung:
        district = self._context.district
        scope = f"alarm:{alarm.id}"
        officer = uow.load(OFFICER, page.to.officer)
        moment = alarm.more_at[-1] if page.how is NotificationKind.MORE else alarm.opened_at
        more = alarm.unnotified if alarm.pages else 0
        purpose = _MANY if page.how is NotificationKind.MORE and more > 1 else _PURPOSES[page.how]
        facts: dict[str, object] = {"count": more} if purpose == _MANY else {}
        text = district.say(
            purpose,
            code=alarm.code,
            category=describe_subject(district, alarm),
            unit=district.unit(alarm.unit).name,
            time=short_moment(moment),
            **facts,
        )
        if alarm.also and page.how is not NotificationKind.MORE:
            text = f"{text} {district.say('alarm.reports', count=len(alarm.cases))}"
        row = uow.send(officer.conversation, text, purpose=purpose, cause=scope, scope=scope, lane=Lane.EMERGENCY)
        return Rung(
            officer=officer.id,
            unit=page.to.unit or alarm.unit,
            at=uow.at,
            how=page.how,
            row=row,
            round=page.round,
            more=more,
        )

    def _note_missed_notice(self, alarm: Alarm) -> bool:
        """Mark the last urgent notice of an alarm as missed if it failed, or was delivered at night by a method that
        wakes no one, so that escalation continues at once; return whether it was.
        """
        last = next(iter(reversed(alarm.pages)), None)
        row = self._context.storage.queues.outbox_row(last.row) if last and not last.missed else None
        why = "" if row is None else self._find_miss_reason(row)
        if last is None or row is None or not why:
            return False
        actor = system("delivery").with_request(f"missed:{last.row}")

        def mark_missed(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            stored_alarm = uow.get(ALARM, alarm.id)
            if (
                stored_alarm is not None
                and stored_alarm.is_open
                and stored_alarm.pages
                and stored_alarm.pages[-1].row == row.id
            ):
                self._alarms.note_missed(uow, alarm.id, row.id, why)

        self._runner.run_command(actor, "duty.missed", Permission.INTAKE, mark_missed)
        return True

    def _find_miss_reason(self, row: OutboxRow) -> str:
        """Return why an urgent notice doesn't count as delivered, or "" if it does."""
        now = self._context.clock.now()
        if row.state in _FAILED:
            return "failed"
        is_night = self._context.district.delivery.quiet_until(now, self._context.district.timezone) is not None
        if row.delivery_method and is_night:
            return f"{row.delivery_method}_at_night"
        return "waits" if row.state is OutboxState.READY and row.attempts and row.due_at > now + _SOON else ""
