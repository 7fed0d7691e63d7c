"""Use cases of alarms, which are opened for incoming tips, escalated by the worker, and acknowledged by officers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve

from anninh_core.domain.duty.alarm import Alarm, Rung, make_alarm_id, start_alarm
from anninh_core.domain.duty.bundles import find_covering_alarm
from anninh_core.domain.duty.claims import AlarmClaim, apply_claim, apply_lost_claim, require_unclaimed
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.states import AlarmState
from anninh_core.kernel.errors import BadInput, Damaged, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import person
from anninh_core.usecase.arguments import AlarmId, Cursor, Limit, OfficerId, WithinUnit
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.marks import Service, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "duty.alarms"
_AT_ONCE = timedelta(0)
_GATHERING = timedelta(minutes=1)
"""Time after an urgent notice during which further cases are collected into the next one."""


def _find_alarm(uow: UnitOfWork, about: str) -> tuple[str, Alarm | None]:
    """Return the subject about which an alarm is to be opened, and the existing alarm about it, or None.

    The subject is `about`, or, if the alarm about it is damaged, that damaged alarm.
    """
    while True:
        id = make_alarm_id(about)
        try:
            return about, uow.get(ALARM, id)
        except Damaged:
            about = f"{ALARM.name}:{id}"


class Alarms(Service):
    """Use cases of alarms.

    Args:
        cases: access to each kind of case, by name.
    """

    action_prefix = "duty"

    def __init__(self, runner: UseCaseRunner, cases: Mapping[str, CaseAccess]) -> None:
        super().__init__(runner)
        self._cases = cases

    @step(Permission.INTAKE)
    def open_alarm(
        self,
        uow: UnitOfWork,
        about: str,
        *,
        unit: str,
        code: str,
        category: str = "",
        emergency: bool = True,
        chat: str = "",
        at: datetime | None = None,
        wait: timedelta = _AT_ONCE,
        excluded: Sequence[str] = (),
        decide_by: datetime | None = None,
    ) -> Alarm:
        """Open an alarm about a subject (`kind:id`); an emergency is added to an existing alarm as further danger.

        If the existing alarm can't be read, an alarm about that alarm is opened instead.

        Args:
            about, unit: subject of the alarm, and its unit.
            code, category: code that distinguishes the alarm from others, and its incoming category, "" for none.
            emergency: whether urgent notices repeat until an officer acknowledges it.
            at, wait: time of arrival, None for now, and the time from then to the first step.
            chat: conversation id of the message's group, "" for a case.
            excluded: ids of officers and marks of units that may not learn of it.
            decide_by: deadline for the decision about the supervisor lock of the case, or None.
        """
        uow.permit(unit)
        about, alarm = _find_alarm(uow, about)
        if alarm is not None and not emergency:
            return alarm
        if alarm is not None:
            # The tip of a notice may have moved to another unit since, and is now about danger.
            if not alarm.is_emergency:
                alarm = evolve(alarm, unit=unit, category=category or alarm.category)
            return self._reopen_alarm(uow, evolve(alarm, category=alarm.category or category))
        started = start_alarm(
            about=about,
            unit=unit,
            code=code,
            at=at or uow.at,
            category=category,
            emergency=emergency,
            chat=chat,
            wait=wait,
            decide_by=decide_by,
        )
        uow.facts["alarm"] = started.id
        uow.add_event("duty.alarm_raised" if emergency else "duty.notice_opened")
        return uow.save(ALARM, evolve(started, excluded=tuple(excluded)))

    @step(Permission.INTAKE)
    def await_answer(self, uow: UnitOfWork, about: str, *, at: datetime) -> Alarm:
        """Begin urgent notices after the profile's minutes in which the reporter may still deny danger."""
        alarm = uow.load(ALARM, make_alarm_id(about))
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.danger_asked")
        return uow.save(ALARM, alarm.with_question(at, self.context.district.duty.ask))

    @step(Permission.INTAKE)
    def deny_danger(self, uow: UnitOfWork, about: str) -> Alarm | None:
        """Set an alarm back to its state before its reporter was asked about danger; return None without an alarm."""
        alarm = uow.get(ALARM, make_alarm_id(about))
        if alarm is None:
            return None
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.danger_denied")
        return uow.save(ALARM, alarm.denied())

    @step(Permission.INTAKE)
    def page_undecided(self, uow: UnitOfWork, id: str) -> Alarm:
        """Begin urgent notices about a locked case that is still undecided after the deadline."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.alarm_raised")
        return uow.save(ALARM, alarm.undecided(uow.at))

    @step(Permission.INTAKE)
    def follow_decision(self, uow: UnitOfWork, about: str, *, unit: str, excluded: Sequence[str], by: str) -> None:
        """Update the alarm of a case after a person decided about its lock.

        Args:
            about: the case.
            unit: the unit to which it belongs now.
            excluded: ids of officers and marks of units that may not learn of it.
            by: id of the officer who decided.
        """
        uow.permit(unit)
        alarm = uow.get(ALARM, make_alarm_id(about))
        if alarm is None or alarm.decide_by is None:
            return
        decided = alarm.decided(by, uow.at)
        moved = decided.moved(unit, uow.at, taken_up=False)
        uow.add_event("duty.lock_decided")
        uow.save(ALARM, evolve(moved, excluded=tuple(excluded)))

    @step(Permission.INTAKE)
    def add_danger(self, uow: UnitOfWork, id: str) -> Alarm:
        """Record that further danger was reported: the alarm has to be acknowledged again."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        return self._reopen_alarm(uow, alarm)

    @step(Permission.INTAKE)
    def take_case_in(self, uow: UnitOfWork, id: str, case: str) -> Alarm:
        """Add a further case (`kind:id`) in danger to an alarm; one urgent notice covers the cases of a minute."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.alarm_raised")
        return uow.save(ALARM, alarm.with_case(case, uow.at, _GATHERING))

    @step(Permission.INTAKE)
    def release_cases(self, uow: UnitOfWork, id: str, cases: Collection[str]) -> tuple[str, ...]:
        """Remove further cases from an alarm; return those that it had."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.save(ALARM, alarm.without_cases(cases))
        return tuple(case for case in alarm.also if case in cases)

    @step(Permission.INTAKE)
    def climb(self, uow: UnitOfWork, id: str, rungs: Sequence[Rung], next_at: datetime | None) -> Alarm:
        """Record the urgent notices sent, the officers passed over and why, and the due time of the next step."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts |= {"alarm": alarm.id, "told": ",".join(rung.officer for rung in rungs if rung.row)}
        uow.add_event("duty.told")
        return uow.save(ALARM, alarm.with_rungs(rungs, next_at))

    @step(Permission.TIP_HANDLE)
    def release(self, uow: UnitOfWork, about: str) -> None:
        """Resume the escalation of an emergency at once after its claim was released."""
        uow.permitted_units()
        covering_alarm = find_covering_alarm(uow, about)
        alarm = covering_alarm or uow.get_readable(ALARM, make_alarm_id(about))
        if alarm is not None and alarm.claim_until is not None and alarm.acknowledged_by == uow.actor.id:
            uow.facts["alarm"] = alarm.id
            uow.add_event("duty.resumed")
            uow.save(ALARM, alarm.resumed(uow.at))

    @step(Permission.TIP_HANDLE)
    def hand_up_now(self, uow: UnitOfWork, id: str) -> Alarm:
        """Notify the next officer at once: the last urgent notice brought no help.

        Raises:
            WrongStep: the alarm sends no urgent notices any more.
        """
        alarm = self._get_permitted(uow, id)
        if not alarm.is_emergency or alarm.state is AlarmState.ENDED:
            raise WrongStep("Alarm {code} pages no one any more, so it can't be handed up.", code=alarm.code)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.resumed")
        last = alarm.pages[-1].row if alarm.pages else ""
        return uow.save(ALARM, alarm.missed(last, "nobody_can_come", uow.at).resumed(uow.at))

    @step(Permission.INTAKE)
    def follow_running(self, uow: UnitOfWork, id: str, claim: AlarmClaim, also: Sequence[str] = ()) -> Alarm:
        """Make an alarm wait for a running claim of its case.

        Args:
            also: further cases (`kind:id`) that urgent notices to its officer covered.
        """
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        return uow.save(ALARM, apply_claim(uow, evolve(alarm, also=(*alarm.also, *also)), claim))

    @step(Permission.INTAKE)
    def resume(self, uow: UnitOfWork, id: str, row: str = "", why: str = "") -> Alarm:
        """Resume the escalation of an alarm at once, without a claim.

        Args:
            row: outbox row of an urgent notice that doesn't count, "" for none.
            why: code of the reason.
        """
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.resumed")
        return uow.save(ALARM, alarm.missed(row, why, uow.at).resumed(uow.at))

    @step(Permission.INTAKE)
    def note_missed(self, uow: UnitOfWork, id: str, row: str, why: str) -> Alarm:
        """Record that an urgent notice doesn't count, so that the next one is due at once."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts |= {"alarm": alarm.id, "missed": why}
        uow.add_event("duty.page_missed")
        return uow.save(ALARM, alarm.missed(row, why, uow.at))

    @step(Permission.INTAKE)
    def follow_case(
        self,
        uow: UnitOfWork,
        about: str,
        *,
        unit: str,
        excluded: Sequence[str],
        by: str,
        is_over: bool,
        is_taken_up: bool,
        claim: AlarmClaim | None = None,
    ) -> Alarm | None:
        """Update the alarm of a case after an officer's act; return None without an alarm.

        Args:
            about: the case.
            unit: the unit to which it belongs now.
            excluded: ids of officers and marks of units that may not learn of it.
            by: `kind:id` of the actor.
            is_over: whether the act ended the case: then no more urgent notices are sent.
            is_taken_up: whether the act shows that an officer works on it, which acknowledges a notice or an alarm
                about possible danger, but no other alarm.
            claim: the running claim of the case, for which the escalation waits.
        """
        uow.permit(unit)
        alarm = uow.get(ALARM, make_alarm_id(about))
        if alarm is None:
            return None
        moved = alarm if is_over else alarm.moved(unit, uow.at, taken_up=is_taken_up)
        followed = evolve(moved, excluded=tuple(excluded))
        if is_over and alarm.ended_at is None:
            followed = followed.ended(by, uow.at)
            uow.add_event("duty.alarm_ended")
        elif is_taken_up and alarm.is_possible and alarm.state is not AlarmState.ENDED:
            followed = followed.judged(Ref.parse(by).id, uow.at)
            uow.add_event("duty.acknowledged")
        elif is_taken_up and followed.is_open and not alarm.is_emergency:
            followed = followed.acknowledged(Ref.parse(by).id, uow.at)
            uow.add_event("duty.acknowledged")
        elif claim is not None and alarm.is_emergency and not is_over:
            followed = apply_claim(uow, followed, claim)
        elif followed.claim_until is not None and not is_over:
            followed = apply_lost_claim(uow, followed)
        return uow.save(ALARM, followed) if followed != alarm else alarm

    @query(Permission.TIP_HANDLE)
    def find_to_claim(self, session: ReadSession, alarm_id: AlarmId) -> Alarm:
        """Return an alarm that the actor may claim.

        Raises:
            NotVisible: the alarm doesn't exist, or the actor may not see it because of its unit or a conflict of
                interest.
            WrongStep: another officer's claim is running; the error names the officer and the end of the claim.
        """
        alarm = self._get_permitted(session, alarm_id)
        require_unclaimed(session, alarm)
        return alarm

    @query(Permission.TIP_SUPERVISE)
    def find_to_claim_for(self, session: ReadSession, alarm_id: AlarmId, officer: OfficerId) -> Alarm:
        """Return an alarm that may be assigned to another officer.

        Raises:
            NotVisible: the alarm doesn't exist, or the actor may not see it because of its unit or a conflict of
                interest.
            BadInput: the officer may not handle tips of its unit, or is excluded.
        """
        alarm = self._get_permitted(session, alarm_id)
        is_allowed = session.permits.may(person(officer), Permission.TIP_HANDLE, alarm.unit, session.today).allowed
        if not is_allowed or not {*alarm.excluded}.isdisjoint(session.permits.list_marks(officer)):
            raise BadInput(
                "Officer {officer} can't handle alarm {code}: name an officer who handles tips of its unit.",
                officer=officer,
                code=alarm.code,
                argument="officer",
            )
        return alarm

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def alarm(self, session: ReadSession, alarm_id: AlarmId) -> Alarm:
        """Return an alarm with its escalation log: officers notified, times and kinds of notices, acknowledgement.

        Raises:
            NotVisible: the alarm doesn't exist, or the actor may not see it because of its unit or a conflict of
                interest.
        """
        return self._get_permitted(session, alarm_id)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def alarms(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        open: bool = True,
        emergency: bool = False,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Alarm]:
        """Return alarms and notices, newest first: those that no officer has claimed, or all; `emergency`: no notices.

        `duty.running` has those that officers work on, in the order in which they need an officer.
        """
        conditions = {"state": "open"} if open else {}
        urgency = {"urgency": "emergency"} if emergency else {}

        def is_listed(alarm: Alarm) -> bool:
            return not session.is_barred(alarm.excluded) and not self._is_excluded(session, alarm)

        return session.list_permitted(
            ALARM, "newest", unit, where={**conditions, **urgency}, shows=is_listed, after=after, limit=limit
        )

    def _get_permitted(self, session: ReadSession, id: str) -> Alarm:
        """Return an alarm that the actor may see: the actor's right to read its case decides, or, without a readable
        case, the right in the alarm's unit.
        """
        alarm = session.get_visible(ALARM, id, _SEE)
        ref = Ref.parse(alarm.about)
        access = self._cases.get(ref.kind)
        if access is None:
            return session.get_permitted(ALARM, id, _SEE)
        case = session.get_readable(access.kind, ref.id)
        permitted = session.permitted_units()
        units = (alarm.unit,) if case is None else access.kind.all_units(case)
        if permitted is not None and not set(units) & set(permitted):
            raise session.build_withheld_error(ALARM.name, id, f"it belongs to {alarm.unit}", _SEE, unit=alarm.unit)
        if case is not None and session.is_barred(access.kind.excluded(case)):
            truth = f"{session.actor.label} is excluded from {alarm.about} by a conflict of interest"
            raise session.build_withheld_error(ALARM.name, id, truth, _SEE, unit=alarm.unit)
        session.check_not_excluded(ALARM, alarm, _SEE)
        session.unit = alarm.unit
        return alarm

    def _is_excluded(self, session: ReadSession, alarm: Alarm) -> bool:
        """Return whether a conflict of interest excludes the actor from the alarm's case, recorded in the alarm or not.

        If the case can't be read, only the alarm's own `excluded` counts: it reveals nothing of the case but its unit,
        and an alarm that no officer could see could not be acknowledged.
        """
        ref = Ref.parse(alarm.about)
        access = self._cases.get(ref.kind)
        case = None if access is None else session.get_readable(access.kind, ref.id)
        return access is not None and case is not None and session.is_barred(access.kind.excluded(case))

    def _reopen_alarm(self, uow: UnitOfWork, alarm: Alarm) -> Alarm:
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.alarm_raised")
        return uow.save(ALARM, alarm.with_more(uow.at, self.context.district.flood.page_pause))
