"""A database with resources per process: a forked child opens its own connections and locks."""

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
    """The connections, and the locks between threads, of one process."""

    pid: int
    group_committer: GroupCommitter

    def reader(self) -> AbstractContextManager[Any]:
        """Borrow a connection that sees the last commit, for reading."""
        ...

    def transaction(self) -> AbstractContextManager[Any]:
        """Hold the write lock and a transaction inside a `with`."""
        ...

    def close(self) -> None:
        """Close all connections of the process."""
        ...


P = TypeVar("P", bound=ProcessResources)


class PerProcessDatabase(ABC, Generic[P]):
    """A database, used by many threads and by forked processes.

    Args:
        name: name of the database, for messages.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._resources: P | None = None

    def open(self) -> None:
        """Open the database; idempotent."""
        if self._resources is None:
            self._resources = self._open_resources(None)

    def require_open(self) -> None:
        """Raise `StorageError` unless the database is open."""
        self._current_resources()

    def close(self) -> None:
        """Close the database; idempotent."""
        resources, self._resources = self._resources, None
        if resources is not None and resources.pid == os.getpid():
            resources.close()

    def reader(self) -> AbstractContextManager[Any]:
        """Borrow a connection that sees the last commit, for reading."""
        return self._current_resources().reader()

    def write(self, job: Job, items: Sequence[Any]) -> Sequence[Any]:
        """Run a job for its items in a transaction shared with other threads; return its results once they are
        durable.
        """
        return self._current_resources().group_committer.run(job, items)

    def change(self, job: Callable[[Any], R]) -> R:
        """Run a job in a transaction shared with other threads, and return its result."""
        result: R = self.write(lambda connection, _: [job(connection)], [None])[0]
        return result

    def change_alone(self, job: Callable[[Any], R]) -> R:
        """Run a job in a transaction of its own, and return its result."""
        with self._current_resources().transaction() as connection:
            return job(connection)

    @abstractmethod
    def _open_resources(self, inherited: P | None) -> P:
        """Open the resources of this process, and leave those inherited by a fork untouched."""

    def _current_resources(self) -> P:
        resources = self._resources
        if resources is None:
            raise StorageError("{storage} is closed or was never prepared: call `prepare()` first.", storage=self.name)
        if resources.pid != os.getpid():
            resources = self._resources = self._open_resources(resources)
        return resources
