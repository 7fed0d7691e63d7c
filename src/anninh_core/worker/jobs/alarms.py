"""Alarms: officers are notified when failures are not worked off, and at once when an emergency was not sent."""

from datetime import timedelta

from anninh_core.messaging.failures.listing import find_alarm
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.outbound.sender import LEASE
from anninh_core.messaging.rows import is_fallback_started, outbox_rows
from anninh_core.ports.storages.queues import BacklogStats, OutboxRow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.purposes import purpose_of

_HOUR = timedelta(hours=1)


class DeliveryAlarms:
    """Checks the failure desk and notifies officers in their chats, with numbers only."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self._runner = runner
        self._context = runner.context
        self._notifications = OfficerNotifier(runner)

    def raise_due(self) -> int:
        """Send the alarms that are due; return how many notices were sent."""
        queues = self._context.storage.queues
        backlog = queues.standing()
        return (
            sum(map(self._alarm_unsent, outbox_rows(queues, lane=Lane.EMERGENCY))) + self._alarm_backlog(backlog)
            if backlog.count
            else 0
        )

    def _alarm_backlog(self, found: BacklogStats) -> int:
        """Notify, once per `alarm_after` of the profile, that failures are not worked off."""
        now = self._context.clock.now()
        span = self._context.district.delivery.alarm_after
        alarm = find_alarm(found, now, span)
        if alarm is None:
            return 0
        text = self._context.district.say("notice.failures", count=alarm.count, hours=alarm.age // _HOUR)
        return self._notify(
            f"failures:{now.timestamp() // span.total_seconds():.0f}", text, "notice.failures", Lane.BROADCAST
        )

    def _alarm_unsent(self, row: OutboxRow) -> int:
        """Notify once of an emergency that was not sent; an unsent notice causes no further notice."""
        if purpose_of(row.purpose).notice or self._is_leaving(row):
            return 0
        text = self._context.district.say("notice.emergency")
        return self._notify(f"unsent:{row.id}", text, "notice.emergency", Lane.EMERGENCY)

    def _is_leaving(self, row: OutboxRow) -> bool:
        """Tell whether a message may be in flight by a delivery method whose outcome is still unknown."""
        return (
            is_fallback_started(row)
            and row.settled_at is not None
            and self._context.clock.now() - row.settled_at < LEASE
        )

    def _notify(self, request: str, text: str, purpose: str, lane: Lane) -> int:
        """Notify the officers who decide about deliveries of the whole authority."""
        root = self._context.district.root
        return self._notifications.notify(Permission.DELIVERY_DECIDE, root, request, text, purpose=purpose, lane=lane)
