"""Asking the platforms that don't call: what came there goes into the inbox."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from anninh_core.dispatch.helpers import beside
from anninh_core.dispatch.intake import Intake
from anninh_core.kernel.errors import RetryLater
from anninh_core.messaging.backoff import delay
from anninh_core.messaging.redaction import redact_error
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.platform import Polls

WAIT = timedelta(seconds=30)
"""How long a platform may let us wait for an event, each time it is asked."""

PAUSE = timedelta(seconds=1)
"""How long we rest after nothing came: an empty answer may have come at once."""

LONGEST = timedelta(minutes=1)
"""How long we rest after errors at most, unless the platform asks for more: somebody may be calling for help."""

_MOST = 100  # times that a platform is asked at one look
_log = logging.getLogger(__name__)


class Polling:
    """Asks every messenger that polls.

    Args:
        intake: stores what came.
        messengers: all of them; those that are called are left alone.
        wait: how long a platform may let us wait for an event.
    """

    def __init__(self, intake: Intake, messengers: Mapping[str, Messenger], wait: timedelta = WAIT) -> None:
        self._pollers = [
            _Poller(instance, messenger, intake)
            for instance, messenger in messengers.items()
            if isinstance(messenger, Polls) and messenger.polls
        ]
        self._wait = wait
        self._threads: Sequence[threading.Thread] = ()

    def once(self) -> int:
        """Take in what lies ready, without waiting for more; return how many events came.

        A platform in trouble is named in the log, and the others are asked. While threads ask, there is nothing to do.
        """
        if any(thread.is_alive() for thread in self._threads):
            return 0
        return sum(poller.look() for poller in self._pollers)

    @contextmanager
    def running(self, stop: threading.Event) -> Iterator[None]:
        """Ask all the time, each messenger in a thread of its own, until the end of the `with` block.

        Args:
            stop: ends it too.
        """
        self._threads = [self._thread(poller, stop) for poller in self._pollers]
        with beside(self._threads, stop):
            yield

    def _thread(self, poller: "_Poller", stop: threading.Event) -> threading.Thread:
        """Return a thread that asks; a daemon, for a platform that lets us wait must not keep the process alive."""
        name = f"anninh polls {poller.name}"
        return threading.Thread(target=poller.run, args=(stop, self._wait), name=name, daemon=True)


class _Poller:
    """Asks one messenger. What came and couldn't be stored is held: most platforms don't give it again."""

    def __init__(self, name: str, messenger: Polls, intake: Intake) -> None:
        self.name = name
        self._messenger = messenger
        self._intake = intake
        self._held: Sequence[bytes] = ()
        self._failures = 0

    def run(self, stop: threading.Event, wait: timedelta) -> None:
        """Ask until told to stop."""
        while not stop.is_set():
            stop.wait(self._round(wait).total_seconds())
        if self._held and self._round(wait):
            _log.error("%d events of %s couldn't be stored and are lost", len(self._held), self.name)

    def look(self) -> int:
        """Take in what lies ready; return how many events came."""
        came = 0
        for _ in range(_MOST):
            try:
                some = self._take(timedelta())
            except Exception as error:  # noqa: BLE001  the other platforms are asked all the same
                _log.warning("%s can't be polled: %s", self.name, redact_error(error))
                break
            came += some
            if not some:
                break
        return came

    def _round(self, wait: timedelta) -> timedelta:
        """Ask once and return how long to rest; nothing that goes wrong may end the thread."""
        try:
            came = self._take(wait)
        except Exception as error:  # noqa: BLE001  a messenger that nobody asks is deaf
            self._failures += 1
            rest = self._after(error)
            _log.warning("%s can't be polled for %s: %s", self.name, rest, redact_error(error))
            return rest
        self._failures = 0
        return timedelta() if came else PAUSE

    def _take(self, wait: timedelta) -> int:
        """Ask, unless something is still held, and store what came; return how much that was."""
        self._held = self._held or self._messenger.poll(wait)
        if self._held:
            self._intake.keep(self.name, self._held)
        came, self._held = len(self._held), ()
        return came

    def _after(self, error: Exception) -> timedelta:
        wanted = error.after if isinstance(error, RetryLater) and error.after else timedelta()
        return max(wanted, min(delay(self.name, self._failures), LONGEST))
