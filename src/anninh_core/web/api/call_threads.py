"""Where calls run: threads of the API's own, so that webhooks never wait for them."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
import anyio.to_thread

from anninh_core.web.error_responses import refusal_by_status

P = ParamSpec("P")
T = TypeVar("T")


class CallThreads:
    """Runs calls in threads, a bounded number at a time; a bounded number may wait.

    Args:
        threads: how many run at the same time.
        waiting: how many may wait for one of them.
    """

    def __init__(self, threads: int, waiting: int) -> None:
        self._threads = threads
        self._most = threads + waiting
        self._under_way = 0
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call in a thread and return what it returns. Whatever becomes of the caller, it is run to its end.

        Raises:
            HTTPException: 503, too many wait already.
        """
        if self._under_way >= self._most:
            raise refusal_by_status(503)
        self._limiter = self._limiter or anyio.CapacityLimiter(self._threads)
        self._under_way += 1
        try:
            return await anyio.to_thread.run_sync(partial(call, *args, **kwargs), limiter=self._limiter)
        finally:
            self._under_way -= 1
