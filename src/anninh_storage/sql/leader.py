"""Group commit without a writer thread: a caller that finds no commit under way commits for all waiting callers."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from threading import Lock
from time import monotonic
from typing import Any

from anninh_core.kernel.errors import StorageError
from anninh_storage.sql.database import Connection, Job

_ITEMS = 200
_SECONDS = 0.02
_INTERRUPTED = "the write was interrupted and nothing of it was kept; try again"


class Request:
    """The items that one caller wants committed, and their results."""

    def __init__(self, job: Job, items: Sequence[Any]) -> None:
        self.job = job
        self.items = items
        self.results: Sequence[Any] = ()
        self.error: Exception | None = None
        self.leads = False
        self.gate = Lock()
        self.gate.acquire()

    def outcome(self) -> Sequence[Any]:
        """Return the results, or raise what went wrong."""
        if self.error is not None:
            raise self.error
        return self.results


class Leader:
    """Batches the writes of many threads into few transactions.

    Args:
        transaction: a context manager that begins, and commits or rolls back, and raises `StorageError` when the
            storage itself is to blame.
        seconds: how long a transaction is kept open at most for what arrives meanwhile.
    """

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[Connection]], seconds: float = _SECONDS
    ) -> None:
        self._transaction = transaction
        self._seconds = seconds
        self._mutex = Lock()
        self._waiting: deque[Request] = deque()
        self._busy = False

    @property
    def waiting(self) -> int:
        """How many requests wait behind the one under way."""
        return len(self._waiting)

    def carry_out(self, job: Job, items: Sequence[Any]) -> Sequence[Any]:
        """Do a job for its items and return its results once they are durable.

        Neighbouring requests for the same job are done in one call.
        """
        request = Request(job, items)
        with self._mutex:
            request.leads, self._busy = not self._busy, True
            self._waiting.append(request)
        if not request.leads:
            self._wait(request)
        if request.leads:
            self._lead()
        return request.outcome()

    def _wait(self, request: Request) -> None:
        try:
            request.gate.acquire()
        except BaseException:  # an interrupted thread must not become leader, or all others wait for ever
            with self._mutex:
                if request in self._waiting:
                    self._waiting.remove(request)
            if request.leads:
                self._hand_over()
            raise

    def _lead(self) -> None:
        batch = self._take(_ITEMS, at_least_one=True)
        try:
            self._commit(batch)
        except StorageError as error:
            _fail(batch, error)
        except Exception as error:  # noqa: BLE001  somebody's values are wrong: the others mustn't suffer for it
            self._commit_singly(batch, error)
        except BaseException:
            _fail(batch, StorageError(_INTERRUPTED))
            raise
        finally:
            for request in batch:
                request.gate.release()
            self._hand_over()

    def _commit(self, batch: list[Request]) -> None:
        """Commit a batch, and what arrives meanwhile."""
        until = monotonic() + self._seconds
        with self._transaction() as connection:
            more = batch[:]
            while more:
                _carry_out(connection, more)
                more = self._take(_ITEMS - sum(len(request.items) for request in batch)) if monotonic() < until else []
                batch += more

    def _commit_singly(self, batch: list[Request], error: Exception) -> None:
        if len(batch) == 1:
            _fail(batch, error)
            return
        _fail(batch, StorageError(_INTERRUPTED))  # until each is committed: the shared results were rolled back
        for request in batch:
            try:
                with self._transaction() as connection:
                    _carry_out(connection, [request])
                request.error = None
            except Exception as own:  # noqa: BLE001  raised again in the thread it belongs to
                request.error = own

    def _take(self, room: int, *, at_least_one: bool = False) -> list[Request]:
        """Take waiting requests of up to `room` items together."""
        taken: list[Request] = []
        with self._mutex:
            while self._waiting and (len(self._waiting[0].items) <= room or (at_least_one and not taken)):
                room -= len(self._waiting[0].items)
                taken.append(self._waiting.popleft())
        return taken

    def _hand_over(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].gate.release()
            else:
                self._busy = False


def _carry_out(connection: Connection, requests: list[Request]) -> None:
    for job, group in groupby(requests, key=lambda request: request.job):
        members = list(group)
        results = iter(job(connection, [item for request in members for item in request.items]))
        for request in members:
            request.results = [next(results) for _ in request.items]


def _fail(batch: list[Request], error: Exception) -> None:
    for request in batch:
        request.error = error
