"""File locks between processes. A lock is released when its process ends, even by a crash."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def lock(handle: int) -> None:
        """Lock an open file; wait without a timeout."""
        while True:
            os.lseek(handle, 0, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
            except OSError:  # Windows has tried ten times, one second apart, without getting the lock.
                continue
            return

    def unlock(handle: int) -> None:
        """Unlock an open file."""
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def lock(handle: int) -> None:
        """Lock an open file; wait without a timeout."""
        fcntl.flock(handle, fcntl.LOCK_EX)

    def unlock(handle: int) -> None:
        """Unlock an open file."""
        fcntl.flock(handle, fcntl.LOCK_UN)


def open_lock(path: Path) -> int:
    """Open a lock file, creating it if it is missing."""
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a path inside a `with`."""
    handle = open_lock(path)
    try:
        lock(handle)
        yield
    finally:
        os.close(handle)
