"""How the system is doing: what `anninh doctor` finds at the machine, as far as it may leave it."""

from collections.abc import Iterator
from functools import partial

from anninh_core.app.app import App
from anninh_core.app.backup.history.notes import read_backups
from anninh_core.app.doctor.file_checks import DataPaths, check_free_space
from anninh_core.app.doctor.machine import Machine
from anninh_core.app.doctor.questions import QUESTIONS, look
from anninh_core.app.health import check_readiness
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
from anninh_core.ports.health import Check, Level, ok, problem
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.jobs.health_monitor import last_health_record

_AT_THE_MACHINE = "Run `anninh doctor` at the machine."
_WORST_FIRST = (Level.PROBLEM, Level.WARNING, Level.OK)


class SystemOverview(Service):
    """Answers how the system is doing.

    Args:
        places: where it keeps its data, None where that is no disk of this machine.
    """

    action_prefix = "system"

    def __init__(self, app: App, places: DataPaths | None, machine: Machine | None = None) -> None:
        super().__init__(app.runner)
        self._app = app
        self._places = places
        self._machine = machine or Machine()

    @query(Permission.OPERATE, traced=True, public=True)
    def health(self, session: ReadSession) -> SystemHealthView:
        """Return how the system is doing now. Needs the permission on the root.

        No platform is asked: of messengers it says what their last daily look found.
        """
        session.permit(self.context.district.root)
        checks = sorted(self._iter_checks(), key=lambda check: _WORST_FIRST.index(check.level))
        return SystemHealthView(
            looked_at=session.at,
            checks=tuple(make_view(HealthCheckView, check) for check in checks),
            queues=tuple(self._iter_queues(session)),
            messengers=tuple(map(self._last_look, self._app.messengers)),
            quarantined=count_quarantined(self.context.storage.records),
        )

    @query(Permission.OPERATE, public=True)
    def backups(self, session: ReadSession) -> tuple[BackupView, ...]:
        """Return the last backups that were made here, newest first. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return tuple(make_view(BackupView, note) for note in read_backups(self.context))

    def _iter_checks(self) -> Iterator[Check]:
        yield from look("ready", lambda: _check_ready(self._app), _explain)
        if self._places is not None:
            disk = partial(check_free_space, self._places, self._machine, names_folders=False)
            yield from look("disk", disk, _explain)
        for question in QUESTIONS:
            if not question.at_the_machine:
                yield from look(question.name, partial(question.ask, self._app), _explain)

    def _iter_queues(self, session: ReadSession) -> Iterator[QueueWaitView]:
        ages = QueueAge.of(self.context.storage.queues, session.at)
        yield QueueWaitView(queue="inbox", since=ages.inbox)
        for lane, since in ages.outbox.items():
            yield QueueWaitView(queue=lane.value, since=since)

    def _last_look(self, instance: str) -> MessengerHealthView:
        found = last_health_record(self.context.storage.states, instance)
        checks = tuple(MessengerCheckView(name=name, level=Level(level)) for name, level in found.checks)
        return MessengerHealthView(messenger=instance, looked_on=found.day, checks=checks)


def _check_ready(app: App) -> Iterator[Check]:
    states = check_readiness(app).states
    for name, state in states.items():
        if state != "ok":
            yield problem("ready", f"The question about {name} is answered: {state}.", _AT_THE_MACHINE)
    if set(states.values()) == {"ok"}:
        yield ok("ready", "The storage can be read and written, and the keys answer.")


def _explain(name: str, error: Exception) -> Check:
    """Tell what went wrong by its class alone: its words may name a place."""
    return problem(name, f"It couldn't be looked at: {type(error).__name__}.", _AT_THE_MACHINE)
