"""Threads beside the worker."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from anninh_core.dispatch import helpers
from anninh_core.dispatch.helpers import Helpers
from anninh_core.messaging.outbound.sender import LEASE

PAUSE = timedelta(minutes=5)


def ready_once(job: Callable[[], object]) -> tuple[Callable[[], int], threading.Event]:
    """Return a job that says when it is under way."""
    begun = threading.Event()

    def told() -> int:
        begun.set()
        job()
        return 0

    return told, begun


def test_a_job_under_way_is_finished() -> None:
    """Whoever closes waits until it is done, and nothing is begun after it."""
    go_on, done = threading.Event(), list[int]()

    def work() -> None:
        go_on.wait(60)
        done.append(1)

    job, begun = ready_once(work)
    threads = Helpers(job, 1, PAUSE)
    assert begun.wait(60)
    threading.Timer(0, go_on.set).start()
    threads.close()
    assert done == [1]


def test_all_jobs_that_hang_are_left_after_one_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many hang: they aren't waited for one after the other."""
    waited: list[float | None] = []

    class Patient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            if timeout is not None and threading.current_thread() is threading.main_thread():
                waited.append(timeout)
                return self.is_set()
            return super().wait(timeout)

    hang = threading.Event()
    monkeypatch.setattr("anninh_core.dispatch.helpers.threading.Event", Patient)
    monkeypatch.setattr(
        "anninh_core.dispatch.helpers.threading.Thread.join", lambda _self, timeout=None: waited.append(timeout)
    )
    begun = threading.Semaphore(0)

    def job() -> int:
        begun.release()
        hang.wait(60)
        return 0

    threads = Helpers(job, 3, PAUSE)
    try:
        for _ in range(3):
            assert begun.acquire(timeout=60)
        threads.close()
        assert waited == [LEASE.total_seconds()]
    finally:
        hang.set()


def test_a_job_that_fails_costs_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """It rests and does the next one."""
    monkeypatch.setattr(helpers, "_REST", timedelta())
    tries, through = list[int](), threading.Event()

    def job() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        through.set()
        return 0

    threads = Helpers(job, 1, PAUSE)
    assert through.wait(60)
    threads.close()
