"""Threads beside the worker."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from anninh_core.worker import periodic_thread
from anninh_core.worker.periodic_thread import Loop, PeriodicThread

LONG = timedelta(minutes=5)


def started(turn: Callable[[], timedelta | None], stop: threading.Event, **options: timedelta | None) -> PeriodicThread:
    thread = PeriodicThread("test", Loop(turn), stop, patience=options.get("patience"))
    thread.start()
    return thread


def test_a_turn_under_way_is_finished() -> None:
    """Whoever joins waits until it is done, and none begins after a stop."""
    begun = threading.Event()
    go_on = threading.Event()
    stop = threading.Event()
    done = list[int]()

    def turn() -> timedelta:
        begun.set()
        go_on.wait(60)
        done.append(1)
        return timedelta()

    thread = started(turn, stop)
    assert begun.wait(60)
    stop.set()
    go_on.set()
    thread.join()
    assert (done, thread.is_alive) == ([1], False)


def test_a_stop_ends_a_rest() -> None:
    """However long a thread would rest, it ends when it is told to."""
    rested = threading.Event()
    stop = threading.Event()

    def turn() -> timedelta:
        rested.set()
        return LONG

    thread = started(turn, stop)
    assert rested.wait(60)
    stop.set()
    thread.join()
    assert not thread.is_alive


def test_a_thread_that_hangs_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    """It is waited for as long as is allowed, and named in the log."""
    go_on = threading.Event()
    begun = threading.Event()
    stop = threading.Event()

    def turn() -> None:
        begun.set()
        go_on.wait(60)

    thread = started(turn, stop, patience=timedelta(milliseconds=1))
    try:
        assert begun.wait(60)
        stop.set()
        with caplog.at_level(logging.INFO):
            thread.join()
        assert thread.is_alive
        assert "thread test is left behind" in caplog.text
    finally:
        go_on.set()


def test_a_turn_that_fails_costs_no_thread(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """It rests and has the next turn; the log names the class of the error and nothing that it says."""
    monkeypatch.setattr(periodic_thread, "RECOVERY_PAUSE", timedelta())
    turns = list[int]()
    stop = threading.Event()

    def turn() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise ZeroDivisionError("Tên Giả")

    started(turn, stop).join()
    assert len(turns) == 2
    assert "thread test rests for" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "Tên Giả" not in caplog.text


def test_a_loop_has_a_last_word() -> None:
    """After a stop what is left to do is done in the thread; a loop that ends by itself has nothing left."""
    said = list[str]()
    stop = threading.Event()

    def finish() -> None:
        said.append(threading.current_thread().name)

    def turn() -> timedelta:
        stop.set()
        return timedelta()

    for loop, ends in ((Loop(turn, finish), threading.Event()), (Loop(lambda: None, finish), threading.Event())):
        thread = PeriodicThread("last", loop, stop if loop.turn is turn else ends, patience=None)
        thread.start()
        thread.join()
    assert said == ["anninh last"]
