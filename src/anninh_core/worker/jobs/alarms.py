"""Alarms: those who decide are told when the failure desk does not move, and at once of an emergency left unsent."""

from datetime import timedelta

from anninh_core.dispatch.telling import Telling
from anninh_core.messaging.failures.listing import find_alarm
from anninh_core.messaging.outbound.sender import LEASE
from anninh_core.messaging.rows import is_fallback_started, outbox_rows
from anninh_core.ports.queues import BacklogStats, OutboxRow
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.purposes import purpose_of
from anninh_core.work.runner import UseCaseRunner

_HOUR = timedelta(hours=1)


class Alarms:
    """Looks at the failure desk, and tells of it in the chat, with numbers and nothing else."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self._runner = runner
        self._context = runner.context
        self._telling = Telling(runner)

    def raise_due(self) -> int:
        """Tell what is to be told now; return how many notices that were."""
        queues = self._context.storage.queues
        found = queues.standing()
        return (
            sum(map(self._unsent, outbox_rows(queues, lane=Lane.EMERGENCY))) + self._standing(found)
            if found.count
            else 0
        )

    def _standing(self, found: BacklogStats) -> int:
        """Tell, once per span of the profile, that nothing moves."""
        now, span = self._context.clock.now(), self._context.district.delivery.alarm_after
        raised = find_alarm(found, now, span)
        if raised is None:
            return 0
        text = self._context.district.say("notice.failures", count=raised.count, hours=raised.age // _HOUR)
        return self._tell(
            f"failures:{now.timestamp() // span.total_seconds():.0f}", text, "notice.failures", Lane.BROADCAST
        )

    def _unsent(self, row: OutboxRow) -> int:
        """Tell of an emergency that has not left, once; of a notice that has not left, nobody is told by another."""
        if purpose_of(row.purpose).notice or self._is_leaving(row):
            return 0
        text = self._context.district.say("notice.emergency")
        return self._tell(f"unsent:{row.id}", text, "notice.emergency", Lane.EMERGENCY)

    def _is_leaving(self, row: OutboxRow) -> bool:
        """Tell whether a message may be under way at this moment, by a rung whose outcome stands as unknown so far."""
        return (
            is_fallback_started(row)
            and row.settled_at is not None
            and self._context.clock.now() - row.settled_at < LEASE
        )

    def _tell(self, request: str, text: str, purpose: str, lane: Lane) -> int:
        """Tell those who decide about the whole authority's deliveries."""
        root = self._context.district.root
        return self._telling.tell(Permission.DELIVERY_DECIDE, root, request, text, purpose=purpose, lane=lane)
