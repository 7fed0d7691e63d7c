"""Once a day each messenger is asked how it is doing, and officers are told what it says of trouble to come.

A right to a platform that runs out is seen by nobody who doesn't look. So officers who may operate the system are told,
with figures and nothing else: what it is and what to do, `anninh doctor` says.

To ask may take seconds, and a platform may hang. While a worker runs, each messenger is asked in a thread of its own.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from threading import Event

import msgspec
from attrs import evolve, field, frozen

from anninh_core.dispatch.progress import Progress
from anninh_core.dispatch.telling import Telling
from anninh_core.kernel.dates import local_date
from anninh_core.messaging.redaction import redact_error
from anninh_core.ports.health import Check, Level, TellsHealth, problem
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.storage import States
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.runner import UseCaseRunner
from anninh_core.worker.job import Job
from anninh_core.worker.periodic_thread import Loop, PeriodicThread

AGAIN = timedelta(days=7)
"""What still holds after so long is told once more."""

PATIENCE = timedelta(seconds=10)
"""How long a single run waits for all answers together; a running worker waits for none."""

EVERY = timedelta(minutes=1)
"""How often a running worker looks whether a messenger's turn has come."""

PARTING = timedelta(seconds=1)
"""How long a thread is waited for at the end; one whose platform hangs is left behind."""

_OWNER = "health"
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class Seen:
    """What the last look at a messenger found: names and levels, no sentences.

    Attributes:
        day: when that was; None where nobody has looked yet.
        checks: name and level of each check.
        told: "name level" of what isn't well -> the day on which somebody was last told.
    """

    day: date | None = None
    checks: tuple[tuple[str, str], ...] = ()
    told: Mapping[str, date] = field(factory=dict)

    @property
    def word(self) -> str:
        """What is written down of it."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def read(cls, word: str) -> "Seen":
        """Return what was written down."""
        return _DECODER.decode(word) if word else cls()

    def after(self, day: date, checks: Sequence[Check]) -> "Seen":
        """Return what is to be written down after a look, with those told today of what is new or still holds."""
        bad = [f"{check.name} {check.level.value}" for check in checks if check.level is not Level.OK]
        told = {what: self.told[what] if self._holds_back(what, day) else day for what in bad}
        return Seen(day=day, checks=tuple((check.name, check.level.value) for check in checks), told=told)

    def _holds_back(self, what: str, day: date) -> bool:
        return what in self.told and timedelta() <= day - self.told[what] < AGAIN

    def count(self, level: Level) -> int:
        """Return how many checks are at a level."""
        return sum(found == level.value for _, found in self.checks)


_DECODER = msgspec.json.Decoder(Seen)


def last_look(states: States, instance: str) -> Seen:
    """Return what the last look at a messenger found, by whichever process."""
    return Seen.read(Progress.read(states, _OWNER, instance).word)


class HealthMonitor:
    """Asks every messenger that is a `TellsHealth`.

    Args:
        desk: knows the time, the officers, and what was told before.
        messengers: all of them; those that tell nothing are left alone.
        patience: how long a single run waits.
    """

    def __init__(
        self, runner: UseCaseRunner, messengers: Mapping[str, Messenger], patience: timedelta = PATIENCE
    ) -> None:
        self._probes = [_Probe(runner, name, one) for name, one in messengers.items() if isinstance(one, TellsHealth)]
        self._patience = patience

    @property
    def job(self) -> Job:
        """The job `check_health`. A running worker asks each messenger in a thread of its own."""
        loops = {f"check_health {probe.name}": Loop(probe.turn) for probe in self._probes}
        return Job("check_health", self.run, EVERY, own_thread=True, loops=loops, patience=PARTING)

    def run(self) -> int:
        """Ask those whose turn it is, all at the same time; return how many notices came of it.

        An answer that takes longer than allowed is left to its thread.
        """
        notices: list[int] = []
        due = [probe for probe in self._probes if probe.is_due()]
        share = self._patience / max(len(due), 1)
        threads = [self._thread(probe, notices, share) for probe in due]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if any(thread.is_alive for thread in threads):
            _log.warning("not every messenger has said in %s how it is doing", self._patience)
        return sum(notices)

    def _thread(self, probe: "_Probe", notices: list[int], patience: timedelta) -> PeriodicThread:
        def check_once() -> None:
            notices.append(probe.check())

        return PeriodicThread(f"check_health {probe.name}", Loop(check_once), Event(), patience=patience)


class _Probe:
    """Asks one messenger, and tells officers."""

    def __init__(self, runner: UseCaseRunner, name: str, messenger: TellsHealth) -> None:
        self.name = name
        self._runner = runner
        self._context = runner.context
        self._messenger = messenger
        self._telling = Telling(runner)

    def turn(self) -> timedelta:
        """Ask, if it is its turn; return how long to rest before the next look at the calendar."""
        self.check()
        return EVERY

    def is_due(self) -> bool:
        """Tell whether nobody has asked today."""
        return last_look(self._context.storage.states, self.name).day != self._today

    def check(self) -> int:
        """Ask, if it is its turn, and return how many notices came of it. Nothing that goes wrong may end a thread."""
        try:
            return self._check()
        except Exception as error:  # noqa: BLE001  a storage in trouble, or a race lost: the next day asks again
            _log.warning("how %s is doing could not be passed on: %s", self.name, redact_error(error))
            return 0

    def _check(self) -> int:
        today, progress = self._today, Progress.read(self._context.storage.states, _OWNER, self.name)
        before = Seen.read(progress.word)
        # The turn is taken before it is asked: a platform that is slow is asked by one worker only.
        if before.day == today or not progress.move(evolve(before, day=today).word):
            return 0
        after = before.after(today, self._ask())
        told = self._pass_on(before, after, today)
        progress.move(after.word)
        return told

    def _ask(self) -> Sequence[Check]:
        try:
            return self._messenger.health()
        except Exception as error:  # noqa: BLE001  it ought not to raise: that it does is what is found
            _log.warning("%s can't say how it is doing: %s", self.name, redact_error(error))
            return [problem("health", "it can't be asked", "run anninh doctor")]

    def _pass_on(self, before: Seen, after: Seen, today: date) -> int:
        """Tell of what is new or has held for long, or that all is well again."""
        district = self._context.district
        if today in after.told.values():
            counts = {"problems": after.count(Level.PROBLEM), "warnings": after.count(Level.WARNING)}
            return self._notify("notice.health", district.say("notice.health", messenger=self.name, **counts), today)
        if before.told and not after.told:
            return self._notify("notice.health_well", district.say("notice.health_well", messenger=self.name), today)
        return 0

    def _notify(self, purpose: str, text: str, today: date) -> int:
        root, request = self._context.district.root, f"health:{self.name}:{today}"
        return self._telling.tell(Permission.OPERATE, root, request, text, purpose=purpose, lane=Lane.BROADCAST)

    @property
    def _today(self) -> date:
        return local_date(self._context.clock.now())
