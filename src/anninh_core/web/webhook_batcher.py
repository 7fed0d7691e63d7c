"""Requests that wait at the same time go to the intake together, in one thread: they share one commit."""

from collections import deque
from collections.abc import Callable, Sequence

import anyio
import anyio.lowlevel
import anyio.to_thread
from attrs import field, mutable

from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.sentences import Sentence
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.vocabulary.messages import WebhookRequest

MAX_BATCH = 200
"""Events that are handed over together at most."""

_LOOP_TURNS = 2
"""Turns of the event loop before a batch goes: in the first, what has arrived is read, in the second it asks."""

_INTERRUPTED = Sentence(
    "Receiving the event was interrupted, and whether it was kept is unknown: it may be sent again."
)

AcceptAll = Callable[[Sequence[tuple[str, WebhookRequest]]], Sequence[Accepted | Exception]]


@mutable(eq=False)
class _PendingRequest:
    """A request: its event and its outcome. Called without an outcome, it leads the next batch."""

    event: tuple[str, WebhookRequest]
    called: anyio.Event = field(factory=anyio.Event)
    ending: Accepted | Exception | None = None


class WebhookBatcher:
    """Accepts waiting events in batches: the first one leads a batch for all that came with it, and so on.

    Args:
        accept_all: the intake's, called in a thread, and not again before it returns.
    """

    def __init__(self, accept_all: AcceptAll) -> None:
        self._accept_all = accept_all
        self._busy = False
        self._waiting: deque[_PendingRequest] = deque()
        self._thread: anyio.CapacityLimiter | None = None

    async def accept(self, instance: str, request: WebhookRequest) -> Accepted:
        """Return what became of an event, once it is durable; raises what `Intake.accept` does."""
        pending = _PendingRequest((instance, request))
        if self._busy:
            await self._wait_for_turn(pending)
        else:
            self._busy = True
        outcome = pending.ending or await self._commit_batch(pending)
        try:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome
        finally:
            del outcome, pending  # or an error and this frame would hold each other, and the body

    async def _wait_for_turn(self, one: _PendingRequest) -> None:
        """Wait until the event was taken in, or until it is its turn to lead."""
        self._waiting.append(one)
        try:
            await one.called.wait()
        except BaseException:  # cancelled: it must not become leader, or all others wait for ever
            if one in self._waiting:
                self._waiting.remove(one)
            elif one.called.is_set() and one.ending is None:
                self._hand_over()
            raise

    async def _commit_batch(self, first: _PendingRequest) -> Accepted | Exception:
        await self._let_others_arrive()
        batch = [first, *(self._waiting.popleft() for _ in range(min(MAX_BATCH - 1, len(self._waiting))))]
        outcomes: Sequence[Accepted | Exception] = [StorageError(_INTERRUPTED)] * len(batch)
        try:
            self._thread = self._thread or anyio.CapacityLimiter(1)  # its own: others may fill those that are shared
            events = [pending.event for pending in batch]
            outcomes = await anyio.to_thread.run_sync(self._accept_all, events, limiter=self._thread)
        finally:
            for pending, outcome in zip(batch, outcomes, strict=True):
                pending.ending = outcome
                pending.called.set()
            self._hand_over()
        return outcomes[0]

    async def _let_others_arrive(self) -> None:
        """Let requests that have arrived enqueue first: else the first gets a commit of its own, and others wait."""
        try:
            for _ in range(_LOOP_TURNS):
                await anyio.lowlevel.checkpoint()
        except BaseException:
            self._hand_over()
            raise

    def _hand_over(self) -> None:
        if self._waiting:
            self._waiting.popleft().called.set()
        else:
            self._busy = False
