"""The job that polls platforms without a webhook and stores their events in the inbox."""

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
"""Pause after a response without events, which may have come at once."""

MAX_BACKOFF = timedelta(minutes=1)
"""Longest backoff after errors, unless the platform asks for more; it is short, as a resident may be calling for
help.
"""

JOIN_TIMEOUT = timedelta(seconds=1)
"""How long to wait for a polling thread when the worker stops; a thread that is still in a long poll is abandoned."""

_MAX_POLLS = 100  # One run polls a platform at most this many times.
_log = logging.getLogger(__name__)


class Polling:
    """Polls every messenger that supports polling.

    Args:
        messengers: all of them; those with webhooks are ignored.
        wait: long-poll timeout.
    """

    def __init__(self, intake: Intake, messengers: Mapping[str, Messenger], wait: timedelta = POLL_TIMEOUT) -> None:
        self._pollers = [
            _MessengerPoller(instance, messenger, intake)
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
        """Store the events that the platforms have ready, without waiting for more; return how many there were.

        A failing platform is logged, and the others are still polled. A platform that a thread is already polling is
        skipped.
        """
        return sum(poller.store_ready_events() for poller in self._pollers)


class _MessengerPoller:
    """Polls one messenger. Events that couldn't be stored are kept in memory: most platforms deliver them only once."""

    def __init__(self, name: str, messenger: Polls, intake: Intake) -> None:
        self.name = name
        self._messenger = messenger
        self._intake = intake
        self._unsaved: Sequence[bytes] = ()
        self._failures = 0
        self._poll_lock = Lock()

    def store_ready_events(self) -> int:
        """Store the events that the platform has ready; return how many there were."""
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
        """Poll the platform once, store its events, and return the pause before the next poll."""
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
        """Retry storing the events that couldn't be stored before."""
        if self._unsaved and self.poll_once(wait):
            _log.error("%d events of %s couldn't be stored and are lost", len(self._unsaved), self.name)

    def _poll_and_store(self, wait: timedelta) -> int:
        """Poll the platform, unless unsaved events remain, and store the events; return how many there were."""
        if not self._poll_lock.acquire(blocking=False):  # Another thread is already polling this platform.
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
