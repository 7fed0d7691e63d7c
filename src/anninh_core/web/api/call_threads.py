"""Threads that only run the API's calls, so that webhooks never wait for these."""

import asyncio
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread, current_thread, main_thread
from typing import Any, ParamSpec, TypeVar

from attrs import define, field

from anninh_core.web.error_responses import build_refusal_by_status

P = ParamSpec("P")
T = TypeVar("T")


class CallThreads:
    """Runs calls in a limited number of threads; a limited number of further calls may wait.

    A thread is started when none is free, and all end with this object; the program's end waits for calls under way.
    The executors of the standard library do the same in twice the time, which is as long as a small call itself.

    Args:
        threads: limit of calls that run at the same time.
        waiting: limit of calls that wait for a thread.
    """

    def __init__(self, threads: int, waiting: int) -> None:
        self._most = threads + waiting
        self._crew = _ThreadPool(threads)
        weakref.finalize(self, self._crew.dismiss)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call in a thread and return its result. The call runs to its end even if the caller is cancelled.

        Raises:
            HTTPException: 503, too many calls wait already.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if not self._crew.take(_Job(partial(call, *args, **kwargs), loop, future), self._most):
            raise build_refusal_by_status(503)
        return await future


@define(eq=False)
class _Job:
    """A call to run in a thread, and the future that gets its result."""

    call: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]

    def run(self) -> Callable[[], None]:
        """Run the call; return a function that sets the call's result or error in the future."""
        try:
            result = self.call()
        except BaseException as error:  # noqa: BLE001  it is whoever waits that it concerns
            return partial(self._set_unless_cancelled, partial(self.answer.set_exception, error))
        return partial(self._set_unless_cancelled, partial(self.answer.set_result, result))

    def _set_unless_cancelled(self, outcome: Callable[[], None]) -> None:
        if not self.answer.done():  # The future is done already if the caller was cancelled meanwhile.
            outcome()


@define(eq=False)
class _ThreadPool:
    """The threads and the queue of a `CallThreads`."""

    most: int
    _jobs: "SimpleQueue[_Job | None]" = field(factory=SimpleQueue)
    _threads: list[Thread] = field(factory=list)
    _under_way: int = 0
    _lock: Lock = field(factory=Lock)

    def take(self, job: _Job, most: int) -> bool:
        """Queue a job and return True, or return False if `most` jobs are under way."""
        with self._lock:
            if self._under_way >= most:
                return False
            self._under_way += 1
            if len(self._threads) < min(self._under_way, self.most):
                self._threads.append(Thread(target=self._run_jobs, name="anninh-api", daemon=True))
                self._threads[-1].start()
        self._jobs.put(job)
        return True

    def dismiss(self) -> None:
        """End the threads once the queue is empty; at the program's end, wait for them."""
        for _ in self._threads:
            self._jobs.put(None)
        if not main_thread().is_alive():
            for thread in self._threads:
                if thread is not current_thread():
                    thread.join()

    def _run_jobs(self) -> None:
        while (job := self._jobs.get()) is not None:
            set_outcome = job.run()
            with self._lock:
                self._under_way -= 1
            with suppress(RuntimeError):  # The event loop may be closed: then no caller waits any more.
                job.loop.call_soon_threadsafe(set_outcome)
            del job, set_outcome  # The thread would otherwise keep the job and its result in memory until the next job.
