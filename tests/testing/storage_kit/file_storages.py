"""Storages that pickle their dictionaries to a file: after each commit only, after each change, or after each change
but one.
"""

import pickle
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import fields, frozen

from anninh_core.ports.storages.changes import ChangeSet, IndexSpec, Outcome
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.memory.tables import Tables
from anninh_core.vocabulary.capability import Ability, Capabilities, Support

CHANGES = (
    "queues.claim_inbox",
    "queues.retry_inbox",
    "queues.claim_outbox",
    "queues.start",
    "queues.release_held",
    "queues.prune_inbox",
    "queues.prune_outbox",
    "queues.remove_ended",
    "queues.rename_ended",
    "counters.replace",
    "keyring.destroy",
    "leases.acquire",
    "leases.release",
    "states.put",
    "maintenance.load",
    "maintenance.put_back",
    "prune_requests",
)
"""Methods other than `commit` that change stored data."""


class PickledAtCommit(MemoryStorage):
    """A storage of a careless author: it claims full durability, but writes its file only after commits."""

    @property
    def capabilities(self) -> Capabilities:
        alone = Ability(Support.IMPOSSIBLE, "one process reads the file")
        full = Ability(Support.FULL)
        return Capabilities("pickled", {"durable": full, "threads": full, "processes": alone, "machines": alone})

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Read the file if it exists."""
        if self._path.exists() and not self.tables.ready:
            for name, value in pickle.loads(self._path.read_bytes()).items():
                setattr(self.tables, name, value)
        super().prepare(specs)

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        with self.tables.lock:
            outcomes = super().commit(change_sets)
            self.save()
        return outcomes

    def save(self) -> None:
        names = [field.name for field in fields(Tables) if field.name not in ("lock", "row_added", "ready")]
        self._path.write_bytes(pickle.dumps({name: getattr(self.tables, name) for name in names}))


class PickledStorage(PickledAtCommit):
    """Writes its file after each change, except after the methods in `forgets`.

    Args:
        path: of the file.
        forgets: paths of methods, such as `queues.start`.
    """

    def __init__(self, path: Path, *forgets: str) -> None:
        super().__init__(path)
        self._forgets = forgets
        for name in ("queues", "counters", "keyring", "leases", "states", "maintenance"):
            setattr(self, name, _SavingPort(getattr(self, name), name, self._call_and_save))

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        pruned: int = self._call_and_save("prune_requests", super().prune_requests, before, limit)
        return pruned

    def _call_and_save(self, path: str, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with self.tables.lock:
            result = method(*arguments, **named)
            if path not in self._forgets and self.tables.ready:
                self.save()
        return result


class Forgetful(PickledAtCommit):
    """Claims full durability and keeps nothing."""

    def save(self) -> None:
        """Write no file."""


class PickledAtClose(PickledAtCommit):
    """Writes its file only when it is closed."""

    def save(self) -> None:
        """Write the file only after the storage was closed."""
        if not self.tables.ready:
            super().save()

    def close(self) -> None:
        was_ready = self.tables.ready
        super().close()
        if was_ready:
            self.save()


@frozen
class _SavingPort:
    port: Any
    name: str
    saved: Callable[..., Any]

    def __getattr__(self, method: str) -> Any:
        path = f"{self.name}.{method}"
        if path not in CHANGES:
            return getattr(self.port, method)
        return lambda *arguments, **named: self.saved(path, getattr(self.port, method), *arguments, **named)
