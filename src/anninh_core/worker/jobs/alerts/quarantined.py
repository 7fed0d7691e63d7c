"""The job that notifies operators of the number of newly quarantined items, at most once an hour."""

from datetime import datetime, timedelta

from anninh_core.domain.quarantine.reading import iter_quarantined
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission

_OWNER = "quarantine"
_NOTIFIED = "told"
_PAUSE = timedelta(hours=1)
_PURPOSE = "notice.quarantined"


class QuarantineNotices:
    """Notifies operators in their chats of newly quarantined items, by their number only."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self._context = runner.context
        self._notifications = OfficerNotifier(runner)

    def notify_new(self) -> int:
        """Send the notice about newly quarantined items if it is due; return how many officers got it."""
        last = StreamPosition.read(self._context.storage.states, _OWNER, _NOTIFIED)
        notified_at = last.parse(datetime.fromisoformat)
        now = self._context.clock.now()
        if notified_at is not None and timedelta() <= now - notified_at < _PAUSE:
            return 0
        count = self._count_new(notified_at)
        if not count:
            return 0
        text = self._context.district.say(_PURPOSE, count=count)
        root = self._context.district.root
        # The idempotency key stays the same until the time of the notice is stored, so that the next run completes an
        # interrupted one.
        request = f"quarantined:{last.value}"
        notices = self._notifications.notify(
            Permission.OPERATE, root, request, text, purpose=_PURPOSE, lane=Lane.BROADCAST
        )
        last.store_next(now.isoformat())
        return notices

    def _count_new(self, notified_at: datetime | None) -> int:
        """Return how many items were quarantined since the operators were last notified."""
        items = iter_quarantined(self._context.storage.records)
        return sum(notified_at is None or item.since > notified_at for item in items)
