"""Storages that keep their dictionaries in a file: one after each commit only, one after each act, or each but one."""

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
"""What changes something that is stored, beside `commit`."""


class PickledAtCommit(MemoryStorage):
    """What an author in a hurry writes: it keeps what was committed, and says that it keeps everything."""

    @property
    def capabilities(self) -> Capabilities:
        """Say it."""
        alone = Ability(Support.IMPOSSIBLE, "one process reads the file")
        full = Ability(Support.FULL)
        return Capabilities("pickled", {"durable": full, "threads": full, "processes": alone, "machines": alone})

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Read the file, if there is one."""
        if self._path.exists() and not self.tables.ready:
            for name, value in pickle.loads(self._path.read_bytes()).items():
                setattr(self.tables, name, value)
        super().prepare(specs)

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Commit, and write the file."""
        with self.tables.lock:
            outcomes = super().commit(change_sets)
            self.save()
        return outcomes

    def save(self) -> None:
        """Write the file."""
        names = [field.name for field in fields(Tables) if field.name not in ("lock", "row_added", "ready")]
        self._path.write_bytes(pickle.dumps({name: getattr(self.tables, name) for name in names}))


class PickledStorage(PickledAtCommit):
    """Writes its file after each act, but for those of the ports' methods that it forgets.

    Args:
        path: of the file.
        forgets: paths of methods, such as `queues.start`.
    """

    def __init__(self, path: Path, *forgets: str) -> None:
        super().__init__(path)
        self._forgets = forgets
        for name in ("queues", "counters", "keyring", "leases", "states", "maintenance"):
            setattr(self, name, _SavingPort(getattr(self, name), name, self._saved))

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Prune, and write the file."""
        pruned: int = self._saved("prune_requests", super().prune_requests, before, limit)
        return pruned

    def _saved(self, path: str, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with self.tables.lock:
            answer = method(*arguments, **named)
            if path not in self._forgets and self.tables.ready:
                self.save()
        return answer


class Forgetful(PickledAtCommit):
    """Says that it keeps everything, and keeps nothing."""

    def save(self) -> None:
        """Write no file."""


class PickledAtClose(PickledAtCommit):
    """Writes its file as it is closed, and only then."""

    def save(self) -> None:
        """Wait for the end."""
        if not self.tables.ready:
            super().save()

    def close(self) -> None:
        """Close, and write the file."""
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
