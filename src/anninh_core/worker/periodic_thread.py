"""A thread that repeats one task, so that a slow task delays no other."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from attrs import frozen

JOIN_TIMEOUT = timedelta(seconds=5)
"""How long a thread is waited for at the end, if not said otherwise."""

RECOVERY_PAUSE = timedelta(seconds=5)
"""How long a thread rests after its turn failed."""

_log = logging.getLogger(__name__)


def _do_nothing() -> None:
    """Finish nothing."""


@frozen
class Loop:
    """What a thread does.

    Attributes:
        turn: works once and returns how long to rest before the next time; None ends the thread.
        finish: what is still to be done in the thread after it was told to stop.
    """

    turn: Callable[[], timedelta | None]
    finish: Callable[[], None] = _do_nothing


class PeriodicThread:
    """Runs a loop in a thread until it is told to stop. A turn that fails is logged, and another one follows.

    Args:
        stop: ends it, and interrupts its rest.
        patience: how long `join` waits for it; None waits as long as it takes.
        daemon: whether the process may end while it works. As a rule it may: whoever asks twice to end the process
            doesn't wait for a platform that hangs.
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
        """Begin; once."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it works or rests."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Wait for its end up to the limit; a thread that takes longer is abandoned and logged."""
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
