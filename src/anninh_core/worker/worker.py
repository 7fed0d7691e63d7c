"""The worker: inbox, reactions, outbox, again and again; and the jobs that are due by the clock."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial

from attrs import frozen

from anninh_core.dispatch.fetching import Fetching
from anninh_core.dispatch.inbound import Inbound
from anninh_core.kernel.errors import StorageError
from anninh_core.messaging.backoff import is_transient
from anninh_core.messaging.outbound.sender import Claim, OutboxSender
from anninh_core.work.runner import UseCaseRunner
from anninh_core.worker.job import Job
from anninh_core.worker.jobs.held import release_held
from anninh_core.worker.periodic_thread import Loop, PeriodicThread
from anninh_core.worker.reactions.reader import Reactions
from anninh_core.worker.sender_pool import SenderPool, Stock, Work

LOOKS = timedelta(seconds=30)
"""How often the platforms are asked about messages of unknown outcome. More often would be a burden on them."""

LIMIT = 50
"""How many events and messages a step takes at most."""

RECOVERY = timedelta(seconds=5)
"""How long a running worker rests after the storage failed, before it goes on by itself."""

LISTENS = timedelta(seconds=1)
"""How long a worker that is told to stop may still listen for work."""

_READY, _LOW = 4, 2  # claimed rows for each thread that sends: at most, and when more are claimed
_SENDERS = 4  # of which one more thread comes that fetches
_log = logging.getLogger(__name__)


@frozen
class Step:
    """What one step of the worker moved.

    Attributes:
        held: messages whose time has not come: the night, or the pace of their messenger.
        fetched: files that came with messages and were asked for.
    """

    received: int
    reacted: int
    sent: int
    held: int = 0
    fetched: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing was there to do."""
        return not (self.received or self.reacted or self.sent or self.held or self.fetched)


