"""Requests that wait at the same time go to the intake together, in one thread: they share one commit."""

from collections import deque
from collections.abc import Callable, Sequence

import anyio
import anyio.to_thread
from attrs import field, mutable

from anninh_core.dispatch.intake import Accepted
from anninh_core.vocabulary.messages import WebhookRequest

MOST = 200
"""Events that are handed over together at most."""

AcceptAll = Callable[[Sequence[tuple[str, WebhookRequest]]], Sequence[Accepted | Exception]]


@mutable(eq=False)
class _Waiting:
    """One request: its event and what became of it."""

    event: tuple[str, WebhookRequest]
    called: anyio.Event = field(factory=anyio.Event)
    ending: Accepted | Exception | None = None


class Gathering:
    """Takes in what waits. Whoever finds nobody doing so does it for all, and the next one for who came meanwhile.

    Args:
        accept_all: the intake's, called in a thread, never twice at once.
    """

    def __init__(self, accept_all: AcceptAll) -> None:
        self._accept_all = accept_all
        self._waiting: deque[_Waiting] = deque()
        self._busy = False

    async def accept(self, instance: str, request: WebhookRequest) -> Accepted:
        """Return what became of an event, once it is durable; raises what `Intake.accept` does."""
        one = _Waiting((instance, request))
        self._waiting.append(one)
        await self._turn(one)
        if one.ending is None:
            await self._lead()
        assert one.ending is not None
        if isinstance(one.ending, Exception):
            raise one.ending
        return one.ending

    async def _turn(self, one: _Waiting) -> None:
        """Wait until the event was taken in, or until it is this one's turn to lead."""
        if not self._busy:
            self._busy = True
            return
        try:
            await one.called.wait()
        except BaseException:  # given up: it must not be made leader, or everybody waits for ever
            if one in self._waiting:
                self._waiting.remove(one)
                if one.called.is_set():
                    self._hand_over()
            raise

    async def _lead(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            endings = await anyio.to_thread.run_sync(self._accept_all, [one.event for one in taken])
        except BaseException as error:
            for one in taken:
                one.ending = error if isinstance(error, Exception) else ConnectionError("the server is ending")
            raise
        else:
            for one, ending in zip(taken, endings, strict=True):
                one.ending = ending
        finally:
            for one in taken:
                one.called.set()
            self._hand_over()

    def _hand_over(self) -> None:
        if self._waiting:
            self._waiting[0].called.set()
        else:
            self._busy = False
