"""A database per process: resources that must not cross a fork are opened again in the child."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

from anninh_core.kernel.errors import StorageError
from anninh_storage.sql.commit.group_commit import GroupCommitter
from anninh_storage.sql.database import Job

R = TypeVar("R")


class ProcessResources(Protocol):
    """Connections, and locks between threads."""

    pid: int
    group_committer: GroupCommitter

    def reader(self) -> AbstractContextManager[Any]:
        """Borrow a connection that sees the last commit."""
        ...

    def transaction(self) -> AbstractContextManager[Any]:
        """Hold the write lock and a transaction inside a `with`."""
        ...

    def close(self) -> None:
        """Close everything."""
        ...


P = TypeVar("P", bound=ProcessResources)


class PerProcessDatabase(ABC, Generic[P]):
    """A database, used from many threads, and from a forked process too.

    Args:
        name: of the database, for messages.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._resources: P | None = None

    def open(self) -> None:
        """Open the database; idempotent."""
        if self._resources is None:
            self._resources = self._open_resources(None)

    def require_open(self) -> None:
        """Raise `StorageError` unless it is open."""
        self._current_resources()

    def close(self) -> None:
        """Close it; idempotent."""
        process, self._resources = self._resources, None
        if process is not None and process.pid == os.getpid():
            process.close()

    def reader(self) -> AbstractContextManager[Any]:
        """Borrow a connection that sees the last commit."""
        return self._current_resources().reader()

    def write(self, job: Job, items: Sequence[Any]) -> Sequence[Any]:
        """Do a job for its items in a transaction shared with other threads; its results are durable."""
        return self._current_resources().group_committer.run(job, items)

    def change(self, job: Callable[[Any], R]) -> R:
        """Do one thing in a transaction shared with other threads."""
        result: R = self.write(lambda connection, _: [job(connection)], [None])[0]
        return result

    def change_alone(self, job: Callable[[Any], R]) -> R:
        """Do one thing in a transaction of its own."""
        with self._current_resources().transaction() as connection:
            return job(connection)

    @abstractmethod
    def _open_resources(self, inherited: P | None) -> P:
        """Open the resources of this process, and leave those inherited by a fork untouched."""

    def _current_resources(self) -> P:
        process = self._resources
        if process is None:
            raise StorageError("{storage} is closed or was never prepared: call `prepare()` first.", storage=self.name)
        if process.pid != os.getpid():
            process = self._resources = self._open_resources(process)
        return process
