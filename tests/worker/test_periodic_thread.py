"""Periodic loops run in threads of their own, next to the worker's thread."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from anninh_core.worker import periodic_thread
from anninh_core.worker.periodic_thread import Loop, PeriodicThread

LONG = timedelta(minutes=5)


def start_thread(
    turn: Callable[[], timedelta | None], stop: threading.Event, **options: timedelta | None
) -> PeriodicThread:
    thread = PeriodicThread("test", Loop(turn), stop, patience=options.get("patience"))
    thread.start()
    return thread


def test_current_turn_is_finished() -> None:
    """Joining the thread of a loop waits for its current turn, and no turn begins after a stop."""
    begun = threading.Event()
    go_on = threading.Event()
    stop = threading.Event()
    done = list[int]()

    def wait_in_turn() -> timedelta:
        begun.set()
        go_on.wait(60)
        done.append(1)
        return timedelta()

    thread = start_thread(wait_in_turn, stop)
    assert begun.wait(60)
    stop.set()
    go_on.set()
    thread.join()
    assert (done, thread.is_alive) == ([1], False)


def test_stop_ends_a_pause() -> None:
    """A stop ends the pause of a loop's thread, however long the pause is."""
    was_called = threading.Event()
    stop = threading.Event()

    def pause_for_hours() -> timedelta:
        was_called.set()
        return LONG

    thread = start_thread(pause_for_hours, stop)
    assert was_called.wait(60)
    stop.set()
    thread.join()
    assert not thread.is_alive


def test_hanging_thread_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    """A thread that hangs is awaited for `patience`, and then left behind and logged."""
    go_on = threading.Event()
    begun = threading.Event()
    stop = threading.Event()

    def hang_in_turn() -> None:
        begun.set()
        go_on.wait(60)

    thread = start_thread(hang_in_turn, stop, patience=timedelta(milliseconds=1))
    try:
        assert begun.wait(60)
        stop.set()
        with caplog.at_level(logging.INFO):
            thread.join()
        assert thread.is_alive
        assert "thread test is left behind" in caplog.text
    finally:
        go_on.set()


def test_error_ends_no_thread(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """After an error a loop's thread pauses and has its next turn, and the log has the error's class only."""
    monkeypatch.setattr(periodic_thread, "RECOVERY_PAUSE", timedelta())
    turns = list[int]()
    stop = threading.Event()

    def raise_in_turn() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise ZeroDivisionError("Tên Giả")

    start_thread(raise_in_turn, stop).join()
    assert len(turns) == 2
    assert "thread test rests for" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "Tên Giả" not in caplog.text


def test_stopped_loop_is_finished_in_its_thread() -> None:
    """After a stop the loop's `finish` runs in the loop's thread; if the loop ended without a stop, `finish` isn't
    called.
    """
    finished = list[str]()
    stop = threading.Event()

    def record_thread() -> None:
        finished.append(threading.current_thread().name)

    def return_pause() -> timedelta:
        stop.set()
        return timedelta()

    for loop, ends in (
        (Loop(return_pause, record_thread), threading.Event()),
        (Loop(lambda: None, record_thread), threading.Event()),
    ):
        thread = PeriodicThread("last", loop, stop if loop.turn is return_pause else ends, patience=None)
        thread.start()
        thread.join()
    assert finished == ["anninh last"]
