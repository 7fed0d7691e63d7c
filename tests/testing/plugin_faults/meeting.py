"""Threads that meet, so that a fault of theirs shows each time and not now and then."""

import threading
from contextlib import suppress


class Meeting:
    """Lets so many threads wait for each other in the midst of their work; whoever works alone doesn't wait.

    They meet once all have put down what is theirs, and again once all have taken up what lies there.

    Args:
        threads: of the kit that work at once.
    """

    def __init__(self, threads: int) -> None:
        self._barrier = threading.Barrier(threads, timeout=30)

    def __call__(self) -> None:
        """Wait for the others."""
        if threading.current_thread() is not threading.main_thread():
            with suppress(threading.BrokenBarrierError):
                self._barrier.wait()
