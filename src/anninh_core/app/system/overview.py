"""How the system is doing: what `anninh doctor` finds at the machine, as far as it may leave it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from anninh_core.app.app import App
from anninh_core.app.backup.history.notes import read_backups
from anninh_core.app.doctor import app_checks, backup_checks, calendar_checks, duty_checks, key_checks
from anninh_core.app.doctor.file_checks import DataPaths, check_free_space
from anninh_core.app.doctor.machine import Machine
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
from anninh_core.ports.health import Check, Level, ok, problem
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.jobs.health_monitor import last_health_record

_AT_THE_MACHINE = "Run `anninh doctor` at the machine."
_WORST_FIRST = (Level.PROBLEM, Level.WARNING, Level.OK)

_CHECKS: Sequence[tuple[str, Callable[[App], Check | Iterable[Check]]]] = (
    ("clock", app_checks.check_journal_time),
    ("clock", app_checks.check_profile_in_force),
    ("calendar", calendar_checks.check_calendar),
    ("keys", app_checks.check_sample),
    ("epochs", key_checks.check_epochs),
    ("recovery", key_checks.check_recovery),
    ("backups", backup_checks.check_backups),
    ("journal", app_checks.check_chain_end),
    ("queues", app_checks.check_queues),
    ("failures", app_checks.check_failures),
    ("people", app_checks.check_erasures),
    ("duty", duty_checks.check_duty),
    ("files", app_checks.check_files),
    ("parts", app_checks.check_ports),
)
"""What is asked of an open app, and names no resident; who holds which role is `anninh doctor`'s alone."""


class SystemOverview(Service):
    """Answers how the system is doing.

    Args:
        app: whose.
        places: where it keeps its data, None where that is no disk of this machine.
        machine: what the machine says of itself.
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
        )

    @query(Permission.OPERATE, public=True)
    def backups(self, session: ReadSession) -> tuple[BackupView, ...]:
        """Return the last backups that were made here, newest first. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return tuple(make_view(BackupView, note) for note in read_backups(self.context))

    def _iter_checks(self) -> Iterator[Check]:
        yield from _look("ready", lambda: _check_ready(self._app))
        if self._places is not None:
            yield from _look("disk", partial(check_free_space, self._places, self._machine, names_folders=False))
        for name, check in _CHECKS:
            yield from _look(name, partial(check, self._app))

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


def _look(name: str, check: Callable[[], Check | Iterable[Check]]) -> Sequence[Check]:
    """Return what a check found. What goes wrong is told by its class alone: its words may name a place."""
    try:
        found = check()
        return [found] if isinstance(found, Check) else [*found]
    except Exception as error:  # noqa: BLE001  one thing that can't be looked at must not hide the others
        return [problem(name, f"It couldn't be looked at: {type(error).__name__}.", _AT_THE_MACHINE)]
