"""Runs the app's worker in a thread of the web server's process."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from threading import Event

import anyio.to_thread

from anninh_core.web.error_responses import describe_error
from anninh_core.worker.periodic_thread import Loop, PeriodicThread
from anninh_core.worker.worker import Worker

RECOVERY_PAUSE = timedelta(seconds=5)
"""Pause of the background worker after a failure, such as a failure of the storage."""

_log = logging.getLogger(__name__)


class BackgroundWorker:
    """Runs the app's worker in a thread of the web server's process, and restarts it after failures.

    Args:
        recovery: pause of the worker after a failure.
    """

    def __init__(self, worker: Worker, recovery: timedelta = RECOVERY_PAUSE) -> None:
        self._worker = worker
        self._recovery = recovery
        self._stopping = Event()
        # The thread is no daemon, and is joined without a timeout, so that a send under way isn't cut off.
        self._thread = PeriodicThread("worker", Loop(self._run_worker), self._stopping, patience=None, daemon=False)
        self._is_resting = False

    def state(self) -> str:
        """Return `ok` while the background worker works, or else the reason why it doesn't."""
        if not self._thread.is_alive:
            return "stopped"
        return "resting after a failure" if self._is_resting else "ok"

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Run the worker inside an `async with`, once; leaving it waits for the worker's current step.

        A failure of the worker is logged, and the worker continues after a pause.
        """
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._worker.stop()
            await anyio.to_thread.run_sync(self._thread.join)

    def _run_worker(self) -> timedelta | None:
        """Run the worker until it is stopped; after a failure return the length of its pause."""
        self._is_resting = False
        try:
            self._worker.run()
        except Exception as error:  # noqa: BLE001  events keep coming in: the worker must not stop for good
            _log.error("the worker failed and goes on in %s: %s", self._recovery, describe_error(error))
            self._is_resting = True
            return self._recovery
        return None
