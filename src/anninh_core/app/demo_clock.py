"""A demo's clock. A demo marks its storage; an app opened on a marked storage without a clock of its own gets this
clock.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import msgspec

from anninh_core.domain.accounts.base import AccountPart
from anninh_core.ports.clock import Clock
from anninh_core.ports.storages.changes import entry_from
from anninh_core.ports.storages.storage import Journal, Storage

MARK_OWNER = "demo"
"""Owner of the states that mark a storage as a demo's."""

LEASES_OVER = timedelta(minutes=3)
"""Time after a demo's last command until all leases of a killed process have expired."""

_BEGUN = "begun"
_OVER = "over"
_CHUNK = 500  # Number of journal entries that are read at once.
_SIGN_INS = f"{AccountPart.action_prefix}."


class DemoMark(msgspec.Struct, frozen=True):
    """Start or end of a demo run, in the demo's own time, and the length of the journal at that time."""

    at: datetime
    journal: int


_MARK = msgspec.json.Decoder(DemoMark)


class DemoClock:
    """Stays at one moment until it is started, then runs at the machine's pace. Never goes back. Thread-safe.

    Args:
        at: the first moment, aware.
        monotonic: seconds of a monotonic clock.
    """

    def __init__(self, at: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._at = at
        self._monotonic = monotonic
        self._running_since: float | None = None
        self._lock = Lock()

    def now(self) -> datetime:
        """Return the current time in UTC."""
        with self._lock:
            return self._read()

    def advance(self, by: timedelta) -> None:
        """Move the clock forward by `by`; a negative span doesn't move it."""
        with self._lock:
            self._at += max(by, timedelta())

    def advance_to(self, moment: datetime) -> None:
        """Move the clock forward to `moment`, unless it has passed."""
        with self._lock:
            self._at += max(moment - self._read(), timedelta())

    def start_running(self) -> None:
        """Start the clock from its current time."""
        with self._lock:
            if self._running_since is None:
                self._running_since = self._monotonic()

    def _read(self) -> datetime:
        if self._running_since is None:
            return self._at
        return self._at + timedelta(seconds=self._monotonic() - self._running_since)


def start_demo_clock(clock: Clock) -> None:
    """Start a demo's clock, for a process that waits for time to pass; other clocks run already."""
    if isinstance(clock, DemoClock):
        clock.start_running()


def mark_demo_start(storage: Storage, at: datetime) -> None:
    """Mark a storage durably as a demo's; `at` is the start of the demo run."""
    _mark(storage, _BEGUN, at)


def mark_demo_end(storage: Storage, at: datetime) -> None:
    """Mark in a storage durably that its demo run ended at `at`."""
    _mark(storage, _OVER, at)


def find_demo_start(storage: Storage) -> DemoMark | None:
    """Return the mark of the demo run's start, or None for a storage that isn't a demo's."""
    return _find_mark(storage, _BEGUN)


def find_demo_end(storage: Storage) -> DemoMark | None:
    """Return the mark of the demo run's end, or None if there is no demo run or it isn't over."""
    return _find_mark(storage, _OVER)


def find_demo_time(storage: Storage) -> datetime | None:
    """Return the start time of a demo's clock when its storage is opened, or None for a storage that isn't a demo's.

    It is the end of the demo run, or three minutes after the last later command: by then leases of a killed process
    have expired, and new ids sort after the ids of the earlier process. Reads, refusals and sign-ins don't count as
    commands, so reading doesn't move the clock. In a demo run that isn't over it is the time of the last journal entry.
    It is never before any entry.
    """
    mark = find_demo_end(storage)
    if mark is None:
        mark = find_demo_start(storage)
        return None if mark is None else max(mark.at, find_last_time(storage.journal) or mark.at)
    last_time = find_last_time(storage.journal) or mark.at
    last_act = _find_last_command_time(storage.journal, mark.journal)
    return max(mark.at, last_time, mark.at if last_act is None else last_act + LEASES_OVER)


def find_last_time(journal: Journal) -> datetime | None:
    """Return the time of a journal's newest entry, or None if the journal is empty."""
    seq, _hash = journal.head()
    lines = journal.read(seq - 1, 1) if seq else ()
    return entry_from(lines[0].content).at if lines else None


def _find_last_command_time(journal: Journal, after: int) -> datetime | None:
    """Return the time of the last command after line `after` of the journal, or None."""
    end, _hash = journal.head()
    while end > after:
        start = max(after, end - _CHUNK)
        for line in reversed(journal.read(start, end - start)):
            entry = entry_from(line.content)
            if entry.outcome == "done" and not entry.action.startswith(_SIGN_INS):
                return entry.at
        end = start
    return None


def _mark(storage: Storage, name: str, at: datetime) -> None:
    mark = DemoMark(at=at, journal=storage.journal.head()[0])
    stored = storage.states.get(MARK_OWNER, name)
    storage.states.put(MARK_OWNER, name, msgspec.json.encode(mark), stored.version if stored else 0)


def _find_mark(storage: Storage, name: str) -> DemoMark | None:
    stored = storage.states.get(MARK_OWNER, name)
    return _MARK.decode(stored.body) if stored else None
