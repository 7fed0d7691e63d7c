"""Threads of signing in, for hashes take long: strangers never take those of owners at a known place."""

from collections.abc import Callable
from typing import TypeVar

from anninh_core.web.api.call_threads import CallThreads

_THREADS = 2
_WAITING = 16

T = TypeVar("T")


class SignInThreads:
    """Runs what signs people in.

    Args:
        connections: how many requests there may be at the same time. All of them may wait for a lookup, so that nobody
            is sent away before it is known from where they come.

    Attributes:
        lookups: where what takes little time runs.
    """

    def __init__(self, connections: int) -> None:
        self.lookups = CallThreads(_THREADS, connections)
        self._strangers = CallThreads(_THREADS, _WAITING)
        self._known = CallThreads(_THREADS, _WAITING)

    async def run(self, knows_place: Callable[[], bool], act: Callable[[], T]) -> T:
        """Run a try to sign in.

        Args:
            knows_place: returns whether the account has signed in from this place before.

        Raises:
            HTTPException: 503, too many of the same sort wait already.
        """
        threads = self._known if await self.lookups.run(knows_place) else self._strangers
        return await threads.run(act)


def is_stranger() -> bool:
    """Return that no place is known, for what has no account yet."""
    return False
