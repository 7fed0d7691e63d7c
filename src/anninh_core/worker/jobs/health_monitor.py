"""The daily health check of each messenger; officers are notified of present and upcoming problems.

An expiring platform right goes unnoticed without a check. So officers with permission to operate the system are
notified, with figures only; `anninh doctor` shows the problems and their fixes.

A check may take seconds, and a platform may hang. A running worker checks each messenger in its own thread.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from threading import Event

import msgspec
from attrs import evolve, field, frozen

from anninh_core.kernel.dates import local_date
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.redaction import redact_error
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.health import Check, Level, TellsHealth, problem
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.storage import States
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.periodic_job import Job
from anninh_core.worker.periodic_thread import Loop, PeriodicThread

REPEAT_AFTER = timedelta(days=7)
"""A health problem that persists for this long is reported again."""

ANSWER_TIMEOUT = timedelta(seconds=10)
"""How long a single run waits for the results of all health checks together; a running worker doesn't wait."""

CHECK_INTERVAL = timedelta(minutes=1)
"""How often a running worker checks whether a messenger's check is due."""

JOIN_TIMEOUT = timedelta(seconds=1)
"""How long to wait for a health check's thread when the worker stops; a thread with a hanging platform is abandoned."""

_OWNER = "health"
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class HealthRecord:
    """Result of the last health check of a messenger: names and levels, no sentences.

    Attributes:
        day: day of the check; None before the first check.
        checks: name and level of each check.
        told: day of the last notification about each failing check, by "name level".
    """

    day: date | None = None
    checks: tuple[tuple[str, str], ...] = ()
    told: Mapping[str, date] = field(factory=dict)

    @property
    def encoded(self) -> str:
        """The record as JSON text, as it is stored."""
        return msgspec.json.encode(self).decode()

    def with_checks(self, day: date, checks: Sequence[Check]) -> "HealthRecord":
        """Return the record after a check; problems that are new or due for repetition are marked as notified today."""
        failing = [f"{check.name} {check.level.value}" for check in checks if check.level is not Level.OK]
        last_told = {label: self.told[label] if self._was_notified_recently(label, day) else day for label in failing}
        return HealthRecord(day=day, checks=tuple((check.name, check.level.value) for check in checks), told=last_told)

    def _was_notified_recently(self, label: str, day: date) -> bool:
        return label in self.told and timedelta() <= day - self.told[label] < REPEAT_AFTER

    def count(self, level: Level) -> int:
        """Return the number of checks at a level, such as problems."""
        return sum(check_level == level.value for _, check_level in self.checks)


_DECODER = msgspec.json.Decoder(HealthRecord)


def read_health_record(states: States, instance: str) -> HealthRecord:
    """Return the result of the last health check of a messenger, by any process."""
    return _read_record(StreamPosition.read(states, _OWNER, instance))


def _read_record(position: StreamPosition) -> HealthRecord:
    return position.parse(_DECODER.decode) or HealthRecord()


class HealthMonitor:
    """Checks the health of every messenger that implements `TellsHealth`.

    Args:
        messengers: all of them; those without health checks are ignored.
        patience: how long a single run waits.
    """

    def __init__(
        self, runner: UseCaseRunner, messengers: Mapping[str, Messenger], patience: timedelta = ANSWER_TIMEOUT
    ) -> None:
        self._probes = [
            _MessengerProbe(runner, name, messenger)
            for name, messenger in messengers.items()
            if isinstance(messenger, TellsHealth)
        ]
        self._patience = patience

    @property
    def job(self) -> Job:
        """The job `check_health`. A running worker checks each messenger in its own thread."""
        loops = {f"check_health {probe.name}": Loop(probe.check_in_loop) for probe in self._probes}
        return Job("check_health", self.run, CHECK_INTERVAL, own_thread=True, loops=loops, patience=JOIN_TIMEOUT)

    def run(self) -> int:
        """Check the health of all messengers that are due, in parallel; return the number of notices.

        A check that exceeds the timeout continues in its thread.
        """
        notices: list[int] = []
        due = [probe for probe in self._probes if probe.is_due()]
        share = self._patience / max(len(due), 1)
        threads = [self._build_thread(probe, notices, share) for probe in due]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if any(thread.is_alive for thread in threads):
            _log.warning("not every messenger has said in %s how it is doing", self._patience)
        return sum(notices)

    def _build_thread(self, probe: "_MessengerProbe", notices: list[int], patience: timedelta) -> PeriodicThread:
        def check_once() -> None:
            notices.append(probe.check())

        return PeriodicThread(f"check_health {probe.name}", Loop(check_once), Event(), patience=patience)


class _MessengerProbe:
    """Checks one messenger's health, and notifies officers of problems."""

    def __init__(self, runner: UseCaseRunner, name: str, messenger: TellsHealth) -> None:
        self.name = name
        self._runner = runner
        self._context = runner.context
        self._messenger = messenger
        self._notifications = OfficerNotifier(runner)

    def check_in_loop(self) -> timedelta:
        """Check the messenger's health if it is due; return the interval until the next check of the calendar."""
        self.check()
        return CHECK_INTERVAL

    def is_due(self) -> bool:
        """Return whether no process has checked the messenger today."""
        return read_health_record(self._context.storage.states, self.name).day != self._today

    def check(self) -> int:
        """Check the messenger's health if it is due; return the number of notices. Log any error, as no error may end
        the thread.
        """
        try:
            return self._check_if_due()
        except Exception as error:  # noqa: BLE001  a storage in trouble, or a race lost: the next day asks again
            _log.warning("how %s is doing could not be passed on: %s", self.name, redact_error(error))
            return 0

    def _check_if_due(self) -> int:
        today = self._today
        stream_position = StreamPosition.read(self._context.storage.states, _OWNER, self.name)
        previous = _read_record(stream_position)
        # The day is claimed before the check, so that only one worker waits for a slow platform.
        if previous.day == today or not stream_position.store_next(evolve(previous, day=today).encoded):
            return 0
        current = previous.with_checks(today, self._fetch_checks())
        notice_count = self._notify_changes(previous, current, today)
        stream_position.store_next(current.encoded)
        return notice_count

    def _fetch_checks(self) -> Sequence[Check]:
        try:
            return self._messenger.health()
        except Exception as error:  # noqa: BLE001  it ought not to raise: that it does is what is found
            _log.warning("%s can't say how it is doing: %s", self.name, redact_error(error))
            return [problem("health", "The messenger couldn't be checked.", "Run `anninh doctor`.")]

    def _notify_changes(self, previous: HealthRecord, current: HealthRecord, today: date) -> int:
        """Notify officers of new or persisting problems, or that all problems are solved."""
        district = self._context.district
        if today in current.told.values():
            counts = {"problems": current.count(Level.PROBLEM), "warnings": current.count(Level.WARNING)}
            return self._notify("notice.health", district.say("notice.health", messenger=self.name, **counts), today)
        if previous.told and not current.told:
            return self._notify("notice.health_well", district.say("notice.health_well", messenger=self.name), today)
        return 0

    def _notify(self, purpose: str, text: str, today: date) -> int:
        root = self._context.district.root
        request = f"health:{self.name}:{today}"
        return self._notifications.notify(Permission.OPERATE, root, request, text, purpose=purpose, lane=Lane.BROADCAST)

    @property
    def _today(self) -> date:
        return local_date(self._context.clock.now())
