"""The table that gives each journal event its handler."""

from collections.abc import Mapping
from contextlib import suppress

from anninh_core.domain.services import Services
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.messaging.inbound.officers.commands import ClaimAlarm, OfficerCommands
from anninh_core.ports.storages.changes import Entry
from anninh_core.worker.event_handlers.danger_notices import DangerNotices
from anninh_core.worker.event_handlers.identity_notices import IdentityNotices
from anninh_core.worker.event_handlers.incidents import IncidentClosing
from anninh_core.worker.event_handlers.journal_consumer import EventHandler
from anninh_core.worker.event_handlers.officer_notices import OfficerNotices
from anninh_core.worker.event_handlers.rights_notices import RightsNotices
from anninh_core.worker.event_handlers.tip_alarms import TipAlarms

_WORKED_ON = (
    *("tip.triaged", "tip.verifying", "tip.asked_back", "tip.settled", "tip.answered", "tip.closed", "tip.reopened"),
    "tip.excluded",
)
"""Journal events of officers' acts on a tip after which its alarm is updated, apart from assigning the tip."""


def event_handlers(services: Services, claim_alarm: ClaimAlarm) -> Mapping[str, EventHandler]:
    """Return the handlers of the journal's events, by the event's name.

    Args:
        claim_alarm: claims an alarm when an officer orders it by chat.
    """
    notices = OfficerNotices(services)
    identities = IdentityNotices(services)
    alarms = TipAlarms(services)
    danger = DangerNotices(services)
    incidents = IncidentClosing(services)
    officers = OfficerCommands(services, claim_alarm)
    return {
        "tip.emergency": alarms.raise_emergency,
        "tip.more_danger": alarms.raise_emergency,
        **dict.fromkeys(_WORKED_ON, alarms.follow_tip),
        **{
            event: _combine_handlers(alarms.follow_tip, incidents.update_incidents)
            for event in ("tip.settled", "tip.reopened")
        },
        "tip.withdrawn": incidents.update_incidents,
        "incident.separated": alarms.separate_alarms,
        "tip.assigned": _combine_handlers(alarms.follow_tip, notices.notify_assignment),
        "tip.lock_confirmed": alarms.follow_lock_decision,
        "tip.lock_lifted": alarms.follow_lock_decision,
        "tip.danger_asked": danger.await_danger_answer,
        "tip.danger_denied": danger.handle_danger_denial,
        "tip.corrected": danger.notify_correction,
        "tip.place_corrected": danger.notify_corrected_place,
        "tip.placed": danger.notify_emergency_place,
        "tip.place_direction": danger.notify_other_place,
        "tip.place_other": danger.offer_place_change,
        "message.marked": alarms.end_message_alarm,
        "duty.alarm_raised": alarms.page_group_alarm,
        "leak.held": notices.notify_held_message,
        "duty.unheard": alarms.notify_unreachable,
        "duty.claimed": alarms.notify_claim,
        "tip.withdrawal_requested": notices.notify_withdrawal_request,
        "tip.reopen_requested": notices.notify_reopening_request,
        "officer.commanded": officers.carry_out,
        "rights.requested": RightsNotices(services).notify_data_request,
        "talk.flooded": notices.notify_flood,
        "erasure.asked": notices.notify_erasure_request,
        "officer.break_glass": notices.notify_break_glass,
        "identity.requested": identities.notify_request,
        "identity.approved": identities.notify_approval,
        "identity.address_opened": identities.notify_opening,
    }


def _combine_handlers(first: EventHandler, second: EventHandler) -> EventHandler:
    """Return a handler that runs two handlers; each must tolerate that an earlier run has already done its work."""

    def handle(entry: Entry) -> None:
        with suppress(AlreadyDone):
            first(entry)
        second(entry)

    return handle
