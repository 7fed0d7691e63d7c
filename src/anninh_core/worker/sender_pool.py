"""A pool of threads that send or fetch what lies in the outbox."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from queue import Empty, PriorityQueue

from attrs import frozen

from anninh_core.messaging.outbound.sender import LEASE, Claim
from anninh_core.ports.queues import LANES, OutboxRow
from anninh_core.worker.periodic_thread import RECOVERY

_LAST = len(LANES)  # behind every lane
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class Work:
    """What a pool does with rows.

    Attributes:
        claim: claims up to so many.
        carry_out: sends a claimed row, or fetches what it asks for, and settles it.
        give_back: gives claimed rows back that were never begun.
    """

    claim: Callable[[int], Claim]
    carry_out: Callable[[OutboxRow], None]
    give_back: Callable[[Sequence[OutboxRow]], None]


@frozen(kw_only=True)
class Stock:
    """How many claimed rows a pool holds, those under way among them.

    Attributes:
        full: at most.
        low: at so many or fewer, more are claimed.
    """

    full: int
    low: int


class SenderPool:
    """Threads that work side by side, what is urgent first. Rows of one claim are of different conversations and lanes.

    Args:
        work: what is done.
        threads: how many.
        stop: once it is set, nothing more is claimed or begun.
        stock: how many claimed rows lie ready, so that no thread waits while the next ones are claimed.
        wake: set whenever more could be claimed.
        refill: how long a thread waits for a row before it claims some itself; None leaves that to whoever calls
            `feed`.
    """

    def __init__(
        self,
        work: Work,
        threads: int,
        stop: threading.Event,
        *,
        stock: Stock,
        wake: threading.Event | None = None,
        refill: timedelta | None = None,
    ) -> None:
        self._work = work
        self._stop = stop
        self._stock_size = stock
        self._wake = wake or threading.Event()
        self._refill = refill
        self._stock: PriorityQueue[tuple[int, int, OutboxRow | None]] = PriorityQueue()
        self._numbers = count()
        self._claiming, self._lock = threading.Lock(), threading.Lock()
        self._threads, self._held = threads, 0
        self._alive = threads
        self._ended = threading.Event()
        for number in range(threads):
            # Daemons: whoever asks twice to end the process doesn't wait for a platform that hangs.
            threading.Thread(target=self._live, name=f"anninh sender {number}", daemon=True).start()

    def feed(self, _limit: int = 0) -> Claim:
        """Claim as many rows as the threads will soon need; none while another thread claims, and none after a stop."""
        if not self._claiming.acquire(blocking=False):
            return Claim()
        try:
            return self._claimed()
        finally:
            self._claiming.release()

    def close(self) -> None:
        """Give back what was not begun, and wait for what is under way, no longer than it is ours."""
        self._stop.set()
        with self._claiming:  # a claim under way is waited for: what it brings is given back too
            unbegun = self._emptied()
        for _ in range(self._threads):
            self._stock.put((_LAST, next(self._numbers), None))
        try:
            self._work.give_back(unbegun)
        finally:
            if not self._ended.wait(LEASE.total_seconds()):
                _log.warning("a send has outlived its lease; its outcome will be asked for")

    def _claimed(self) -> Claim:
        self._wake.clear()
        with self._lock:
            held = self._held
        if held > self._stock_size.low or self._stop.is_set():
            return Claim()
        claim = self._work.claim(self._stock_size.full - held)
        with self._lock:
            self._held += len(claim.rows)
        for row in claim.rows:
            self._put(row)
        return claim

    def _put(self, row: OutboxRow) -> None:
        self._stock.put((LANES.index(row.lane), next(self._numbers), row))

    def _emptied(self) -> list[OutboxRow]:
        unbegun: list[OutboxRow] = []
        while True:
            try:
                row = self._stock.get_nowait()[2]
            except Empty:
                _log.debug("%d claimed rows are given back unsent", len(unbegun))
                return unbegun
            if row is not None:
                unbegun.append(row)

    def _live(self) -> None:
        while (row := self._next()) is not None:
            try:
                self._work.carry_out(row)
            except Exception as error:  # noqa: BLE001  its lease brings the row back; the thread is needed for others
                _log.error("outbox row %s was left to its lease: %s", row.id, type(error).__name__)
            self._finished()
        with self._lock:
            self._alive -= 1
            if not self._alive:
                self._ended.set()

    def _next(self) -> OutboxRow | None:
        """Return the most urgent row, waiting for one; None for the end."""
        rest = self._refill
        while not self._stop.is_set():
            if self._refill is not None and self._stock.empty():
                rest = self._refilled(self._refill)
            try:
                row = self._stock.get(timeout=rest.total_seconds() if rest is not None else None)[2]
            except Empty:
                continue
            if row is None or not self._stop.is_set():
                return row
            self._put(row)  # for `close` to give back
        return None

    def _refilled(self, refill: timedelta) -> timedelta:
        """Claim more, and return how long to wait for a row before the next try."""
        try:
            self.feed()
        except Exception as error:  # noqa: BLE001  a storage in trouble: the thread is needed when it is well again
            _log.warning("nothing is claimed for %s: %s", RECOVERY, type(error).__name__)
            return RECOVERY
        return refill

    def _finished(self) -> None:
        with self._lock:
            self._held -= 1
            low = self._held <= self._stock_size.low
        if low:
            self._wake.set()
