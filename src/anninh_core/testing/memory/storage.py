"""The in-memory storage: the whole port, nothing kept."""

from collections.abc import Sequence
from datetime import datetime

from anninh_core.kernel.errors import StorageError
from anninh_core.ports.changes import ChangeSet, IndexSpec, Outcome
from anninh_core.ports.checking import check_change, check_spec, filled
from anninh_core.testing.memory.apply import apply, judge
from anninh_core.testing.memory.counters import MemoryCounters
from anninh_core.testing.memory.journal import MemoryJournal
from anninh_core.testing.memory.keyring import MemoryKeyRing
from anninh_core.testing.memory.leases import MemoryLeases
from anninh_core.testing.memory.maintenance import MemoryMaintenance
from anninh_core.testing.memory.queues import MemoryQueues
from anninh_core.testing.memory.records import MemoryRecords
from anninh_core.testing.memory.search import MemorySearch
from anninh_core.testing.memory.states import MemoryStates
from anninh_core.testing.memory.tables import Tables
from anninh_core.vocabulary.capability import Ability, Capabilities, Support

_GONE = Ability(Support.IMPOSSIBLE, "everything is gone with the process")


class MemoryStorage:
    """Dictionaries under one lock. Safe for many threads of one process."""

    name = "memory"

    def __init__(self) -> None:
        self._tables = Tables()
        self.records = MemoryRecords(self._tables)
        self.journal = MemoryJournal(self._tables)
        self.queues = MemoryQueues(self._tables)
        self.counters = MemoryCounters(self._tables)
        self.search = MemorySearch(self._tables)
        self.keyring = MemoryKeyRing(self._tables)
        self.leases = MemoryLeases(self._tables)
        self.states = MemoryStates(self._tables)
        self.maintenance = MemoryMaintenance(self._tables)

    @property
    def capabilities(self) -> Capabilities:
        """What this backend can do: threads, and nothing that outlives the process."""
        return Capabilities(
            self.name, {"threads": Ability(Support.FULL), "durable": _GONE, "processes": _GONE, "machines": _GONE}
        )

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Learn the kinds."""
        for spec in specs:
            check_spec(spec)
        with self._tables.lock:
            self._tables.ready = True
            for spec in specs:
                self._tables.specs[spec.kind] = spec
                held = self._tables.records.get(spec.kind, {})
                self._tables.records[spec.kind] = {id: filled(spec, record) for id, record in held.items()}

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Apply change sets, each whole or not at all, later ones seeing earlier ones."""
        with self._tables.lock:
            if not self._tables.ready:
                raise StorageError("the in-memory storage is closed or was never prepared; call prepare() first")
            for change in change_sets:
                check_change(self._tables.specs, change)
            return [self._commit(change) for change in change_sets]

    def requested(self, request: str) -> bool:
        """Tell whether a change set with this request key was committed before."""
        with self._tables.lock:
            return request in self._tables.requests

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Forget request keys whose entries were made before a moment."""
        with self._tables.lock:
            old = [name for name, kept in self._tables.requests.items() if kept.at is not None and kept.at < before]
            for name in old[:limit]:
                del self._tables.requests[name]
            return len(old[:limit])

    def _commit(self, change: ChangeSet) -> Outcome:
        outcome = judge(self._tables, change)
        if outcome is Outcome.COMMITTED:
            apply(self._tables, change)
        return outcome

    def close(self) -> None:
        """Refuse further work until `prepare` is called again; idempotent."""
        self._tables.ready = False
