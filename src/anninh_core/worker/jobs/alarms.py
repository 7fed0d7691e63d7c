"""The job that notifies officers when failed deliveries aren't handled, and at once when an emergency message was not
sent.

Operators are notified when a messenger's events can't be read and no more of them are accepted.
"""

from collections.abc import Collection
from datetime import timedelta

from anninh_core.kernel.dates import local_date
from anninh_core.messaging.failures.listing import find_stalled_failures
from anninh_core.messaging.inbound.unreadable import UnreadableEvents
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.outbound.sender import LEASE
from anninh_core.messaging.rows import is_being_sent_by_fallback, iter_outbox_rows
from anninh_core.ports.storages.queues import BacklogStats, OutboxRow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.purposes import find_purpose

_HOUR = timedelta(hours=1)


class DeliveryAlarms:
    """Checks the failed deliveries and notifies officers in their chats, with numbers only.

    Args:
        messengers: instances with possibly unreadable events.
    """

    def __init__(self, runner: UseCaseRunner, messengers: Collection[str] = ()) -> None:
        self._runner = runner
        self._context = runner.context
        self._messengers = messengers
        self._unreadable = UnreadableEvents(runner.context)
        self._notifications = OfficerNotifier(runner)

    def send_due_notices(self) -> int:
        """Send the due notices about failures; return how many were sent."""
        queues = self._context.storage.queues
        backlog = queues.standing()
        notices = sum(self._notify_refused_events(messenger) for messenger in self._messengers)
        if backlog.count:
            notices += sum(map(self._notify_unsent_emergency, iter_outbox_rows(queues, lane=Lane.EMERGENCY)))
            notices += self._notify_backlog(backlog)
        return notices

    def _notify_refused_events(self, messenger: str) -> int:
        """Notify operators, once a day, that a messenger's events are refused until its adapter can read the waiting
        ones.
        """
        if self._unreadable.count_remaining(messenger):
            return 0
        context = self._context
        text = context.district.say("notice.health", messenger=messenger, problems=1, warnings=0)
        request = f"unreadable:{messenger}:{local_date(context.clock.now())}"
        return self._notifications.notify(
            Permission.OPERATE, context.district.root, request, text, purpose="notice.health", lane=Lane.EMERGENCY
        )

    def _notify_backlog(self, backlog: BacklogStats) -> int:
        """Notify the officers that failed deliveries aren't handled, once per period `alarm_after` of the profile."""
        now = self._context.clock.now()
        span = self._context.district.delivery.alarm_after
        alarm = find_stalled_failures(backlog, now, span)
        if alarm is None:
            return 0
        text = self._context.district.say("notice.failures", count=alarm.count, hours=alarm.age // _HOUR)
        return self._notify(
            f"failures:{now.timestamp() // span.total_seconds():.0f}", text, "notice.failures", Lane.BROADCAST
        )

    def _notify_unsent_emergency(self, row: OutboxRow) -> int:
        """Notify the officers once of an emergency message that was not sent; an unsent notice causes no further
        notice.
        """
        if find_purpose(row.purpose).notice or self._may_be_in_transit(row):
            return 0
        text = self._context.district.say("notice.emergency")
        return self._notify(f"unsent:{row.id}", text, "notice.emergency", Lane.EMERGENCY)

    def _may_be_in_transit(self, row: OutboxRow) -> bool:
        """Return whether a message may still be in transit by a delivery method with an unknown outcome."""
        return (
            is_being_sent_by_fallback(row)
            and row.settled_at is not None
            and self._context.clock.now() - row.settled_at < LEASE
        )

    def _notify(self, request: str, text: str, purpose: str, lane: Lane) -> int:
        """Notify the officers who decide about deliveries in the whole authority."""
        root = self._context.district.root
        return self._notifications.notify(Permission.DELIVERY_DECIDE, root, request, text, purpose=purpose, lane=lane)
