"""The pool of sending threads claims outbox rows and releases those that it doesn't send."""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from anninh_core.kernel.errors import StorageError
from anninh_core.messaging.outbound.sender import ClaimOutcome
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.vocabulary.delivery import Lane
from anninh_core.worker import sender_pool
from anninh_core.worker.sender_pool import PoolOperations, SenderPool, StockLimits

NOON = datetime(2021, 9, 2, 5, tzinfo=UTC)


class RecordedQueue:
    """A simulated queue with rows to claim, which records the rows that were returned and sent."""

    def __init__(self, number: int) -> None:
        self.left = [build_row(f"r{n}") for n in range(number)]
        self.asked: list[int] = []
        self.back: list[str] = []
        self.done: list[str] = []
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.empty = threading.Event()
        self.errors: list[Exception] = []

    def claim(self, limit: int) -> ClaimOutcome:
        self.asked.append(limit)
        if self.errors:
            raise self.errors.pop()
        claimed, self.left = self.left[:limit], self.left[limit:]
        return ClaimOutcome(tuple(claimed))

    def carry_out(self, row: OutboxRow) -> None:
        self.begun.release()
        assert self.go_on.wait(60)
        self.done.append(row.id)
        if not self.left:
            self.empty.set()

    def give_back(self, rows: Sequence[OutboxRow]) -> None:
        self.back += [row.id for row in rows]

    @property
    def work(self) -> PoolOperations:
        return PoolOperations(claim=self.claim, carry_out=self.carry_out, give_back=self.give_back)


def build_row(id: str) -> OutboxRow:
    return OutboxRow(
        id=id,
        conversation=id,
        messenger="oa",
        lane=Lane.MEDIA,
        purpose="attachment.fetch",
        state=OutboxState.CLAIMED,
        cause="",
        due_at=NOON,
        scope="",
        body=b"",
        after="",
        attempts=0,
        token=1,
        created_seq=1,
    )


@pytest.fixture
def recorded_queue() -> Iterator[RecordedQueue]:
    source = RecordedQueue(3)
    yield source
    source.go_on.set()


def test_single_thread_claims_one_row(recorded_queue: RecordedQueue) -> None:
    """A pool with one thread claims a row only once the thread is free, so that no row waits while its lease runs."""
    recorded_queue.go_on.set()
    pool = SenderPool(
        recorded_queue.work, 1, threading.Event(), stock=StockLimits(full=1, low=0), refill=timedelta(seconds=60)
    )
    assert recorded_queue.empty.wait(60)
    pool.close()
    assert recorded_queue.done == ["r0", "r1", "r2"]
    assert set(recorded_queue.asked) == {1}


def test_stopped_pool_claims_nothing(recorded_queue: RecordedQueue) -> None:
    """A stopped pool claims no rows, neither by its threads nor by a call."""
    stop = threading.Event()
    stop.set()
    pool = SenderPool(recorded_queue.work, 2, stop, stock=StockLimits(full=2, low=1), refill=timedelta(seconds=60))
    assert pool.claim_more() == ClaimOutcome()
    pool.close()
    assert (recorded_queue.asked, recorded_queue.done) == ([], [])


def test_close_releases_unsent_rows(recorded_queue: RecordedQueue) -> None:
    """Closing a pool finishes the running sends and releases the other claimed rows."""
    pool = SenderPool(recorded_queue.work, 1, threading.Event(), stock=StockLimits(full=3, low=1))
    assert len(pool.claim_more().rows) == 3
    assert recorded_queue.begun.acquire(timeout=60)
    threading.Timer(0, recorded_queue.go_on.set).start()
    pool.close()
    assert sorted([*recorded_queue.done, *recorded_queue.back]) == ["r0", "r1", "r2"]
    assert "r0" in recorded_queue.done


def test_failed_claim_is_repeated(recorded_queue: RecordedQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """If rows can't be claimed, the pool tries again after a pause."""
    monkeypatch.setattr(sender_pool, "RECOVERY_PAUSE", timedelta())
    recorded_queue.errors = [StorageError("the disk is full")]
    recorded_queue.go_on.set()
    pool = SenderPool(
        recorded_queue.work, 1, threading.Event(), stock=StockLimits(full=1, low=0), refill=timedelta(seconds=60)
    )
    assert recorded_queue.empty.wait(60)
    pool.close()
    assert recorded_queue.done == ["r0", "r1", "r2"]


def test_hanging_threads_are_left_after_one_lease(
    recorded_queue: RecordedQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool waits for all its hanging threads together no longer than one lease."""
    monkeypatch.setattr(sender_pool, "LEASE", timedelta(milliseconds=1))
    pool = SenderPool(recorded_queue.work, 3, threading.Event(), stock=StockLimits(full=3, low=2))
    pool.claim_more()
    for _ in range(3):
        assert recorded_queue.begun.acquire(timeout=60)
    pool.close()
    assert recorded_queue.done == []
