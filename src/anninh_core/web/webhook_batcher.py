"""Stores the events of concurrent webhook requests in batches, one thread and one commit for each batch."""

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
"""Maximum number of events in a batch."""

_LOOP_TURNS = 2
"""Number of event-loop turns before a batch starts: in the first turn, arrived data is read; in the second, requests
enqueue.
"""

_INTERRUPTED = Sentence(
    "Receiving the event was interrupted, and whether it was kept is unknown: it may be sent again."
)

AcceptAll = Callable[[Sequence[tuple[str, WebhookRequest]]], Sequence[Accepted | Exception]]


@mutable(eq=False)
class _PendingRequest:
    """A webhook request that waits for its outcome. If it is called before it has an outcome, it leads the next
    batch.
    """

    event: tuple[str, WebhookRequest]
    called: anyio.Event = field(factory=anyio.Event)
    ending: Accepted | Exception | None = None


class WebhookBatcher:
    """Stores waiting webhook events in batches: the first request of a batch stores the events of all requests that
    wait with it.

    Args:
        accept_all: stores a batch of events; called in a thread, and not again before it returns.
    """

    def __init__(self, accept_all: AcceptAll) -> None:
        self._accept_all = accept_all
        self._busy = False
        self._waiting: deque[_PendingRequest] = deque()
        self._thread: anyio.CapacityLimiter | None = None

    async def accept(self, instance: str, request: WebhookRequest) -> Accepted:
        """Return the outcome of a webhook event once it is durable; raise the errors of `Intake.accept`."""
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
            # Otherwise the error and this stack frame would refer to each other and keep the request body in memory.
            del outcome, pending

    async def _wait_for_turn(self, pending: _PendingRequest) -> None:
        """Wait until the event of a request was stored, or until the request has to lead the next batch."""
        self._waiting.append(pending)
        try:
            await pending.called.wait()
        # A cancelled request must not become the leader of a batch, or all other requests would wait for ever.
        except BaseException:
            if pending in self._waiting:
                self._waiting.remove(pending)
            elif pending.called.is_set() and pending.ending is None:
                self._hand_over_lead()
            raise

    async def _commit_batch(self, first: _PendingRequest) -> Accepted | Exception:
        await self._let_others_arrive()
        batch = [first, *(self._waiting.popleft() for _ in range(min(MAX_BATCH - 1, len(self._waiting))))]
        outcomes: Sequence[Accepted | Exception] = [StorageError(_INTERRUPTED)] * len(batch)
        try:
            # The batch thread has its own limiter, as other tasks may use up the shared one.
            self._thread = self._thread or anyio.CapacityLimiter(1)
            events = [pending.event for pending in batch]
            outcomes = await anyio.to_thread.run_sync(self._accept_all, events, limiter=self._thread)
        finally:
            for pending, outcome in zip(batch, outcomes, strict=True):
                pending.ending = outcome
                pending.called.set()
            self._hand_over_lead()
        return outcomes[0]

    async def _let_others_arrive(self) -> None:
        """Let requests that have already arrived enqueue: otherwise the first request gets a commit of its own, and the
        others wait.
        """
        try:
            for _ in range(_LOOP_TURNS):
                await anyio.lowlevel.checkpoint()
        except BaseException:
            self._hand_over_lead()
            raise

    def _hand_over_lead(self) -> None:
        if self._waiting:
            self._waiting.popleft().called.set()
        else:
            self._busy = False
