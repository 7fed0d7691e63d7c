"""Threads for signing in, as password hashes take long: tries from unknown places never take the threads of account
owners at a known place.
"""

from collections.abc import Callable
from typing import TypeVar

from anninh_core.web.api.call_threads import CallThreads

_THREADS = 2
_WAITING = 16

T = TypeVar("T")


class SignInThreads:
    """Runs tries to sign in, in separate threads for known and for unknown places.

    Args:
        connections: limit of requests at the same time. All of them may wait for a lookup, so that no request is
            refused before its place is known.

    Attributes:
        lookups: threads for short tasks.
    """

    def __init__(self, connections: int) -> None:
        self.lookups = CallThreads(_THREADS, connections)
        self._strangers = CallThreads(_THREADS, _WAITING)
        self._known = CallThreads(_THREADS, _WAITING)

    async def run(self, knows_place: Callable[[], bool], act: Callable[[], T]) -> T:
        """Run a try to sign in, in the threads for known or for unknown places, and return its result.

        Args:
            knows_place: returns whether the account has signed in from this place before.

        Raises:
            HTTPException: 503, too many of the same kind wait already.
        """
        threads = self._known if await self.lookups.run(knows_place) else self._strangers
        return await threads.run(act)


def knows_no_place() -> bool:
    """Return False, since an account that isn't set up yet has never signed in from any place."""
    return False
