"""Where calls run: threads of the API's own, so that webhooks never wait for them."""

import asyncio
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread, current_thread, main_thread
from typing import Any, ParamSpec, TypeVar

from attrs import define, field

from anninh_core.web.error_responses import refusal_by_status

P = ParamSpec("P")
T = TypeVar("T")


class CallThreads:
    """Runs calls in threads, a bounded number at a time; a bounded number may wait.

    A thread is started when none is free, and all end with this; the program's end waits for calls under way. The
    executors of the standard library do the same in twice the time, which is as long as a small call itself.

    Args:
        threads: how many run at the same time.
        waiting: how many may wait for one of them.
    """

    def __init__(self, threads: int, waiting: int) -> None:
        self._most = threads + waiting
        self._crew = _Crew(threads)
        weakref.finalize(self, self._crew.dismiss)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call in a thread and return what it returns. Whatever becomes of the caller, it is run to its end.

        Raises:
            HTTPException: 503, too many wait already.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        if not self._crew.take(_Job(partial(call, *args, **kwargs), loop, answer), self._most):
            raise refusal_by_status(503)
        return await answer


@define(eq=False)
class _Job:
    """A call, and who waits for it."""

    call: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]

    def run(self) -> Callable[[], None]:
        """Carry it out; return what tells the outcome to whoever waits."""
        try:
            result = self.call()
        except BaseException as error:  # noqa: BLE001  it is whoever waits that it concerns
            return partial(self._tell, partial(self.answer.set_exception, error))
        return partial(self._tell, partial(self.answer.set_result, result))

    def _tell(self, outcome: Callable[[], None]) -> None:
        if not self.answer.done():  # given up meanwhile
            outcome()


@define(eq=False)
class _Crew:
    """The threads of one `CallThreads`, and what is to be done."""

    most: int
    _jobs: "SimpleQueue[_Job | None]" = field(factory=SimpleQueue)
    _threads: list[Thread] = field(factory=list)
    _under_way: int = 0
    _lock: Lock = field(factory=Lock)

    def take(self, job: _Job, most: int) -> bool:
        """Take a job unless so many are under way."""
        with self._lock:
            if self._under_way >= most:
                return False
            self._under_way += 1
            if len(self._threads) < min(self._under_way, self.most):
                self._threads.append(Thread(target=self._work, name="anninh-api", daemon=True))
                self._threads[-1].start()
        self._jobs.put(job)
        return True

    def dismiss(self) -> None:
        """Let the threads end once they have nothing to do; at the program's end, wait for them."""
        for _ in self._threads:
            self._jobs.put(None)
        if not main_thread().is_alive():
            for thread in self._threads:
                if thread is not current_thread():
                    thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            tell = job.run()
            with self._lock:
                self._under_way -= 1
            with suppress(RuntimeError):  # its loop is over: nobody waits any more
                job.loop.call_soon_threadsafe(tell)
            del job, tell  # else they would be held until the next one comes
