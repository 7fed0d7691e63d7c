"""Polls platforms without a webhook: their events go into the inbox."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from threading import Lock

from anninh_core.kernel.errors import RetryLater
from anninh_core.messaging.inbound.intake import Intake
from anninh_core.messaging.redaction import redact_error
from anninh_core.messaging.retries import retry_delay
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import Polls
from anninh_core.worker.periodic_job import Job
from anninh_core.worker.periodic_thread import Loop

POLL_TIMEOUT = timedelta(seconds=30)
"""Long-poll timeout: how long a platform may wait for an event before it answers."""

IDLE_PAUSE = timedelta(seconds=1)
"""Pause after an empty response, which may have come at once."""

MAX_BACKOFF = timedelta(minutes=1)
"""Longest backoff after errors, unless the platform asks for more: a resident may be calling for help."""

JOIN_TIMEOUT = timedelta(seconds=1)
"""How long to wait for a thread at the end; one that is still in a long poll is abandoned."""

_MAX_POLLS = 100  # polls of one platform per run
_log = logging.getLogger(__name__)


class Polling:
    """Polls every messenger that supports it.

    Args:
        messengers: all of them; those with webhooks are ignored.
        wait: long-poll timeout.
    """

    def __init__(self, intake: Intake, messengers: Mapping[str, Messenger], wait: timedelta = POLL_TIMEOUT) -> None:
        self._pollers = [
            _Poller(instance, messenger, intake)
            for instance, messenger in messengers.items()
            if isinstance(messenger, Polls) and messenger.polls
        ]
        self._wait = wait

    @property
    def job(self) -> Job:
        """The job `poll`. A running worker polls continuously, each messenger in its own thread."""
        loops = {
            f"poll {poller.name}": Loop(partial(poller.poll_once, self._wait), partial(poller.finish, self._wait))
            for poller in self._pollers
        }
        return Job("poll", self.run, IDLE_PAUSE, own_thread=True, loops=loops, patience=JOIN_TIMEOUT)

    def run(self) -> int:
        """Store the events that are ready, without waiting for more; return how many there were.

        A failing platform is logged, and the others are still polled. One that a thread is polling is skipped.
        """
        return sum(poller.take_ready() for poller in self._pollers)


class _Poller:
    """Polls one messenger. Events that couldn't be stored are kept in memory: most platforms deliver them only once."""

    def __init__(self, name: str, messenger: Polls, intake: Intake) -> None:
        self.name = name
        self._messenger = messenger
        self._intake = intake
        self._unsaved: Sequence[bytes] = ()
        self._failures = 0
        self._poll_lock = Lock()

    def take_ready(self) -> int:
        """Store the events that are ready; return how many there were."""
        received = 0
        for _ in range(_MAX_POLLS):
            try:
                new_count = self._poll_and_store(timedelta())
            except Exception as error:  # noqa: BLE001  the other platforms are asked all the same
                _log.warning("%s can't be polled: %s", self.name, redact_error(error))
                break
            received += new_count
            if not new_count:
                break
        return received

    def poll_once(self, wait: timedelta) -> timedelta:
        """Poll once and return the pause before the next poll."""
        try:
            received = self._poll_and_store(wait)
        except Exception as error:  # noqa: BLE001  the thread must go on polling
            self._failures += 1
            pause = self._backoff(error)
            seconds = round(pause.total_seconds())
            _log.warning("%s can't be polled, and is asked again in %d s: %s", self.name, seconds, redact_error(error))
            return pause
        self._failures = 0
        return timedelta() if received else IDLE_PAUSE

    def finish(self, wait: timedelta) -> None:
        """Retry storing the unsaved events."""
        if self._unsaved and self.poll_once(wait):
            _log.error("%d events of %s couldn't be stored and are lost", len(self._unsaved), self.name)

    def _poll_and_store(self, wait: timedelta) -> int:
        """Poll, unless unsaved events remain, and store the events; return how many there were."""
        if not self._poll_lock.acquire(blocking=False):  # another thread is polling
            return 0
        try:
            self._unsaved = self._unsaved or self._messenger.poll(wait)
            if self._unsaved:
                self._intake.store_fetched(self.name, self._unsaved)
            received, self._unsaved = len(self._unsaved), ()
        finally:
            self._poll_lock.release()
        return received

    def _backoff(self, error: Exception) -> timedelta:
        retry_after = error.after if isinstance(error, RetryLater) and error.after else timedelta()
        return max(retry_after, min(retry_delay(self.name, self._failures), MAX_BACKOFF))
