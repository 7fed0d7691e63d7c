"""The crew: threads that send what one claims for all of them, and a few that settle what was sent."""

import logging
import threading
from collections.abc import Callable, Sequence
from itertools import count
from queue import Empty, PriorityQueue, Queue

from anninh_core.dispatch.outgoing import LEASE, Claim, Outgoing
from anninh_core.ports.queues import LANES, OutboxRow

_STOCK = 4  # rows a thread that lie ready, so that no thread waits while the next ones are claimed
_LOW = 2  # rows a thread below which more are claimed
_SENDERS = 8  # threads that send for each that settles
_log = logging.getLogger(__name__)


class Crew:
    """Sends with several threads, what is urgent first. Rows of one claim are of different conversations and lanes.

    A thread sends its next row while the last one is being settled. As many as there are threads may wait for that;
    then no more are sent until the storage has caught up.

    Args:
        outgoing: claims and sends.
        threads: how many.
        wake: set whenever more could be claimed.
    """

    def __init__(self, outgoing: Outgoing, threads: int, wake: threading.Event) -> None:
        self._outgoing = outgoing
        self._threads = threads
        self._wake = wake
        self._stock: PriorityQueue[tuple[int, int, OutboxRow | None]] = PriorityQueue()
        self._numbers = count()
        self._lock = threading.Lock()
        self._pending = 0
        self._sent: Queue[tuple[str, Callable[[], None]] | None] = Queue(threads)
        senders = [self._thread("sender", number, self._send) for number in range(threads)]
        settlers = [self._thread("settler", number, self._settle) for number in range(-(-threads // _SENDERS))]
        self._ended = threading.Event()
        threading.Thread(target=self._end, args=(senders, settlers), name="anninh crew", daemon=True).start()

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

    def _thread(self, name: str, number: int, work: Callable[[], None]) -> threading.Thread:
        """Start a daemon: whoever asks twice to end the process doesn't wait for a platform that hangs."""
        thread = threading.Thread(target=work, name=f"anninh {name} {number}", daemon=True)
        thread.start()
        return thread

    def _end(self, senders: Sequence[threading.Thread], settlers: Sequence[threading.Thread]) -> None:
        """Wait for the senders, and only then let those end who settle what they sent."""
        for thread in senders:
            thread.join()
        for _ in settlers:
            self._sent.put(None)
        for thread in settlers:
            thread.join()
        self._ended.set()

    def _send(self) -> None:
        while (row := self._stock.get()[2]) is not None:
            try:
                ending = self._outgoing.sent(row)
            except Exception as error:  # noqa: BLE001  its lease brings the row back; the thread is needed for others
                self._left(row.id, error)
            else:
                self._sent.put((row.id, ending))

    def _settle(self) -> None:
        while (one := self._sent.get()) is not None:
            id, ending = one
            try:
                ending()
            except Exception as error:  # noqa: BLE001  its lease brings the row back; the thread is needed for others
                self._left(id, error)
            else:
                self._finished()

    def _left(self, id: str, error: Exception) -> None:
        _log.error("outbox row %s was left to its lease: %s", id, type(error).__name__)
        self._finished()

    def _finished(self) -> None:
        with self._lock:
            self._pending -= 1
            low = self._pending <= _LOW * self._threads
        if low:
            self._wake.set()
