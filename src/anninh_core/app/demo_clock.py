"""A demo's clock. A play marks its storage; an app that is opened on it without a clock of its own gets the demo's."""

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
"""Owner of the states by which a storage says that it is a demo's."""

LEASES_OVER = timedelta(minutes=3)
"""After so long what a killed process had claimed is free."""

_BEGUN = "begun"
_OVER = "over"
_CHUNK = 500  # entries of the journal
_SIGN_INS = f"{AccountPart.action_prefix}."


class DemoMark(msgspec.Struct, frozen=True):
    """When a play began or ended, in its own time, and how long the journal was then."""

    at: datetime
    journal: int


_MARK = msgspec.json.Decoder(DemoMark)


class DemoClock:
    """Shows the same moment until `run_on` starts it; then it keeps the machine's pace. Never goes back. Thread-safe.

    Args:
        at: the first moment, aware.
        monotonic: seconds of a clock that is never set.
    """

    def __init__(self, at: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._at = at
        self._monotonic = monotonic
        self._running_since: float | None = None
        self._lock = Lock()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        with self._lock:
            return self._read()

    def advance(self, by: timedelta) -> None:
        """Move forward by a span; a negative one moves nothing."""
        with self._lock:
            self._at += max(by, timedelta())

    def advance_to(self, moment: datetime) -> None:
        """Move forward to a moment, or stay where that has passed."""
        with self._lock:
            self._at += max(moment - self._read(), timedelta())

    def run_on(self) -> None:
        """Let it run from where it is."""
        with self._lock:
            if self._running_since is None:
                self._running_since = self._monotonic()

    def _read(self) -> datetime:
        if self._running_since is None:
            return self._at
        return self._at + timedelta(seconds=self._monotonic() - self._running_since)


def run_demo_on(clock: Clock) -> None:
    """Let a demo's clock run, as a process needs that waits for time to pass. Other clocks run by themselves."""
    if isinstance(clock, DemoClock):
        clock.run_on()


def mark_begun(storage: Storage, at: datetime) -> None:
    """Write down durably that a storage is a play's, and when the play begins."""
    _mark(storage, _BEGUN, at)


def mark_over(storage: Storage, at: datetime) -> None:
    """Write down durably that the play in a storage is over, and when it ended."""
    _mark(storage, _OVER, at)


def find_beginning(storage: Storage) -> DemoMark | None:
    """Return when the play in a storage began; None for a storage that is no play's."""
    return _find_mark(storage, _BEGUN)


def find_end(storage: Storage) -> DemoMark | None:
    """Return when the play in a storage ended; None where there is none, or it isn't over."""
    return _find_mark(storage, _OVER)


def find_demo_time(storage: Storage) -> datetime | None:
    """Return the moment at which a demo's clock begins when its storage is opened; None for what is no demo's.

    It is the end of the play, or three minutes after the last act since: what a killed process had claimed is free by
    then, and the ids of two processes sort. Looks, refusals and sign-ins are no acts, so reading moves nothing. In a
    play that isn't over it is the last entry of the journal. It is never before any entry.
    """
    mark = find_end(storage)
    if mark is None:
        mark = find_beginning(storage)
        return None if mark is None else max(mark.at, find_last_time(storage.journal) or mark.at)
    last_time = find_last_time(storage.journal) or mark.at
    last_act = _find_last_act(storage.journal, mark.journal)
    return max(mark.at, last_time, mark.at if last_act is None else last_act + LEASES_OVER)


def find_last_time(journal: Journal) -> datetime | None:
    """Return the time of the newest entry of a journal; None for an empty one."""
    seq, _hash = journal.head()
    lines = journal.read(seq - 1, 1) if seq else ()
    return entry_from(lines[0].content).at if lines else None


def _find_last_act(journal: Journal, after: int) -> datetime | None:
    """Return when something was last done after an entry of the journal; None where nothing was."""
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
