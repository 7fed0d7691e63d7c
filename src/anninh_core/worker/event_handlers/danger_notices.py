"""Notifications to officers about an open case: possible danger, a reporter's corrections, and other places."""

from collections.abc import Callable, Iterable
from functools import partial

from anninh_core.domain.alarm_recipients import list_recipients
from anninh_core.domain.duty.alarm import Alarm, make_alarm_id
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import BY_A_PERSON, Tip
from anninh_core.domain.tips.states import PlaceChange
from anninh_core.domain.tips.values import NamedPlace
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.actor import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.event_records import iter_touched_models
from anninh_core.worker.jobs.alerts.bundling import CODE, find_alarm_to_join, leave_joined_alarm, open_tip_alarm
from anninh_core.worker.jobs.alerts.cases import is_over
from anninh_core.worker.jobs.alerts.pager import Pager


class DangerNotices:
    """Handles a reporter's further messages about a case after officers were notified about it."""

    def __init__(self, services: Services) -> None:
        self._alarms = services.duty.alarms
        self._runner = services.units.runner
        self._context = self._runner.context
        self._notifier = OfficerNotifier(self._runner)
        self._pager = Pager(services)

    def await_danger_answer(self, entry: Entry) -> None:
        """Open the alarm of a case after the system asked its reporter whether there is danger; the urgent notice is
        sent unless the reporter denies danger in time.
        """
        for tip in iter_touched_models(self._context, TIP, entry):
            self._run_once(entry, f"asked:{tip.id}", partial(self._open_possible_alarm, tip=tip, entry=entry))

    def handle_danger_denial(self, entry: Entry) -> None:
        """Cancel the pending urgent notice of a case if its reporter denies danger."""
        for tip in iter_touched_models(self._context, TIP, entry):
            self._run_once(entry, f"denied:{tip.id}", partial(self._cancel_urgent_notice, about=_format_tip_ref(tip)))

    def notify_correction(self, entry: Entry) -> None:
        """Notify the officers responsible for a case that its reporter calls it over, or not dangerous."""
        for tip in iter_touched_models(self._context, TIP, entry):
            text = self._context.district.say("officer.corrected", code=tip.receipt[:CODE])
            self._notify(entry, tip, self._list_responsible(tip), text, "officer.corrected")

    def notify_corrected_place(self, entry: Entry) -> None:
        """Send an urgent notice to the officer on duty at the place that a reporter corrected; also notify the officers
        alerted before, who aren't called off.
        """
        for tip in iter_touched_models(self._context, TIP, entry):
            place = _find_named_place(tip, PlaceChange.CORRECTED)
            previous_alarm = self._get_alarm(tip)
            if place is None:
                continue
            self._run_once(entry, f"moved:{tip.id}", partial(self._move_alarm, tip=tip, unit=place.unit))
            self._pager.page(make_alarm_id(_format_tip_ref(tip)))
            known_to = (*self._list_responsible(tip), *(previous_alarm.notified if previous_alarm else ()))
            facts = {"code": tip.receipt[:CODE], "unit": self._context.district.unit(place.unit).name}
            text = self._context.district.say("officer.place_corrected", **facts)
            self._notify(entry, tip, known_to, text, "officer.place_corrected")

    def notify_emergency_place(self, entry: Entry) -> None:
        """Move an emergency's alarm to the place where it turned out to be, and send the officer on duty there an
        urgent notice, unless the alarm is acknowledged.
        """
        for tip in iter_touched_models(self._context, TIP, entry):
            alarm = self._get_alarm(tip)
            if tip.emergency and (alarm is None or alarm.is_open):
                self._run_once(entry, f"moved:{tip.id}", partial(self._move_alarm, tip=tip, unit=tip.unit))
                self._pager.page(make_alarm_id(_format_tip_ref(tip)))

    def notify_other_place(self, entry: Entry) -> None:
        """Notify the officer on duty at the place to which, by the reporter's message, a person flees or is taken."""
        for tip in iter_touched_models(self._context, TIP, entry):
            place = _find_named_place(tip, PlaceChange.DIRECTION)
            if place is None:
                continue
            district = self._context.district
            facts = {"code": tip.receipt[:CODE], "unit": district.unit(tip.unit).name}
            text = district.say("officer.place_named", place=district.unit(place.unit).name, **facts)
            alarm = self._get_alarm(tip)
            known_to = {*self._list_responsible(tip), *(alarm.notified if alarm else ())}
            inform = partial(
                self._notify_duty_at_unit, tip=tip, unit=place.unit, text=text, known_to=frozenset(known_to)
            )
            self._run_once(entry, f"direction:{tip.id}", inform)

    def offer_place_change(self, entry: Entry) -> None:
        """Offer the officers responsible for a case to move it to another place that its reporter named, unless a
        person has set its place.
        """
        for tip in iter_touched_models(self._context, TIP, entry):
            place = _find_named_place(tip, PlaceChange.OTHER)
            if place is None or tip.place_reason == BY_A_PERSON:
                continue
            facts = {"code": tip.receipt[:CODE], "unit": self._context.district.unit(place.unit).name}
            text = self._context.district.say("officer.place_offered", **facts)
            self._notify(entry, tip, self._list_responsible(tip), text, "officer.place_offered")

    def _open_possible_alarm(self, uow: UnitOfWork, tip: Tip, entry: Entry) -> None:
        uow.permit(self._context.district.root)
        if is_over(tip):
            return
        about = _format_tip_ref(tip)
        carrier = find_alarm_to_join(uow, tip, by_limits=True)
        # Over a flood limit, the case joins another alarm, which sends its urgent notice together with others at once.
        if carrier is not None:
            self._alarms.take_case_in(uow, carrier.id, about)
            return
        if uow.get(ALARM, make_alarm_id(about)) is None:
            rules = self._context.district.duty
            unit = tip.handling_unit or tip.unit
            open_tip_alarm(uow, self._alarms, tip, unit=unit, emergency=False, at=entry.at, wait=rules.bundle)
        self._alarms.await_answer(uow, about, at=entry.at)

    def _cancel_urgent_notice(self, uow: UnitOfWork, about: str) -> None:
        uow.permit(self._context.district.root)
        self._alarms.deny_danger(uow, about)

    def _move_alarm(self, uow: UnitOfWork, tip: Tip, unit: str) -> None:
        uow.permit(self._context.district.root)
        if leave_joined_alarm(uow, self._alarms, tip):
            return
        self._alarms.follow_case(
            uow,
            _format_tip_ref(tip),
            unit=unit,
            excluded=tip.barred,
            by=uow.actor.label,
            is_over=is_over(tip),
            is_taken_up=False,
        )

    def _notify_duty_at_unit(self, uow: UnitOfWork, tip: Tip, unit: str, text: str, known_to: frozenset[str]) -> None:
        district = self._context.district
        uow.permit(district.root)
        people = [person for person in list_recipients(uow, unit, tip.barred, uow.at) if person.gap is None]
        on_duty = [person for person in people if person.unit][:1]
        for id in (person.officer for person in on_duty or people):
            officer = uow.get(OFFICER, id)
            if officer is None or not officer.conversation or id in known_to:
                continue
            scope = f"officer:{id}"
            uow.send(
                officer.conversation,
                text,
                purpose="officer.place_named",
                cause=scope,
                scope=scope,
                lane=Lane.EMERGENCY,
            )

    def _notify(self, entry: Entry, tip: Tip, officers: Iterable[str], text: str, purpose: str) -> None:
        lane = Lane.EMERGENCY if tip.emergency else Lane.BROADCAST
        for officer in dict.fromkeys(officers):
            if not self._is_excluded(tip, officer):
                request = f"{purpose}:{entry.id}:{tip.id}"
                self._notifier.notify_officer(officer, request, text, purpose=purpose, lane=lane)

    def _is_excluded(self, tip: Tip, officer: str) -> bool:
        return not {*tip.barred}.isdisjoint(self._runner.permits.list_marks(officer))

    def _list_responsible(self, tip: Tip) -> tuple[str, ...]:
        """Return the officer who claimed a case; if there is none, its handlers; else the officer who acknowledged its
        alarm.
        """
        claim = tip.find_running_claim(self._context.clock.now())
        if claim is not None:
            return (claim.by,)
        if tip.handlers:
            return tip.handlers
        alarm = self._get_alarm(tip)
        return (alarm.acknowledged_by,) if alarm and alarm.acknowledged_by else ()

    def _get_alarm(self, tip: Tip) -> Alarm | None:
        record = self._context.storage.records.get(ALARM.name, make_alarm_id(_format_tip_ref(tip)))
        return next(iter(self._context.iter_readable(ALARM, [record])), None) if record is not None else None

    def _run_once(self, entry: Entry, key: str, body: Callable[[UnitOfWork], None]) -> None:
        actor = system("delivery").with_request(f"danger:{entry.id}:{key}")
        try:
            self._runner.run_command(actor, "duty.follow", Permission.INTAKE, body)
        except AlreadyDone:
            return


def _format_tip_ref(tip: Tip) -> str:
    return f"{TIP.name}:{tip.id}"


def _find_named_place(tip: Tip, how: PlaceChange) -> NamedPlace | None:
    """Return the last place that a reporter named with a kind of change, or None."""
    return next((place for place in reversed(tip.named_places) if place.how is how), None)