class Worker:
    """Works through what has come and what must go.

    Attributes:
        inbox: works through events.
        outbox: sends.
        jobs: what is done by the clock, by name: run one with `worker.jobs[name].run()`.

    Args:
        fetching: fetches what came with messages; None where no messenger asks for it.
        jobs: in the order in which they run.
    """

    def __init__(
        self,
        runner: UseCaseRunner,
        inbox: Inbound,
        reactions: Reactions,
        outbox: OutboxSender,
        *,
        jobs: Sequence[Job],
        fetching: Fetching | None = None,
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self.inbox = inbox
        self.outbox = outbox
        self.jobs: Mapping[str, Job] = {job.name: job for job in jobs}
        self._reactions = reactions
        self._fetching = fetching if fetching is not None and fetching.instances else None
        self._stop = threading.Event()
        self._ending = threading.Event()  # of the run under way
        self._wake = threading.Event()
        self._ran: dict[str, datetime] = {}
        self._looked: datetime | None = None

    def step(
        self,
        limit: int = LIMIT,
        send: Callable[[int], Claim] | None = None,
        fetch: Callable[[int], int] | None = None,
    ) -> Step:
        """Do one round of each; durable work only, so that stopping between two steps loses nothing.

        Args:
            limit: at most so many events, and messages of each messenger.
            send: claims and sends up to a limit, or has others send.
            fetch: claims and fetches up to a limit, or has others fetch.
        """
        received = self.inbox.run(limit)
        reacted = self._reactions.run()
        claim = (send or self.outbox.run)(limit)
        fetched = (fetch or self._fetch)(limit)
        self.recover(limit)
        return Step(received, reacted, len(claim.rows), claim.held, fetched)

    def _fetch(self, limit: int) -> int:
        return self._fetching.run(limit) if self._fetching else 0

    def recover(self, limit: int = LIMIT) -> None:
        """Ask about messages of unknown outcome, and let conversations go on that they have held for long enough."""
        now = self._context.clock.now()
        if _has_passed(LOOKS, self._looked, now):
            self._looked = now
            self.outbox.reconcile(limit)
            if self._fetching:
                self._fetching.take_up()
            release_held(self._context)

    def drain(self, most: int = 10_000) -> int:
        """Work until nothing is left to do now; return how many steps it took."""
        for steps in range(most):
            if self.step().idle:
                return steps
        return most

    def tick(self) -> Mapping[str, int]:
        """Run every job once, in their order; return how much each did.

        Whether the time of what it does has come, each looks up in the storage: it holds for all workers together.
        """
        return {job.name: job.run() for job in self.jobs.values()}

    def run(self, pause: timedelta = timedelta(seconds=1), threads: int = 1) -> None:
        """Work until `stop`, resting when idle; a storage in trouble is waited for.

        Once told to stop, it claims nothing more, gives back what it has claimed and not begun, and lets sends under
        way finish as long as they are its own.

        Args:
            pause: how long to rest, unless the storage tells before that work has come.
            threads: how many messages are sent side by side.
        """
        ending = self._ending = threading.Event()
        if self._stop.is_set():
            return
        with ExitStack() as end:
            send = end.enter_context(self._sending(threads, ending))
            fetch = end.enter_context(self._fetching_beside(pause, threads, ending))
            end.enter_context(_beside(self._threads(pause, ending), ending))
            while not ending.is_set():
                self._wake.clear()
                rest = self._round(send, fetch, pause)
                if rest and not ending.is_set():
                    self._wake.wait(rest.total_seconds())

    def _round(self, send: Callable[[int], Claim], fetch: Callable[[int], int], pause: timedelta) -> timedelta:
        """Do one step and the jobs that are due; return how long to rest."""
        try:
            idle = self.step(send=send, fetch=fetch).idle
            self._run_due()
        except Exception as error:
            if not is_transient(error):
                raise
            _log.warning("the worker rests for %s: %s", RECOVERY, type(error).__name__)
            return RECOVERY
        return pause if idle else timedelta()

    def _run_due(self) -> None:
        """Run the jobs whose time has come, but for those that have threads of their own."""
        now = self._context.clock.now()
        for job in self.jobs.values():
            if not job.own_thread and _has_passed(job.every, self._ran.get(job.name), now):
                self._ran[job.name] = now
                job.run()

    def _threads(self, pause: timedelta, ending: threading.Event) -> Sequence[PeriodicThread]:
        """Return the threads of the jobs, and the one that listens for work."""
        listening = PeriodicThread("listener", Loop(partial(self._listen, pause)), ending, patience=None)
        return [
            listening,
            *(
                PeriodicThread(name, loop, ending, patience=job.patience)
                for job in self.jobs.values()
                for name, loop in job.threads.items()
            ),
        ]

    def _listen(self, pause: timedelta) -> timedelta:
        """Wait for work that comes in, and wake the worker; return how long to rest before the next time."""
        try:
            came = self._context.storage.queues.wait(min(pause, LISTENS))
        except StorageError as error:
            _log.info("nobody tells of new work for %s: %s", RECOVERY, type(error).__name__)
            return RECOVERY
        if came:
            self._wake.set()
        return timedelta()

    @contextmanager
    def _sending(self, threads: int, ending: threading.Event) -> Iterator[Callable[[int], Claim]]:
        if threads == 1:
            yield partial(self.outbox.run, stopping=ending.is_set)
            return
        work = Work(claim=self.outbox.claim, carry_out=self.outbox.send, give_back=self.outbox.give_back)
        stock = Stock(full=_READY * threads, low=_LOW * threads)
        pool = SenderPool(work, threads, ending, stock=stock, wake=self._wake)
        try:
            yield pool.feed
        finally:
            pool.close()

    @contextmanager
    def _fetching_beside(
        self, pause: timedelta, threads: int, ending: threading.Event
    ) -> Iterator[Callable[[int], int]]:
        """Have threads of their own fetch: a file that comes slowly delays no answer.

        A row is claimed only when a thread is free for it, since a fetch may take most of its lease.
        """
        fetching, fetchers = self._fetching, max(1, threads // _SENDERS)
        if fetching is None:
            yield lambda _limit: 0
            return
        work = Work(claim=fetching.claim, carry_out=fetching.fetch, give_back=self.outbox.give_back)
        pool = SenderPool(work, fetchers, ending, stock=Stock(full=fetchers, low=fetchers - 1), refill=pause)
        try:
            yield lambda limit: len(pool.feed(limit).rows)
        finally:
            pool.close()

    def stop(self) -> None:
        """Let `run` end: nothing more is claimed, and sends under way are finished."""
        self._stop.set()
        self._ending.set()
        self._wake.set()


@contextmanager
def _beside(threads: Sequence[PeriodicThread], ending: threading.Event) -> Iterator[None]:
    """Let threads run until the end of the `with` block; then each is waited for as long as is allowed."""
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in reversed(threads):
            thread.join()


def _has_passed(pause: timedelta, last: datetime | None, now: datetime) -> bool:
    """Tell whether a pause is over; a clock that was set back ends it too."""
    return last is None or not timedelta() <= now - last < pause
