"""The crew: threads that send what one claims for all of them."""

import logging
import threading
from itertools import count
from queue import Empty, PriorityQueue

from anninh_core.messaging.outbound.sender import LEASE, Claim, OutboxSender
from anninh_core.ports.queues import LANES, OutboxRow

_STOCK = 4  # rows a thread that lie ready, so that no thread waits while the next ones are claimed
_LOW = 2  # rows a thread below which more are claimed
_log = logging.getLogger(__name__)


class Crew:
    """Sends with several threads, what is urgent first. Rows of one claim are of different conversations and lanes.

    Args:
        outgoing: claims and sends.
        threads: how many.
        wake: set whenever more could be claimed.
    """

    def __init__(self, outgoing: OutboxSender, threads: int, wake: threading.Event) -> None:
        self._outgoing = outgoing
        self._threads = threads
        self._wake = wake
        self._stock: PriorityQueue[tuple[int, int, OutboxRow | None]] = PriorityQueue()
        self._numbers = count()
        self._lock = threading.Lock()
        self._pending, self._at_work = 0, threads
        self._ended = threading.Event()
        for number in range(threads):
            # Daemons: whoever asks twice to end the process doesn't wait for a platform that hangs.
            threading.Thread(target=self._work, name=f"anninh sender {number}", daemon=True).start()

    def feed(self, _limit: int = 0) -> Claim:
        """Claim as many rows as the threads will soon need."""
        self._wake.clear()
        with self._lock:
            room = _STOCK * self._threads - self._pending
        if room < (_STOCK - _LOW) * self._threads:
            return Claim()
        claim = self._outgoing.claim(room)
        with self._lock:
            self._pending += len(claim.rows)
        for row in claim.rows:
            self._stock.put((LANES.index(row.lane), next(self._numbers), row))
        return claim

    def close(self) -> None:
        """Give back what was not begun, and wait for the sends under way, no longer than they are ours."""
        unbegun: list[OutboxRow] = []
        try:
            while (row := self._stock.get_nowait()[2]) is not None:
                unbegun.append(row)
        except Empty:
            _log.debug("%d claimed rows are given back unsent", len(unbegun))
        for _ in range(self._threads):
            self._stock.put((len(LANES), next(self._numbers), None))
        try:
            self._outgoing.give_back(unbegun)
        finally:
            if not self._ended.wait(LEASE.total_seconds()):
                _log.warning("a send has outlived its lease; its outcome will be asked for")

    def _work(self) -> None:
        while (row := self._stock.get()[2]) is not None:
            try:
                self._outgoing.send(row)
            except Exception as error:  # noqa: BLE001  its lease brings the row back; the thread is needed for others
                _log.error("outbox row %s was left to its lease: %s", row.id, type(error).__name__)
            self._finished()
        with self._lock:
            self._at_work -= 1
            if not self._at_work:
                self._ended.set()

    def _finished(self) -> None:
        with self._lock:
            self._pending -= 1
            low = self._pending <= _LOW * self._threads
        if low:
            self._wake.set()
