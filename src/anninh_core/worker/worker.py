"""The worker, which processes the inbox, runs the journal's event handlers, sends the outbox and runs scheduled
jobs.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial

from attrs import evolve, frozen

from anninh_core.kernel.errors import KeysUnavailable, StorageError, TooMuchDamage
from anninh_core.messaging.inbound.attachment_fetcher import AttachmentFetcher
from anninh_core.messaging.inbound.inbox_processor import InboxProcessor
from anninh_core.messaging.outbound.reconciliation import release_blocked_conversations
from anninh_core.messaging.outbound.sender import ClaimOutcome, OutboxSender
from anninh_core.messaging.retries import is_transient
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.worker.event_handlers.journal_consumer import JournalConsumer
from anninh_core.worker.heartbeat import HeartbeatWriter
from anninh_core.worker.periodic_job import Job
from anninh_core.worker.periodic_thread import Loop, PeriodicThread
from anninh_core.worker.sender_pool import PoolOperations, SenderPool, StockLimits

RECONCILE_INTERVAL = timedelta(seconds=30)
"""How often platforms are queried about messages of unknown outcome; more often would burden them."""

STEP_LIMIT = 50
"""Maximum number of events, and of messages of each messenger, that one step of the worker takes."""

RECOVERY_PAUSE = timedelta(seconds=5)
"""How long a running worker pauses after a storage failure before it continues."""

LISTEN_TIMEOUT = timedelta(seconds=1)
"""Maximum time for which a stopping worker still waits for a signal of new work."""

_ROWS_PER_THREAD = 4  # Maximum number of claimed outbox rows for each sending thread.
_LOW_ROWS_PER_THREAD = 2  # More rows are claimed when fewer than this are left for each sending thread.
_SENDERS_PER_FETCHER = 4  # Number of sending threads for each thread that fetches attachments.
_REACTIONS = "react_to_journal"
"""Name under which the heartbeat lists stopped journal handlers."""
_log = logging.getLogger(__name__)


@frozen
class StepResult:
    """The numbers of events, messages and attachments that one step of the worker handled.

    Attributes:
        held: messages that aren't due yet, because of quiet hours or a rate limit.
        fetched: attachments that were requested.
    """

    received: int
    reacted: int
    sent: int
    held: int = 0
    fetched: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether the step found nothing to do."""
        return not (self.received or self.reacted or self.sent or self.held or self.fetched)


