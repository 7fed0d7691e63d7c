"""Alarms: officers are notified when failures aren't handled, and at once when an emergency was not sent.

Operators are notified when a messenger's events can't be read and no more of them are accepted.
"""

from collections.abc import Collection
from datetime import timedelta

from anninh_core.kernel.dates import local_date
from anninh_core.messaging.failures.listing import find_alarm
from anninh_core.messaging.inbound.unreadable import UnreadableEvents
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
    """Checks the failure desk and notifies officers in their chats, with numbers only.

    Args:
        messengers: instances with possibly unreadable events.
    """

    def __init__(self, runner: UseCaseRunner, messengers: Collection[str] = ()) -> None:
        self._runner = runner
        self._context = runner.context
        self._messengers = messengers
        self._unreadable = UnreadableEvents(runner.context)
        self._notifications = OfficerNotifier(runner)

    def raise_due(self) -> int:
        """Send the alarms that are due; return how many notices were sent."""
        queues = self._context.storage.queues
        backlog = queues.standing()
        notices = sum(self._alarm_refused(messenger) for messenger in self._messengers)
        if backlog.count:
            notices += sum(map(self._alarm_unsent, outbox_rows(queues, lane=Lane.EMERGENCY)))
            notices += self._alarm_backlog(backlog)
        return notices

    def _alarm_refused(self, messenger: str) -> int:
        """Notify operators, once a day, that events are refused until an adapter can read them."""
        if self._unreadable.room(messenger):
            return 0
        context = self._context
        text = context.district.say("notice.health", messenger=messenger, problems=1, warnings=0)
        request = f"unreadable:{messenger}:{local_date(context.clock.now())}"
        return self._notifications.notify(
            Permission.OPERATE, context.district.root, request, text, purpose="notice.health", lane=Lane.EMERGENCY
        )

    def _alarm_backlog(self, backlog: BacklogStats) -> int:
        """Notify the officers, once per `alarm_after` of the profile, that failures aren't handled."""
        now = self._context.clock.now()
        span = self._context.district.delivery.alarm_after
        alarm = find_alarm(backlog, now, span)
        if alarm is None:
            return 0
        text = self._context.district.say("notice.failures", count=alarm.count, hours=alarm.age // _HOUR)
        return self._notify(
            f"failures:{now.timestamp() // span.total_seconds():.0f}", text, "notice.failures", Lane.BROADCAST
        )

    def _alarm_unsent(self, row: OutboxRow) -> int:
        """Notify the officers once of an emergency that was not sent; an unsent notice causes no further notice."""
        if purpose_of(row.purpose).notice or self._is_leaving(row):
            return 0
        text = self._context.district.say("notice.emergency")
        return self._notify(f"unsent:{row.id}", text, "notice.emergency", Lane.EMERGENCY)

    def _is_leaving(self, row: OutboxRow) -> bool:
        """Return whether a message may be in transit by a delivery method with an unknown outcome."""
        return (
            is_fallback_started(row)
            and row.settled_at is not None
            and self._context.clock.now() - row.settled_at < LEASE
        )

    def _notify(self, request: str, text: str, purpose: str, lane: Lane) -> int:
        """Notify the officers who decide about deliveries of the whole authority."""
        root = self._context.district.root
        return self._notifications.notify(Permission.DELIVERY_DECIDE, root, request, text, purpose=purpose, lane=lane)
