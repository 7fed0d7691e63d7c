"""The worker beside the door, in a thread of the same process."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio.to_thread

from anninh_core.dispatch.worker import Worker
from anninh_core.web.answers import named

RECOVERY = timedelta(seconds=5)
"""How long the worker rests after a failure of the storage, say, before it goes on."""

_log = logging.getLogger(__name__)


@asynccontextmanager
async def working(worker: Worker, recovery: timedelta = RECOVERY) -> AsyncIterator[None]:
    """Run a worker inside an `async with`; leaving it waits for the step the worker is in.

    A worker that fails is named in the log and goes on after `recovery`. Once stopped, it can't be started again.
    """
    ending = threading.Event()
    thread = threading.Thread(target=_work, args=(worker, ending, recovery), name="anninh worker")
    thread.start()
    try:
        yield
    finally:
        ending.set()
        worker.stop()
        await anyio.to_thread.run_sync(thread.join)


def _work(worker: Worker, ending: threading.Event, recovery: timedelta) -> None:
    while not ending.is_set():
        try:
            worker.run()
        except Exception as error:  # noqa: BLE001  mail keeps coming in: the worker must not be gone for good
            _log.error("the worker failed and goes on in %s: %s", recovery, named(error))
            ending.wait(recovery.total_seconds())
        else:
            return
