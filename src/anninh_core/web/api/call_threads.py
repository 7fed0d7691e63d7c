"""Where calls run: threads of the API's own, so that webhooks never wait for them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from anninh_core.web.error_responses import refusal_by_status

P = ParamSpec("P")
T = TypeVar("T")


class CallThreads:
    """Runs calls in threads, a bounded number at a time; a bounded number may wait.

    The threads are started when they are first needed, and end with this.

    Args:
        threads: how many run at the same time.
        waiting: how many may wait for one of them.
    """

    def __init__(self, threads: int, waiting: int) -> None:
        self._most = threads + waiting
        self._under_way = 0
        self._threads = ThreadPoolExecutor(threads, "anninh-api")

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call in a thread and return what it returns. Whatever becomes of the caller, it is run to its end.

        Raises:
            HTTPException: 503, too many wait already.
        """
        if self._under_way >= self._most:
            raise refusal_by_status(503)
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, partial(call, *args, **kwargs))
        finally:
            self._under_way -= 1