class Worker:
    """Processes the inbox, sends the outbox and runs scheduled jobs.

    Attributes:
        inbox: processes events.
        outbox: sends messages.
        heartbeat: written after each round of `run`; a program that calls the steps itself calls `heartbeat.beat`.
        jobs: scheduled jobs by name: run one with `worker.jobs[name].run()`.

    Args:
        fetching: fetches attachments; None if no messenger supports it.
        jobs: the scheduled jobs, in the order in which they run.
    """

    def __init__(
        self,
        runner: UseCaseRunner,
        inbox: InboxProcessor,
        reactions: JournalConsumer,
        outbox: OutboxSender,
        *,
        jobs: Sequence[Job],
        fetching: AttachmentFetcher | None = None,
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self.inbox = inbox
        self.outbox = outbox
        self.heartbeat = HeartbeatWriter(runner.context.storage.states, runner.context.clock)
        self.jobs: Mapping[str, Job] = {job.name: job for job in jobs}
        self._journal_consumer = reactions
        self._fetching = fetching if fetching is not None and fetching.instances else None
        self._stop = threading.Event()
        self._run_stop = threading.Event()  # This event is set when the current run has to end.
        self._wake = threading.Event()
        self._last_runs: dict[str, datetime] = {}
        self._last_reconciled: datetime | None = None

    def step(
        self,
        limit: int = STEP_LIMIT,
        send: Callable[[int], ClaimOutcome] | None = None,
        fetch: Callable[[int], int] | None = None,
    ) -> StepResult:
        """Process the inbox, run the journal's event handlers, send the outbox and fetch attachments, each once up to a
        limit.

        All this work is durable, so that stopping between two steps loses nothing.

        Args:
            limit: maximum number of events, and of messages of each messenger.
            send: claims and sends messages up to a limit, or delegates to a pool.
            fetch: claims and fetches attachments up to a limit, or delegates to a pool.
        """
        received = self.inbox.run(limit)
        reacted = self._run_event_handlers()
        claim = (send or self.outbox.run)(limit)
        fetched = (fetch or self._fetch_attachments)(limit)
        self.recover(limit)
        result = StepResult(received, reacted, len(claim.rows), claim.postponed, fetched)
        if result.is_idle:
            self._journal_consumer.save()
        return result

    def _run_event_handlers(self) -> int:
        """Run the journal's event handlers. If they stop, record it in the heartbeat, so that queued messages are still
        sent.
        """
        try:
            with self.heartbeat.watch(_REACTIONS):
                return self._journal_consumer.run()
        except (TooMuchDamage, KeysUnavailable) as error:
            _log.warning("%s stopped: %s", _REACTIONS, error)
            return 0

    def _fetch_attachments(self, limit: int) -> int:
        return self._fetching.run(limit) if self._fetching else 0

    def recover(self, limit: int = STEP_LIMIT) -> None:
        """Reconcile messages of unknown outcome, and release conversations that they have blocked for long enough."""
        now = self._context.clock.now()
        if _is_pause_over(RECONCILE_INTERVAL, self._last_reconciled, now):
            self._last_reconciled = now
            self.outbox.reconcile(limit)
            if self._fetching:
                self._fetching.retry_failed()
            release_blocked_conversations(self._context)

    def drain(self, most: int = 10_000) -> int:
        """Run steps until there is nothing left to do; return how many steps it took."""
        for steps in range(most):
            if self.step().is_idle:
                return steps
        return most

    def tick(self) -> Mapping[str, int]:
        """Run every scheduled job once, in order; return the counts by job.

        Each job reads from the storage whether it is due, so that a job runs only when it is due for all workers
        together. A failing job doesn't block the others: the first error is raised after all of them ran.

        Raises:
            StorageError: the storage or the keys failed; the jobs after the failure have not run.
        """
        counts: dict[str, int] = {}
        errors: list[Exception] = []
        for job in self.jobs.values():
            counts[job.name] = self._run_job(job, errors.append)
        if errors:
            raise errors[0]
        return counts

    def _run_job(self, job: Job, fail: Callable[[Exception], None]) -> int:
        """Run a job and return its count; call `fail` with an error of the job itself.

        Raises:
            Exception: a failure of the storage, which affects all jobs.
        """
        try:
            with self.heartbeat.watch(job.name):
                return job.run()
        except Exception as error:
            if is_transient(error) and not isinstance(error, KeysUnavailable):
                raise
            _log.exception("job %s failed", job.name)
            fail(error)
            return 0

    def run(self, pause: timedelta = timedelta(seconds=1), threads: int = 1) -> None:
        """Process, send and run jobs until `stop` is called; pause when there is no work, and wait and retry after a
        storage failure.

        After `stop` the worker claims nothing more, gives back claimed rows that were not started, and lets sends in
        flight finish while their leases last.

        Args:
            pause: how long to pause, unless the storage signals new work earlier.
            threads: how many messages are sent in parallel.
        """
        run_stop = self._run_stop = threading.Event()
        if self._stop.is_set():
            return
        with ExitStack() as stack:
            send = stack.enter_context(self._open_sender_pool(threads, run_stop))
            fetch = stack.enter_context(self._open_fetcher_pool(pause, threads, run_stop))
            stack.enter_context(_run_threads(self._build_threads(pause, run_stop), run_stop))
            while not run_stop.is_set():
                self._wake.clear()
                rest = self._run_round(send, fetch, pause)
                if rest and not run_stop.is_set():
                    self._wake.wait(rest.total_seconds())

    def _run_round(
        self, send: Callable[[int], ClaimOutcome], fetch: Callable[[int], int], pause: timedelta
    ) -> timedelta:
        """Do one step, then run the due jobs even if the step failed; return how long to pause.

        A job sends the urgent notices about emergencies, so no failing message may end the worker.
        """
        rest = timedelta()
        try:
            if self.step(send=send, fetch=fetch).is_idle:
                rest = pause
        except Exception as error:  # noqa: BLE001  whatever it is, the jobs have their turn
            _log_failure(error)
            rest = RECOVERY_PAUSE
        try:
            self._run_due_jobs()
            if rest < RECOVERY_PAUSE:
                self.heartbeat.write_heartbeat()
        except Exception as error:  # noqa: BLE001  the next round may succeed
            _log_failure(error)
            rest = RECOVERY_PAUSE
        return rest

    def _run_due_jobs(self) -> None:
        """Run the due jobs, except those with their own threads."""
        now = self._context.clock.now()
        for job in self.jobs.values():
            if not job.own_thread and _is_pause_over(job.every, self._last_runs.get(job.name), now):
                self._last_runs[job.name] = now
                self._run_job(job, _ignore_logged_error)

    def _build_threads(self, pause: timedelta, ending: threading.Event) -> Sequence[PeriodicThread]:
        """Return the threads of the jobs, and the thread that listens for work."""
        listener = PeriodicThread("listener", Loop(partial(self._wait_for_work, pause)), ending, patience=None)
        return [
            listener,
            *(
                PeriodicThread(name, self._build_watched_loop(name, loop), ending, patience=job.patience)
                for job in self.jobs.values()
                for name, loop in job.threads.items()
            ),
        ]

    def _build_watched_loop(self, name: str, loop: Loop) -> Loop:
        return evolve(loop, turn=partial(self.heartbeat.watch_turn, name, loop.turn))

    def _wait_for_work(self, pause: timedelta) -> timedelta:
        """Wait for a signal of new work, and wake the worker; return the pause before the next wait."""
        try:
            has_work = self._context.storage.queues.wait(min(pause, LISTEN_TIMEOUT))
        except StorageError as error:
            _log.info("nobody tells of new work for %s: %s", RECOVERY_PAUSE, type(error).__name__)
            return RECOVERY_PAUSE
        if has_work:
            self._wake.set()
        return timedelta()

    @contextmanager
    def _open_sender_pool(self, threads: int, ending: threading.Event) -> Iterator[Callable[[int], ClaimOutcome]]:
        if threads == 1:
            yield partial(self.outbox.run, stopping=ending.is_set)
            return
        work = PoolOperations(claim=self.outbox.claim, carry_out=self.outbox.send, give_back=self.outbox.give_back)
        stock = StockLimits(full=_ROWS_PER_THREAD * threads, low=_LOW_ROWS_PER_THREAD * threads)
        pool = SenderPool(work, threads, ending, stock=stock, wake=self._wake)
        try:
            yield pool.claim_more
        finally:
            pool.close()

    @contextmanager
    def _open_fetcher_pool(
        self, pause: timedelta, threads: int, ending: threading.Event
    ) -> Iterator[Callable[[int], int]]:
        """Yield a function that fetches attachments in separate threads, so that a slow download delays no answer.

        A row is claimed only when a thread is free for it, since a fetch may take most of its lease.
        """
        fetching = self._fetching
        fetcher_count = max(1, threads // _SENDERS_PER_FETCHER)
        if fetching is None:
            yield lambda _limit: 0
            return
        work = PoolOperations(claim=fetching.claim, carry_out=fetching.fetch, give_back=self.outbox.give_back)
        pool = SenderPool(
            work, fetcher_count, ending, stock=StockLimits(full=fetcher_count, low=fetcher_count - 1), refill=pause
        )
        try:
            yield lambda limit: len(pool.claim_more(limit).rows)
        finally:
            pool.close()

    def stop(self) -> None:
        """Make `run` end: the worker claims nothing more, and finishes the sends in progress."""
        self._stop.set()
        self._run_stop.set()
        self._wake.set()


@contextmanager
def _run_threads(threads: Sequence[PeriodicThread], ending: threading.Event) -> Iterator[None]:
    """Run threads until the end of the `with` block, then wait for each of them up to its time limit."""
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in reversed(threads):
            thread.join()


def _log_failure(error: Exception) -> None:
    """Log an error in one line if it is transient, otherwise with its traceback."""
    trace = None if is_transient(error) else error
    _log.warning("the worker rests for %s: %s", RECOVERY_PAUSE, type(error).__name__, exc_info=trace)


def _ignore_logged_error(_: Exception) -> None:
    """Ignore an error that is already logged."""


def _is_pause_over(pause: timedelta, last: datetime | None, now: datetime) -> bool:
    """Return whether `pause` has passed since `last`; a clock that was set back also ends the pause."""
    return last is None or not timedelta() <= now - last < pause
