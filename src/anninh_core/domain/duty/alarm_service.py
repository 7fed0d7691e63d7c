"""Alarms: opened by what comes in, climbed by the clock, taken up by an officer."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve

from anninh_core.domain.duty.alarm import Alarm, Rung, alarm_id, start_alarm
from anninh_core.domain.duty.bundles import find_carrier_of
from anninh_core.domain.duty.claims import AlarmClaim, follow_claim, follow_lost_claim, require_unclaimed
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
"""How long after a page reports of further people are gathered before the next one leaves."""


def _find_alarm(uow: UnitOfWork, about: str) -> tuple[str, Alarm | None]:
    """Return what an alarm has to be about, and the alarm about it that there is, if any.

    That is the thing itself; or the alarm about it, where that one can't be read.
    """
    while True:
        id = alarm_id(about)
        try:
            return about, uow.get(ALARM, id)
        except Damaged:
            about = f"{ALARM.name}:{id}"


class Alarms(Service):
    """What somebody has to know of, and who does.

    Args:
        cases: the kinds of case there are, by their names.
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
        """Open the alarm about something (`kind:id`); where there is one, an emergency comes to it as more.

        Where there is one that can't be read, an alarm about that alarm is opened in its place.

        Args:
            about, unit: what it is about, and where that is.
            code, category: what tells it from others, and its incoming category, "" for none.
            emergency: whether it is paged until somebody acknowledges.
            at, wait: when it came, None for now, and how long after that its first step is due.
            chat: conversation id of the group in which it was said, "" for a case.
            excluded: officers who may hear nothing of it.
            decide_by: when a person has to have decided about the supervisor lock of the case; None for none.
        """
        uow.permit(unit)
        about, alarm = _find_alarm(uow, about)
        if alarm is not None and not emergency:
            return alarm
        if alarm is not None:
            if not alarm.is_emergency:  # a notice: its tip may have been placed since, and is about danger now
                alarm = evolve(alarm, unit=unit, category=category or alarm.category)
            return self._raise_again(uow, evolve(alarm, category=alarm.category or category))
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
        """Let a notice be paged once the profile's minutes are over in which its reporter may say that all is well."""
        alarm = uow.load(ALARM, alarm_id(about))
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.danger_asked")
        return uow.save(ALARM, alarm.with_question(at, self.context.district.duty.ask))

    @step(Permission.INTAKE)
    def deny_danger(self, uow: UnitOfWork, about: str) -> Alarm | None:
        """Let an alarm be what it was before its reporter was asked about danger; None where there is none."""
        alarm = uow.get(ALARM, alarm_id(about))
        if alarm is None:
            return None
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.danger_denied")
        return uow.save(ALARM, alarm.denied())

    @step(Permission.INTAKE)
    def page_undecided(self, uow: UnitOfWork, id: str) -> Alarm:
        """Let the ladder be paged about a locked case whose lock is still undecided after its time."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.alarm_raised")
        return uow.save(ALARM, alarm.undecided(uow.at))

    @step(Permission.INTAKE)
    def follow_decision(self, uow: UnitOfWork, about: str, *, unit: str, excluded: Sequence[str], by: str) -> None:
        """Let the alarm of a case follow a person's decision about its lock.

        Args:
            about: the case.
            unit: whose it is now.
            excluded: who may hear nothing of it.
            by: id of the officer who decided.
        """
        uow.permit(unit)
        alarm = uow.get(ALARM, alarm_id(about))
        if alarm is None or alarm.decide_by is None:
            return
        decided = alarm.decided(by, uow.at)
        moved = decided.moved(unit, uow.at, taken_up=False)
        uow.add_event("duty.lock_decided")
        uow.save(ALARM, evolve(moved, excluded=tuple(excluded)))

    @step(Permission.INTAKE)
    def add_danger(self, uow: UnitOfWork, id: str) -> Alarm:
        """Note that more was heard of danger: whoever knows of it is told, and has to acknowledge anew."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        return self._raise_again(uow, alarm)

    @step(Permission.INTAKE)
    def take_case_in(self, uow: UnitOfWork, id: str, case: str) -> Alarm:
        """Let an alarm page about a further case (`kind:id`) in danger, with all that come within a minute."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.alarm_raised")
        return uow.save(ALARM, alarm.with_case(case, uow.at, _GATHERING))

    @step(Permission.INTAKE)
    def release_cases(self, uow: UnitOfWork, id: str, cases: Collection[str]) -> tuple[str, ...]:
        """Let an alarm not page about some further cases any more; return those of them that it had taken in."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.save(ALARM, alarm.without_cases(cases))
        return tuple(case for case in alarm.also if case in cases)

    @step(Permission.INTAKE)
    def climb(self, uow: UnitOfWork, id: str, rungs: Sequence[Rung], next_at: datetime | None) -> Alarm:
        """Write down who was paged, or why not, and when the next step is due."""
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts |= {"alarm": alarm.id, "told": ",".join(rung.officer for rung in rungs if rung.row)}
        uow.add_event("duty.told")
        return uow.save(ALARM, alarm.with_rungs(rungs, next_at))

    @step(Permission.TIP_HANDLE)
    def release(self, uow: UnitOfWork, about: str) -> None:
        """Let the ladder of an emergency whose claim was released go on at once."""
        uow.permitted_units()
        carrier = find_carrier_of(uow, about)
        alarm = carrier or uow.get_readable(ALARM, alarm_id(about))
        if alarm is not None and alarm.claim_until is not None and alarm.acknowledged_by == uow.actor.id:
            uow.facts["alarm"] = alarm.id
            uow.add_event("duty.resumed")
            uow.save(ALARM, alarm.resumed(uow.at))

    @step(Permission.TIP_HANDLE)
    def hand_up_now(self, uow: UnitOfWork, id: str) -> Alarm:
        """Let the next officer be paged at once: the last page brought nobody.

        Raises:
            WrongStep: nobody is paged about it any more.
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
        """Let an alarm wait for a running claim of its case.

        Args:
            also: further cases (`kind:id`) that its officer was paged about.
        """
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        return uow.save(ALARM, follow_claim(uow, evolve(alarm, also=(*alarm.also, *also)), claim))

    @step(Permission.INTAKE)
    def resume(self, uow: UnitOfWork, id: str, row: str = "", why: str = "") -> Alarm:
        """Let the ladder of an alarm go on at once, without a claim.

        Args:
            row: outbox row of a page that doesn't count, "" for none.
            why: why it doesn't.
        """
        alarm = uow.load(ALARM, id)
        uow.permit(alarm.unit)
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.resumed")
        return uow.save(ALARM, alarm.missed(row, why, uow.at).resumed(uow.at))

    @step(Permission.INTAKE)
    def note_missed(self, uow: UnitOfWork, id: str, row: str, why: str) -> Alarm:
        """Note that a page doesn't count, so that the next one is due at once."""
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
        """Let the alarm of a case follow it after an officer's act; None where there is none.

        Args:
            about: the case.
            unit: whose it is now.
            excluded: who may hear nothing of it.
            by: `kind:id` of the actor.
            is_over: whether the act ended the case: then nothing is paged any more.
            is_taken_up: whether the act shows that an officer works on it, which answers a notice, and a page about
                possible danger, though no other page.
            claim: the running claim of the case, which the ladder waits for.
        """
        uow.permit(unit)
        alarm = uow.get(ALARM, alarm_id(about))
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
            followed = follow_claim(uow, followed, claim)
        elif followed.claim_until is not None and not is_over:
            followed = follow_lost_claim(uow, followed)
        return uow.save(ALARM, followed) if followed != alarm else alarm

    @query(Permission.TIP_HANDLE)
    def find_to_claim(self, session: ReadSession, alarm_id: AlarmId) -> Alarm:
        """Return an alarm that the actor may claim.

        Raises:
            NotVisible: there is no such alarm, or it isn't the actor's, by unit or by a conflict of interest.
            WrongStep: another officer's claim is running: says whose, and until when.
        """
        alarm = self._get_permitted(session, alarm_id)
        require_unclaimed(session, alarm)
        return alarm

    @query(Permission.TIP_SUPERVISE)
    def find_to_claim_for(self, session: ReadSession, alarm_id: AlarmId, officer: OfficerId) -> Alarm:
        """Return an alarm that another officer may be given.

        Raises:
            NotVisible: there is no such alarm, or it isn't the actor's, by unit or by a conflict of interest.
            BadInput: the officer may not handle tips of its unit, or is excluded.
        """
        alarm = self._get_permitted(session, alarm_id)
        may = session.permits.may(person(officer), Permission.TIP_HANDLE, alarm.unit, session.today).allowed
        if not may or not {*alarm.excluded}.isdisjoint(session.permits.list_marks(officer)):
            raise BadInput(
                "Officer {officer} can't handle alarm {code}: name an officer who handles tips of its unit.",
                officer=officer,
                code=alarm.code,
                argument="officer",
            )
        return alarm

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def alarm(self, session: ReadSession, alarm_id: AlarmId) -> Alarm:
        """Return an alarm with its ladder: who was told when, by what, and who acknowledged it.

        Raises:
            NotVisible: there is no such alarm, or it isn't the actor's, by unit or by a conflict of interest.
        """
        return self._get_permitted(session, alarm_id)

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
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
        where = {"state": "open"} if open else {}
        urgency = {"urgency": "emergency"} if emergency else {}

        def shows(alarm: Alarm) -> bool:
            return not session.is_barred(alarm.excluded) and not self._is_excluded(session, alarm)

        return session.list_permitted(
            ALARM, "newest", unit, where={**where, **urgency}, shows=shows, after=after, limit=limit
        )

    def _get_permitted(self, session: ReadSession, id: str) -> Alarm:
        """Return an alarm that the actor may know of: its case says so where it has one, else its unit."""
        alarm = session.get_visible(ALARM, id, _SEE)
        ref = Ref.parse(alarm.about)
        access = self._cases.get(ref.kind)
        if access is None:
            return session.get_permitted(ALARM, id, _SEE)
        case = session.get_readable(access.kind, ref.id)
        permitted = session.permitted_units()
        units = (alarm.unit,) if case is None else access.kind.all_units(case)
        if permitted is not None and not set(units) & set(permitted):
            raise session.withhold(ALARM.name, id, f"it belongs to {alarm.unit}", _SEE, unit=alarm.unit)
        if case is not None and session.is_barred(access.kind.excluded(case)):
            truth = f"{session.actor.label} is excluded from {alarm.about} by a conflict of interest"
            raise session.withhold(ALARM.name, id, truth, _SEE, unit=alarm.unit)
        session.check_not_excluded(ALARM, alarm, _SEE)
        session.unit = alarm.unit
        return alarm

    def _is_excluded(self, session: ReadSession, alarm: Alarm) -> bool:
        """Return whether a conflict of interest keeps the actor away from the case, whatever the alarm knows of it.

        Where the case can't be read, the alarm alone counts: it says nothing of the case but its unit, and if nobody
        could see it, nobody could acknowledge it.
        """
        ref = Ref.parse(alarm.about)
        access = self._cases.get(ref.kind)
        case = None if access is None else session.get_readable(access.kind, ref.id)
        return access is not None and case is not None and session.is_barred(access.kind.excluded(case))

    def _raise_again(self, uow: UnitOfWork, alarm: Alarm) -> Alarm:
        uow.facts["alarm"] = alarm.id
        uow.add_event("duty.alarm_raised")
        return uow.save(ALARM, alarm.with_more(uow.at, self.context.district.flood.page_pause))
