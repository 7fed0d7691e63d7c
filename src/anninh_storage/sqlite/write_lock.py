"""The write lock between the processes that use one database file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anninh_storage.locks import lock, open_lock, unlock


class WriteLock:
    """Two file locks that let processes write one after the other, in the order of their arrival.

    A writer takes `<file>.next`, waits there for `<file>.lock`, and releases `<file>.next`: at most one process waits
    for the current writer, and the others queue behind it. A process that writes without pause can't overtake them, as
    it can with SQLite's own busy handler. The operating system releases the locks when their process ends.

    Args:
        path: the database file; the lock files are in the same folder.
    """

    def __init__(self, path: Path) -> None:
        self._next = open_lock(path.with_name(f"{path.name}.next"))
        self._lock = open_lock(path.with_name(f"{path.name}.lock"))

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the write lock inside a `with`."""
        lock(self._next)
        try:
            lock(self._lock)
        finally:
            unlock(self._next)
        try:
            yield
        finally:
            unlock(self._lock)

    def close(self) -> None:
        """Close the lock files."""
        os.close(self._next)
        os.close(self._lock)
