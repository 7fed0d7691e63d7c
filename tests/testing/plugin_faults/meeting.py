"""Threads that wait for each other, so that a race shows every time."""

import threading
from contextlib import suppress


class Meeting:
    """Lets `threads` threads wait for each other during their work; a single thread doesn't wait.

    They wait once after all have stored their values, and again after all have read them.

    Args:
        threads: number of threads in the kit's test.
    """

    def __init__(self, threads: int) -> None:
        self._barrier = threading.Barrier(threads, timeout=30)

    def __call__(self) -> None:
        """Wait for the other threads."""
        if threading.current_thread() is not threading.main_thread():
            with suppress(threading.BrokenBarrierError):
                self._barrier.wait()
