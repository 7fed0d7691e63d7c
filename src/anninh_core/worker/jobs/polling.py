"""Asking the platforms that don't call: what came there goes into the inbox."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from threading import Lock

from anninh_core.dispatch.intake import Intake
from anninh_core.kernel.errors import RetryLater
from anninh_core.messaging.backoff import delay
from anninh_core.messaging.redaction import redact_error
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.platform import Polls
from anninh_core.worker.job import Job
from anninh_core.worker.periodic_thread import Loop

WAIT = timedelta(seconds=30)
"""How long a platform may let us wait for an event, each time it is asked."""

PAUSE = timedelta(seconds=1)
"""How long we rest after nothing came: an empty answer may have come at once."""

LONGEST = timedelta(minutes=1)
"""How long we rest after errors at most, unless the platform asks for more: somebody may be calling for help."""

PATIENCE = timedelta(seconds=1)
"""How long a thread is waited for at the end; one that a platform still lets wait is left behind."""

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

    @property
    def job(self) -> Job:
        """The job `poll`. A running worker asks all the time, each messenger in a thread of its own."""
        loops = {
            f"poll {poller.name}": Loop(partial(poller.turn, self._wait), partial(poller.finish, self._wait))
            for poller in self._pollers
        }
        return Job("poll", self.run, PAUSE, own_thread=True, loops=loops, patience=PATIENCE)

    def run(self) -> int:
        """Take in what lies ready, without waiting for more; return how many events came.

        A platform in trouble is named in the log, and the others are asked. One that a thread is asking is left to it.
        """
        return sum(poller.take_ready() for poller in self._pollers)


class _Poller:
    """Asks one messenger. What came and couldn't be stored is held: most platforms don't give it again."""

    def __init__(self, name: str, messenger: Polls, intake: Intake) -> None:
        self.name = name
        self._messenger = messenger
        self._intake = intake
        self._held: Sequence[bytes] = ()
        self._failures = 0
        self._asking = Lock()

    def take_ready(self) -> int:
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

    def turn(self, wait: timedelta) -> timedelta:
        """Ask once and return how long to rest."""
        try:
            came = self._take(wait)
        except Exception as error:  # noqa: BLE001  a messenger that nobody asks is deaf
            self._failures += 1
            rest = self._rest_after(error)
            _log.warning("%s can't be polled for %s: %s", self.name, rest, redact_error(error))
            return rest
        self._failures = 0
        return timedelta() if came else PAUSE

    def finish(self, wait: timedelta) -> None:
        """Try once more to store what is held."""
        if self._held and self.turn(wait):
            _log.error("%d events of %s couldn't be stored and are lost", len(self._held), self.name)

    def _take(self, wait: timedelta) -> int:
        """Ask, unless something is still held, and store what came; return how much that was."""
        if not self._asking.acquire(blocking=False):  # another thread does
            return 0
        try:
            self._held = self._held or self._messenger.poll(wait)
            if self._held:
                self._intake.keep(self.name, self._held)
            came, self._held = len(self._held), ()
        finally:
            self._asking.release()
        return came

    def _rest_after(self, error: Exception) -> timedelta:
        wanted = error.after if isinstance(error, RetryLater) and error.after else timedelta()
        return max(wanted, min(delay(self.name, self._failures), LONGEST))
