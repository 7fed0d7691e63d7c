"""Group commit without a writer thread: a caller that finds no commit in progress commits for all waiting callers."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from threading import Lock
from time import monotonic
from typing import Any

from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.sentences import Sentence
from anninh_storage.sql.database import Connection, Job

_MAX_ITEMS = 200
_MAX_SECONDS = 0.02
_INTERRUPTED = Sentence("The write was interrupted and nothing of it was kept: try again.")


class CommitRequest:
    """The items that one caller wants committed, and their results."""

    def __init__(self, job: Job, items: Sequence[Any]) -> None:
        self.job = job
        self.items = items
        self.results: Sequence[Any] = ()
        self.error: Exception | None = None
        self.is_leader = False
        self.wakeup = Lock()
        self.wakeup.acquire()

    def result(self) -> Sequence[Any]:
        """Return the results, or raise the error of the commit."""
        if self.error is not None:
            raise self.error
        return self.results


class GroupCommitter:
    """Batches the writes of many threads into few transactions.

    Args:
        transaction: a context manager that begins, and commits or rolls back, and raises `StorageError` for a failure
            of the storage itself.
        seconds: maximum time for which a transaction stays open for requests that arrive meanwhile.
    """

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[Connection]], seconds: float = _MAX_SECONDS
    ) -> None:
        self._transaction = transaction
        self._seconds = seconds
        self._mutex = Lock()
        self._queue: deque[CommitRequest] = deque()
        self._has_leader = False

    @property
    def waiting_count(self) -> int:
        """Number of requests that wait behind the current commit."""
        return len(self._queue)

    def run(self, job: Job, items: Sequence[Any]) -> Sequence[Any]:
        """Run a job for its items, and return the job's results once they are durable.

        Neighbouring requests for the same job are passed to the job in one call.
        """
        request = CommitRequest(job, items)
        with self._mutex:
            request.is_leader, self._has_leader = not self._has_leader, True
            self._queue.append(request)
        if not request.is_leader:
            self._wait(request)
        if request.is_leader:
            self._commit_as_leader()
        return request.result()

    def _wait(self, request: CommitRequest) -> None:
        try:
            request.wakeup.acquire()
        except BaseException:  # An interrupted thread must not become the leader, or all others wait for ever.
            with self._mutex:
                if request in self._queue:
                    self._queue.remove(request)
            if request.is_leader:
                self._pass_leadership()
            raise

    def _commit_as_leader(self) -> None:
        batch = self._take_waiting(_MAX_ITEMS, at_least_one=True)
        try:
            self._commit(batch)
        except StorageError as error:
            _fail_all(batch, error)
        except Exception as error:  # noqa: BLE001  somebody's values are wrong: the others mustn't suffer for it
            self._commit_one_by_one(batch, error)
        except BaseException:
            _fail_all(batch, StorageError(_INTERRUPTED))
            raise
        finally:
            for request in batch:
                request.wakeup.release()
            self._pass_leadership()

    def _commit(self, batch: list[CommitRequest]) -> None:
        """Commit a batch, together with requests that arrive meanwhile."""
        deadline = monotonic() + self._seconds
        with self._transaction() as connection:
            arrived = batch[:]
            while arrived:
                _run_jobs(connection, arrived)
                arrived = (
                    self._take_waiting(_MAX_ITEMS - sum(len(request.items) for request in batch))
                    if monotonic() < deadline
                    else []
                )
                batch += arrived

    def _commit_one_by_one(self, batch: list[CommitRequest], error: Exception) -> None:
        if len(batch) == 1:
            _fail_all(batch, error)
            return
        # Each request counts as interrupted until it is committed again, because the shared results were rolled back.
        _fail_all(batch, StorageError(_INTERRUPTED))
        for request in batch:
            try:
                with self._transaction() as connection:
                    _run_jobs(connection, [request])
                request.error = None
            except Exception as own:  # noqa: BLE001  raised again in the thread it belongs to
                request.error = own

    def _take_waiting(self, capacity: int, *, at_least_one: bool = False) -> list[CommitRequest]:
        """Take waiting requests of up to `capacity` items together."""
        batch: list[CommitRequest] = []
        with self._mutex:
            while self._queue and (len(self._queue[0].items) <= capacity or (at_least_one and not batch)):
                capacity -= len(self._queue[0].items)
                batch.append(self._queue.popleft())
        return batch

    def _pass_leadership(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue[0].is_leader = True
                self._queue[0].wakeup.release()
            else:
                self._has_leader = False


def _run_jobs(connection: Connection, requests: list[CommitRequest]) -> None:
    for job, group in groupby(requests, key=lambda request: request.job):
        members = list(group)
        results = iter(job(connection, [item for request in members for item in request.items]))
        for request in members:
            request.results = [next(results) for _ in request.items]


def _fail_all(batch: list[CommitRequest], error: Exception) -> None:
    for request in batch:
        request.error = error
