"""A pool of threads that send the messages of outbox rows or fetch their attachments."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from queue import Empty, PriorityQueue

from attrs import frozen

from anninh_core.messaging.outbound.sender import LEASE, ClaimOutcome
from anninh_core.ports.storages.queues import LANES, OutboxRow
from anninh_core.worker.periodic_thread import RECOVERY_PAUSE

_LAST_PRIORITY = len(LANES)  # This priority comes after every lane.
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class PoolOperations:
    """Functions that claim and handle outbox rows for a pool of threads.

    Attributes:
        claim: claims up to a given number.
        carry_out: sends a claimed row, or fetches its attachment, and settles it.
        give_back: gives claimed rows back that were never started.
    """

    claim: Callable[[int], ClaimOutcome]
    carry_out: Callable[[OutboxRow], None]
    give_back: Callable[[Sequence[OutboxRow]], None]


@frozen(kw_only=True)
class StockLimits:
    """Limits on the number of rows that a pool has claimed, including those in progress.

    Attributes:
        full: maximum number.
        low: threshold at or below which more are claimed.
    """

    full: int
    low: int


class SenderPool:
    """Threads that send outbox rows in parallel, urgent ones first. Rows of one claim are of different conversations
    and lanes.

    Args:
        stop: once it is set, nothing more is claimed or started.
        stock: how many claimed rows are kept ready, so that no thread waits during the next claim.
        wake: set whenever more could be claimed.
        refill: how long a thread waits for a row before it claims some itself; None if only the caller of `claim_more`
            claims.
    """

    def __init__(
        self,
        work: PoolOperations,
        threads: int,
        stop: threading.Event,
        *,
        stock: StockLimits,
        wake: threading.Event | None = None,
        refill: timedelta | None = None,
    ) -> None:
        self._operations = work
        self._stop = stop
        self._stock_limits = stock
        self._wake = wake or threading.Event()
        self._refill = refill
        self._queue: PriorityQueue[tuple[int, int, OutboxRow | None]] = PriorityQueue()
        self._sequence = count()
        self._claim_lock = threading.Lock()
        self._lock = threading.Lock()
        self._thread_count = threads
        self._held_count = 0
        self._alive_count = threads
        self._all_ended = threading.Event()
        for number in range(threads):
            # The threads are daemons, so that an operator who ends the process twice doesn't wait for a platform that
            # hangs.
            threading.Thread(target=self._run_thread, name=f"anninh sender {number}", daemon=True).start()

    def claim_more(self, _limit: int = 0) -> ClaimOutcome:
        """Claim as many outbox rows as the threads will soon need; none while another thread claims, and none after a
        stop.
        """
        if not self._claim_lock.acquire(blocking=False):
            return ClaimOutcome()
        try:
            return self._claim_rows()
        finally:
            self._claim_lock.release()

    def close(self) -> None:
        """Give back claimed rows that were not started, and wait for those in progress until their leases end."""
        self._stop.set()
        with self._claim_lock:  # This waits for a claim in progress, as its rows have to be given back too.
            unstarted = self._drain_queue()
        for _ in range(self._thread_count):
            self._queue.put((_LAST_PRIORITY, next(self._sequence), None))
        try:
            self._operations.give_back(unstarted)
        finally:
            if not self._all_ended.wait(LEASE.total_seconds()):
                _log.warning("a send has outlived its lease; its outcome will be asked for")

    def _claim_rows(self) -> ClaimOutcome:
        self._wake.clear()
        with self._lock:
            held_count = self._held_count
        if held_count > self._stock_limits.low or self._stop.is_set():
            return ClaimOutcome()
        claim = self._operations.claim(self._stock_limits.full - held_count)
        with self._lock:
            self._held_count += len(claim.rows)
        for row in claim.rows:
            self._enqueue_row(row)
        return claim

    def _enqueue_row(self, row: OutboxRow) -> None:
        self._queue.put((LANES.index(row.lane), next(self._sequence), row))

    def _drain_queue(self) -> list[OutboxRow]:
        unstarted: list[OutboxRow] = []
        while True:
            try:
                row = self._queue.get_nowait()[2]
            except Empty:
                _log.debug("%d claimed rows are given back unsent", len(unstarted))
                return unstarted
            if row is not None:
                unstarted.append(row)

    def _run_thread(self) -> None:
        while (row := self._wait_for_row()) is not None:
            try:
                self._operations.carry_out(row)
            except Exception as error:  # noqa: BLE001  its lease brings the row back; the thread is needed for others
                _log.error("outbox row %s was left to its lease: %s", row.id, type(error).__name__)
            self._finish_row()
        with self._lock:
            self._alive_count -= 1
            if not self._alive_count:
                self._all_ended.set()

    def _wait_for_row(self) -> OutboxRow | None:
        """Wait for the most urgent claimed row and return it, or None after a stop."""
        timeout = self._refill
        while not self._stop.is_set():
            if self._refill is not None and self._queue.empty():
                timeout = self._refill_stock(self._refill)
            try:
                row = self._queue.get(timeout=timeout.total_seconds() if timeout is not None else None)[2]
            except Empty:
                continue
            if row is None or not self._stop.is_set():
                return row
            self._enqueue_row(row)  # The row is put back, so that `close` gives it back.
        return None

    def _refill_stock(self, refill: timedelta) -> timedelta:
        """Claim more rows; return how long to wait for a row before the next claim."""
        try:
            self.claim_more()
        except Exception as error:  # noqa: BLE001  a storage in trouble: the thread is needed when it is well again
            _log.warning("nothing is claimed for %s: %s", RECOVERY_PAUSE, type(error).__name__)
            return RECOVERY_PAUSE
        return refill

    def _finish_row(self) -> None:
        with self._lock:
            self._held_count -= 1
            is_low = self._held_count <= self._stock_limits.low
        if is_low:
            self._wake.set()
