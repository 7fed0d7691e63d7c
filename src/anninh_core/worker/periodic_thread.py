"""A thread that repeats one task, so that a slow task doesn't delay others."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from attrs import frozen

JOIN_TIMEOUT = timedelta(seconds=5)
"""Default time to wait for a thread at the end."""

RECOVERY_PAUSE = timedelta(seconds=5)
"""Pause of a periodic thread after a failed turn."""

_log = logging.getLogger(__name__)


def _do_nothing() -> None:
    """Do nothing, as a loop does by default after it was stopped."""


@frozen
class Loop:
    """A task that a thread repeats.

    Attributes:
        turn: runs the task once and returns the pause before the next turn; None ends the thread.
        finish: remaining work in the thread after it was stopped.
    """

    turn: Callable[[], timedelta | None]
    finish: Callable[[], None] = _do_nothing


class PeriodicThread:
    """Runs a loop in a thread until it is stopped. A failed turn is logged, and the next one follows.

    Args:
        stop: event that ends the thread and interrupts its pause.
        patience: how long `join` waits for the thread; None waits as long as it takes.
        daemon: whether the process may end while the thread works. By default it may: an operator who ends the process
            twice doesn't wait for a platform that hangs.
    """

    def __init__(
        self,
        name: str,
        loop: Loop,
        stop: threading.Event,
        *,
        patience: timedelta | None = JOIN_TIMEOUT,
        daemon: bool = True,
    ) -> None:
        self._name = name
        self._loop = loop
        self._stop = stop
        self._patience = patience
        self._thread = threading.Thread(target=self._run, name=f"anninh {name}", daemon=daemon)

    def start(self) -> None:
        """Start the thread; may be called only once."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the thread is running or pausing."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Wait up to `patience` for the thread to end; a thread that takes longer is abandoned and logged."""
        self._thread.join(None if self._patience is None else self._patience.total_seconds())
        if self.is_alive:
            _log.info("thread %s is left behind after %s", self._name, self._patience)

    def _run(self) -> None:
        while not self._stop.is_set():
            rest = self._run_turn()
            if rest is None:
                return
            self._stop.wait(rest.total_seconds())
        self._loop.finish()

    def _run_turn(self) -> timedelta | None:
        try:
            return self._loop.turn()
        except Exception as error:  # noqa: BLE001  the thread is needed for the next turn
            _log.warning("thread %s rests for %s: %s", self._name, RECOVERY_PAUSE, type(error).__name__)
            return RECOVERY_PAUSE
