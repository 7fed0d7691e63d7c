"""Threads beside the worker that do one kind of job over and over: what is slow there holds nobody up here."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from anninh_core.messaging.outbound.sender import LEASE

PARTING = timedelta(seconds=1)
"""How long the threads are waited for at the end; one whose platform still lets it wait is left behind."""

_REST = timedelta(seconds=5)  # after something failed
_log = logging.getLogger(__name__)


@contextmanager
def beside(threads: Sequence[threading.Thread], stop: threading.Event) -> Iterator[None]:
    """Let threads run until the end of the `with` block; no longer than `PARTING` is waited for each of them then.

    Args:
        threads: daemons, not started yet, that end soon once `stop` is set.
        stop: ends them.
    """
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PARTING.total_seconds())


class Helpers:
    """Runs a job in threads of its own until it is closed.

    Args:
        job: called over and over; returns how much it did.
        threads: how many.
        pause: how long a thread rests after it found nothing to do, unless it is woken.
        patience: how long jobs under way are waited for at the end; as long as what they claimed is theirs, if not
            given.
    """

    def __init__(self, job: Callable[[], int], threads: int, pause: timedelta, patience: timedelta = LEASE) -> None:
        self._job = job
        self._patience = patience
        self._pause = pause
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._at_work = threads
        # Daemons: whoever asks twice to end the process doesn't wait for a platform that hangs.
        for number in range(threads):
            threading.Thread(target=self._live, name=f"anninh helper {number}", daemon=True).start()

    def wake(self, _limit: int = 0) -> int:
        """Say that there may be something to do; returns 0, for it isn't done here."""
        self._wake.set()
        return 0

    def close(self) -> None:
        """Let the threads end and wait for the jobs under way, for all of them together no longer than is allowed."""
        self._stop.set()
        self._wake.set()
        if not self._ended.wait(self._patience.total_seconds()):
            _log.warning("a helper's job is left behind after %s", self._patience)

    def _live(self) -> None:
        self._work()
        with self._lock:
            self._at_work -= 1
            if not self._at_work:
                self._ended.set()

    def _work(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                done = self._job()
            except Exception as error:  # noqa: BLE001  its lease brings the row back; the thread is needed for others
                _log.warning("a helper rests for %s: %s", _REST, type(error).__name__)
                self._stop.wait(_REST.total_seconds())
            else:
                if not done and not self._stop.is_set():
                    self._wake.wait(self._pause.total_seconds())
