"""What messengers tell of themselves is passed on before it hurts: once a day each of them is asked how it is doing.

A right to a platform that runs out is seen by nobody who doesn't look. So officers who may operate the system are told,
with figures and nothing else: what it is and what to do, `anninh doctor` says.

To ask may take seconds, and a platform may hang. While a worker runs, each messenger is asked in a thread of its own.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial

import msgspec
from attrs import evolve, field, frozen

from anninh_core.dispatch.helpers import beside
from anninh_core.dispatch.progress import Progress
from anninh_core.dispatch.telling import Telling
from anninh_core.kernel.dates import local_date
from anninh_core.messaging.redaction import redact_error
from anninh_core.ports.health import Check, Level, TellsHealth, problem
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.storage import States
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.desk import Desk

AGAIN = timedelta(days=7)
"""What still holds after so long is told once more."""

PATIENCE = timedelta(seconds=10)
"""How long a single tick waits for all answers together; a running worker waits for none."""

EVERY = timedelta(minutes=1)
"""How often a running worker looks whether a messenger's turn has come."""

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


class HealthWatch:
    """Asks every messenger that is a `TellsHealth`.

    Args:
        desk: knows the time, the officers, and what was told before.
        messengers: all of them; those that tell nothing are left alone.
        patience: how long a single tick waits.
    """

    def __init__(self, desk: Desk, messengers: Mapping[str, Messenger], patience: timedelta = PATIENCE) -> None:
        self._lookers = [_Looker(desk, name, one) for name, one in messengers.items() if isinstance(one, TellsHealth)]
        self._patience = patience
        self._threads: Sequence[threading.Thread] = ()

    def once(self) -> int:
        """Ask those whose turn it is, all at the same time; return how many notices came of it.

        An answer that takes longer than allowed is left to its thread. While other threads ask, there is nothing to do.
        """
        if any(thread.is_alive() for thread in self._threads):
            return 0
        told: list[int] = []
        asked = [_thread(looker.name, partial(_noted, looker, told)) for looker in self._lookers if looker.is_due()]
        for thread in asked:
            thread.start()
        share = self._patience.total_seconds() / max(len(asked), 1)
        for thread in asked:
            thread.join(share)
        if any(thread.is_alive() for thread in asked):
            _log.warning("not every messenger has said in %s how it is doing", self._patience)
        return sum(told)

    @contextmanager
    def running(self, stop: threading.Event) -> Iterator[None]:
        """Ask whenever a turn has come, each messenger in a thread of its own, until the end of the `with` block.

        Args:
            stop: ends it too.
        """
        self._threads = [_thread(looker.name, partial(looker.run, stop)) for looker in self._lookers]
        with beside(self._threads, stop):
            yield


class _Looker:
    """Asks one messenger, and tells officers."""

    def __init__(self, desk: Desk, name: str, messenger: TellsHealth) -> None:
        self.name = name
        self._desk = desk
        self._messenger = messenger
        self._telling = Telling(desk)

    def run(self, stop: threading.Event) -> None:
        """Ask whenever its turn has come, until told to stop."""
        while not stop.is_set():
            self.look()
            stop.wait(EVERY.total_seconds())

    def is_due(self) -> bool:
        """Tell whether nobody has asked today."""
        return last_look(self._desk.storage.states, self.name).day != self._today

    def look(self) -> int:
        """Ask, if it is its turn, and return how many notices came of it. Nothing that goes wrong may end a thread."""
        try:
            return self._look()
        except Exception as error:  # noqa: BLE001  a storage in trouble, or a race lost: the next day asks again
            _log.warning("how %s is doing could not be passed on: %s", self.name, redact_error(error))
            return 0

    def _look(self) -> int:
        today, progress = self._today, Progress.read(self._desk.storage.states, _OWNER, self.name)
        before = Seen.read(progress.word)
        # The turn is taken before it is asked: a platform that is slow is asked by one worker only.
        if before.day == today or not progress.move(evolve(before, day=today).word):
            return 0
        after = before.after(today, self._asked())
        told = self._told(before, after, today)
        progress.move(after.word)
        return told

    def _asked(self) -> Sequence[Check]:
        try:
            return self._messenger.health()
        except Exception as error:  # noqa: BLE001  it ought not to raise: that it does is what is found
            _log.warning("%s can't say how it is doing: %s", self.name, redact_error(error))
            return [problem("health", "it can't be asked", "run anninh doctor")]

    def _told(self, before: Seen, after: Seen, today: date) -> int:
        """Tell of what is new or has held for long, or that all is well again."""
        district = self._desk.district
        if today in after.told.values():
            counts = {"problems": after.count(Level.PROBLEM), "warnings": after.count(Level.WARNING)}
            return self._tell("notice.health", district.say("notice.health", messenger=self.name, **counts), today)
        if before.told and not after.told:
            return self._tell("notice.health_well", district.say("notice.health_well", messenger=self.name), today)
        return 0

    def _tell(self, purpose: str, text: str, today: date) -> int:
        root, request = self._desk.district.root, f"health:{self.name}:{today}"
        return self._telling.tell(Permission.OPERATE, root, request, text, purpose=purpose, lane=Lane.BROADCAST)

    @property
    def _today(self) -> date:
        return local_date(self._desk.clock.now())


def _thread(name: str, job: Callable[[], None]) -> threading.Thread:
    """Return a thread that asks; a daemon, for a platform that hangs must not keep the process alive."""
    return threading.Thread(target=job, name=f"anninh asks {name}", daemon=True)


def _noted(looker: _Looker, told: list[int]) -> None:
    told.append(looker.look())
