"""Group commit: waiting commits share a transaction."""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest

from anninh_core.kernel.errors import StorageError
from anninh_storage.sql.commit.group_commit import GroupCommitter

PATIENCE = 60.0
"""Seconds for which a transaction stays open for other commits; long enough for waiting commits to share it on any
machine.
"""


class Transactions:
    """Counts transactions; the first transaction waits inside until `go_on` is set."""

    def __init__(self) -> None:
        self.inside = Event()
        self.go_on = Event()
        self.committed: list[str] = []
        self.failure: Exception | None = None
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        if self.failure:
            raise self.failure
        self.inside.set()
        assert self.go_on.wait(10)
        try:
            yield self._connection
        except BaseException:
            self.committed.append("rolled back")
            raise
        self.committed.append("committed")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def transactions() -> Iterator[Transactions]:
    transactions = Transactions()
    yield transactions
    transactions.close()


def double_items(connection: sqlite3.Connection, items: list[int]) -> Sequence[int]:
    return [item * 2 for item in items if 1 / item]


def run_groups(leader: GroupCommitter, transactions: Transactions, groups: list[list[int]]) -> list[object]:
    """Let `leader` commit the first group while the others queue up behind it; return each group's results or its
    error.
    """
    with ThreadPoolExecutor(len(groups)) as pool:
        futures = [pool.submit(leader.run, double_items, groups[0])]
        assert transactions.inside.wait(10)
        futures += [pool.submit(leader.run, double_items, group) for group in groups[1:]]
        while leader.waiting_count < len(groups) - 1:
            pass
        transactions.go_on.set()
        return [future.exception() or list(future.result()) for future in futures]


def test_waiting_commits_share_transactions(transactions: Transactions) -> None:
    """All groups that wait share a transaction, and each caller gets the results of its own items."""
    results = run_groups(GroupCommitter(transactions.transaction, PATIENCE), transactions, [[1], [2, 3], [4], []])
    assert results == [[2], [4, 6], [8], []]
    assert transactions.committed == ["committed"]


def test_invalid_values_fail_their_caller_only(transactions: Transactions) -> None:
    """A caller with values that can't be stored fails alone; the others are committed."""
    results = run_groups(GroupCommitter(transactions.transaction, PATIENCE), transactions, [[1], [0], [2]])
    assert [results[0], results[2]] == [[2], [4]]
    assert isinstance(results[1], ZeroDivisionError)
    assert transactions.committed.count("committed") == 2


def test_large_batch_is_one_transaction(transactions: Transactions) -> None:
    """A batch larger than the limit is one transaction, and no other group is forgotten."""
    results = run_groups(GroupCommitter(transactions.transaction, PATIENCE), transactions, [[1], [2] * 500, [3] * 300])
    assert [len(result) for result in results if isinstance(result, list)] == [1, 500, 300]


def test_storage_failure_reaches_every_caller(transactions: Transactions) -> None:
    """A failure of the storage reaches every caller, and the next caller tries again."""
    leader = GroupCommitter(transactions.transaction, PATIENCE)
    transactions.failure = StorageError("disk")
    with pytest.raises(StorageError, match="disk"):
        leader.run(double_items, [1])
    transactions.failure = None
    transactions.go_on.set()
    assert leader.run(double_items, [1]) == [2]


def test_interrupted_leader_is_replaced(transactions: Transactions) -> None:
    """If the caller that commits for all is interrupted, the next caller takes over."""
    leader = GroupCommitter(transactions.transaction, PATIENCE)
    transactions.go_on.set()

    def interrupt(connection: sqlite3.Connection, items: list[int]) -> Sequence[int]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leader.run(interrupt, [1])
    assert leader.run(double_items, [1]) == [2]


def test_interrupted_retries_return_no_results(transactions: Transactions) -> None:
    """If the leading caller is interrupted after a failed shared attempt, no caller gets results that were rolled
    back.
    """
    leader = GroupCommitter(transactions.transaction, PATIENCE)
    calls = []

    def stop_when_alone(connection: sqlite3.Connection, items: list[int]) -> Sequence[int]:
        calls.append(items)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return items

    def refuse(connection: sqlite3.Connection, items: list[int]) -> Sequence[int]:
        raise ValueError(items)

    with ThreadPoolExecutor(3) as pool:
        leading = pool.submit(leader.run, stop_when_alone, [1])
        assert transactions.inside.wait(10)
        others = []
        for waiting, job in enumerate((double_items, refuse), start=1):
            others.append(pool.submit(leader.run, job, [waiting]))
            while leader.waiting_count < waiting:
                pass
        transactions.go_on.set()
        assert isinstance(leading.exception(), KeyboardInterrupt)
        assert ["interrupted" in str(other.exception()) for other in others] == [True, True]
    assert leader.run(double_items, [1]) == [2]
