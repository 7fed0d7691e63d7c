"""Health of the system: findings of checks, waiting times of the queues, messengers and backups."""

from collections.abc import Callable, Iterable, Iterator

from anninh_core.app.backup_notes import read_backups
from anninh_core.app.queue_age import QueueAge
from anninh_core.app.system.views import (
    BackupView,
    HealthCheckView,
    MessengerCheckView,
    MessengerHealthView,
    QueueWaitView,
    SystemHealthView,
)
from anninh_core.domain.quarantine.reading import count_quarantined
from anninh_core.ports.health import Check, Level
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.jobs.health_monitor import read_health_record

_WORST_FIRST = (Level.PROBLEM, Level.WARNING, Level.OK)


class SystemOverview(Service):
    """Reports the health of the system.

    Args:
        check: runs the checks whose findings may leave the machine.
        messengers: names of the instances in the settings.
    """

    action_prefix = "system"

    def __init__(self, runner: UseCaseRunner, check: Callable[[], Iterable[Check]], messengers: Iterable[str]) -> None:
        super().__init__(runner)
        self._check = check
        self._messengers = messengers

    @query(Permission.OPERATE, traced=True, public=True)
    def health(self, session: ReadSession) -> SystemHealthView:
        """Return the present health of the system. Needs the permission on the root.

        No platform is called: for messengers, the results of their last daily check are returned.
        """
        session.permit(self.context.district.root)
        checks = sorted(self._check(), key=lambda check: _WORST_FIRST.index(check.level))
        return SystemHealthView(
            looked_at=session.at,
            checks=tuple(make_view(HealthCheckView, check) for check in checks),
            queues=tuple(self._iter_queues(session)),
            messengers=tuple(map(self._last_messenger_check, self._messengers)),
            quarantined=count_quarantined(self.context.storage.records),
        )

    @query(Permission.OPERATE, public=True)
    def backups(self, session: ReadSession) -> tuple[BackupView, ...]:
        """Return the latest backups made here, newest first. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return tuple(make_view(BackupView, note) for note in read_backups(self.context))

    def _iter_queues(self, session: ReadSession) -> Iterator[QueueWaitView]:
        ages = QueueAge.of(self.context.storage.queues, session.at)
        yield QueueWaitView(queue="inbox", since=ages.inbox)
        for lane, since in ages.outbox.items():
            yield QueueWaitView(queue=lane.value, since=since)

    def _last_messenger_check(self, instance: str) -> MessengerHealthView:
        record = read_health_record(self.context.storage.states, instance)
        checks = tuple(MessengerCheckView(name=name, level=Level(level)) for name, level in record.checks)
        return MessengerHealthView(messenger=instance, looked_on=record.day, checks=checks)
