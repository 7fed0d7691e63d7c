"""Event handlers that update the alarm of a tip when the tip changes."""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.duty.alarm import Alarm, make_alarm_id
from anninh_core.domain.duty.bundles import find_covering_alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.lookups import find_alarm_claim, find_tip_claim, has_chat
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import AlreadyDone, Damaged
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.retries import is_transient
from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.actor import ActorKind, system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.event_records import iter_touched_ids, iter_touched_models
from anninh_core.worker.jobs.alerts.bundling import (
    UNKNOWN_CODE,
    find_alarm_to_join,
    leave_joined_alarm,
    open_own_alarms,
    open_tip_alarm,
    separate_case,
)
from anninh_core.worker.jobs.alerts.cases import is_over, load_tip_of_alarm
from anninh_core.worker.jobs.alerts.pager import Pager

_log = logging.getLogger(__name__)


class TipAlarms:
    """Opens, updates and ends the alarms of tips."""

    def __init__(self, services: Services) -> None:
        self._alarms = services.duty.alarms
        self._runner = services.units.runner
        self._context = self._runner.context
        self._pager = Pager(services)
        self._notifier = OfficerNotifier(self._runner)

    def raise_emergency(self, entry: Entry) -> None:
        """Open the alarm of an emergency, or add the danger to its open alarm, and send the officer on duty an urgent
        notice.

        If the tip can't be read, or the alarm can't be bundled with others, an alarm is opened from the journal entry
        alone.
        """
        for tip_id in iter_touched_ids(entry, TIP.name):
            try:
                self._run_once(
                    entry,
                    f"raise:{tip_id}",
                    partial(self._open_tip_alarm, tip_id=tip_id, category=str(entry.facts.get("danger", ""))),
                )
            except Exception as error:
                if is_transient(error):
                    raise
                _log.warning("the alarm of tip %s opens without its words: %s", tip_id, type(error).__name__)
                self._run_once(entry, f"raise:{tip_id}", partial(self._open_from_journal, tip_id=tip_id))
            # An unreadable alarm is replaced by a new one, which sends its urgent notice when its own event is handled.
            with suppress(Damaged):
                self._pager.page(make_alarm_id(f"{TIP.name}:{tip_id}"))

    def page_group_alarm(self, entry: Entry) -> None:
        """Send the officer on duty an urgent notice about an alarm raised by a group message."""
        for id in iter_touched_ids(entry, ALARM.name):
            self._pager.page(id)

    def follow_tip(self, entry: Entry) -> None:
        """Update the alarm after an officer's act on its tip."""
        if Ref.parse(entry.actor).kind != ActorKind.PERSON.value:
            return
        for tip_id in iter_touched_ids(entry, TIP.name):
            self._run_once(entry, f"follow:{tip_id}", partial(self._update_alarm, tip_id=tip_id, entry=entry))

    def follow_lock_decision(self, entry: Entry) -> None:
        """Update the alarm of a tip after an officer decided about its supervisor lock."""
        for tip_id in iter_touched_ids(entry, TIP.name):
            self._run_once(entry, f"lock:{tip_id}", partial(self._update_after_decision, tip_id=tip_id, entry=entry))

    def _update_after_decision(self, uow: UnitOfWork, tip_id: str, entry: Entry) -> None:
        uow.permit(self._context.district.root)
        tip = load_tip_of_alarm(uow, f"{TIP.name}:{tip_id}")
        if tip is not None:
            self._alarms.follow_decision(
                uow,
                f"{TIP.name}:{tip.id}",
                unit=tip.handling_unit or tip.unit,
                excluded=tip.barred,
                by=Ref.parse(entry.actor).id,
            )

    def separate_alarms(self, entry: Entry) -> None:
        """Send a separate urgent notice for an emergency that an officer separated from an incident."""
        for tip_id in iter_touched_ids(entry, TIP.name):
            self._run_once(entry, f"separate:{tip_id}", partial(self._separate_tip, tip_id=tip_id))
            with suppress(Damaged):
                self._pager.page(make_alarm_id(f"{TIP.name}:{tip_id}"))

    def end_message_alarm(self, entry: Entry) -> None:
        """End the alarm of a message from which an officer made a case, as a case in danger has its own alarm."""
        for message_id in iter_touched_ids(entry, MESSAGE.name):
            if self._context.storage.records.get(ALARM.name, make_alarm_id(f"{MESSAGE.name}:{message_id}")) is None:
                continue  # Most messages have raised no alarm.
            self._run_once(entry, f"end:{message_id}", partial(self._end_alarm, message_id=message_id, by=entry.actor))

    def notify_unreachable(self, entry: Entry) -> None:
        """Notify the operators, and the officers who decide about deliveries, that no officer on duty can be
        reached.
        """
        for alarm in iter_touched_models(self._context, ALARM, entry):
            district = self._context.district
            facts = {"code": alarm.code, "unit": district.unit(alarm.unit).name}
            text = district.say("duty.unheard", **facts, time=short_moment(alarm.opened_at))
            request = f"unheard:{entry.id}:{alarm.id}"
            purpose = "duty.unheard"
            for permission in (Permission.OPERATE, Permission.DELIVERY_DECIDE):
                self._notifier.notify(
                    permission,
                    district.root,
                    request,
                    text,
                    purpose=purpose,
                    lane=Lane.EMERGENCY,
                    excluded=alarm.excluded,
                )

    def notify_claim(self, entry: Entry) -> None:
        """Notify the alerted officers who has claimed an alarm and until when; also an officer on whose behalf the
        claim was made.
        """
        for alarm in iter_touched_models(self._context, ALARM, entry):
            self._run_once(
                entry, f"claimed:{alarm.id}", partial(self._notify_claim, alarm=alarm, by=Ref.parse(entry.actor).id)
            )

    def _notify_claim(self, uow: UnitOfWork, alarm: Alarm, by: str) -> None:
        uow.permit(self._context.district.root)
        if alarm.claim_until is None or alarm.acknowledged_at is None:
            return
        scope = f"alarm:{alarm.id}"
        claimant = self._runner.permits.name_officer(alarm.acknowledged_by)
        text = self._context.district.say(
            "duty.claimed",
            code=alarm.code,
            officer=claimant,
            time=short_moment(alarm.acknowledged_at),
            until=short_moment(alarm.claim_until),
        )
        paged = [officer for officer in alarm.notified if officer != by]
        for officer_id in dict.fromkeys((*paged, *([alarm.acknowledged_by] if alarm.acknowledged_by != by else []))):
            officer = uow.get_readable(OFFICER, officer_id)
            if officer is not None and officer.conversation and has_chat(self._context, officer_id):
                uow.send(officer.conversation, text, purpose="duty.claimed", cause=scope, scope=scope)

    def _open_from_journal(self, uow: UnitOfWork, tip_id: str) -> None:
        root = self._context.district.root
        uow.permit(root)
        unit = uow.find_journaled_unit(TIP.name, tip_id) or root
        self._alarms.open_alarm(uow, f"{TIP.name}:{tip_id}", unit=unit, code=UNKNOWN_CODE)

    def _open_tip_alarm(self, uow: UnitOfWork, tip_id: str, category: str) -> None:
        uow.permit(self._context.district.root)
        tip = load_tip_of_alarm(uow, f"{TIP.name}:{tip_id}")
        if tip is None:
            return
        if (carrier := find_alarm_to_join(uow, tip, category)) is not None:
            self._alarms.take_case_in(uow, carrier.id, f"{TIP.name}:{tip.id}")
        else:
            open_tip_alarm(uow, self._alarms, tip, unit=tip.unit, emergency=True, category=category)

    def _update_alarm(self, uow: UnitOfWork, tip_id: str, entry: Entry) -> None:
        uow.permit(self._context.district.root)
        tip: Tip | None = load_tip_of_alarm(uow, f"{TIP.name}:{tip_id}")
        if tip is None:
            return
        previous_alarm = uow.get(ALARM, make_alarm_id(f"{TIP.name}:{tip.id}"))
        if previous_alarm is None and tip.emergency and not (is_over(tip) or tip.handlers):
            leave_joined_alarm(uow, self._alarms, tip)
        updated_alarm = self._alarms.follow_case(
            uow,
            f"{TIP.name}:{tip.id}",
            unit=tip.handling_unit or tip.unit,
            excluded=tip.barred,
            by=entry.actor,
            is_over=is_over(tip)
            and not (previous_alarm and previous_alarm.has_danger_after(tip.moments.get("settled"))),
            is_taken_up=_is_worked_on(tip, entry),
            claim=find_tip_claim(uow, tip) if previous_alarm is None else find_alarm_claim(uow, previous_alarm),
        )
        if (
            previous_alarm is not None
            and updated_alarm is not None
            and (updated_alarm.ended_at or updated_alarm.unit != previous_alarm.unit)
        ):
            open_own_alarms(uow, self._alarms, previous_alarm, is_known=not previous_alarm.is_open)

    def _separate_tip(self, uow: UnitOfWork, tip_id: str) -> None:
        uow.permit(self._context.district.root)
        case = f"{TIP.name}:{tip_id}"
        tip = load_tip_of_alarm(uow, case)
        if tip is None or tip.incident:
            return
        carrier = find_covering_alarm(uow, case)
        own_alarm = uow.get(ALARM, make_alarm_id(case))
        if carrier is not None:
            separate_case(uow, self._alarms, carrier, tip)
        elif own_alarm is not None:
            open_own_alarms(uow, self._alarms, own_alarm, is_known=False)

    def _end_alarm(self, uow: UnitOfWork, message_id: str, by: str) -> None:
        about = f"{MESSAGE.name}:{message_id}"
        uow.permit(self._context.district.root)
        alarm = uow.get(ALARM, make_alarm_id(about))
        if alarm is not None:
            self._alarms.follow_case(
                uow, about, unit=alarm.unit, excluded=alarm.excluded, by=by, is_over=True, is_taken_up=False
            )

    def _run_once(self, entry: Entry, key: str, body: Callable[[UnitOfWork], None]) -> None:
        """Run one effect of a journal entry once; skip it if it was already done, so that later effects still run."""
        actor = system("delivery").with_request(f"alarm:{entry.id}:{key}")
        try:
            self._runner.run_command(actor, "duty.follow", Permission.INTAKE, body)
        except AlreadyDone:
            return


def _is_worked_on(tip: Tip, entry: Entry) -> bool:
    """Return whether a journal entry shows that an officer works on a tip."""
    return "tip.excluded" not in entry.events and not tip.waits_in_unit
