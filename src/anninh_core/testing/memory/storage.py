"""The in-memory storage: it implements the whole storage port, and its content is lost with the process."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import ChangeSet, IndexSpec, Outcome
from anninh_core.ports.storages.proving import ByteSearch
from anninh_core.ports.validation import check_change, check_spec, fill_columns
from anninh_core.testing.memory.apply import apply_change, find_outcome
from anninh_core.testing.memory.byte_search import find_bytes
from anninh_core.testing.memory.ports.counters import MemoryCounters
from anninh_core.testing.memory.ports.journal import MemoryJournal
from anninh_core.testing.memory.ports.keyring import MemoryKeyRing
from anninh_core.testing.memory.ports.leases import MemoryLeases
from anninh_core.testing.memory.ports.maintenance import MemoryMaintenance
from anninh_core.testing.memory.ports.queues import MemoryQueues
from anninh_core.testing.memory.ports.records import MemoryRecords
from anninh_core.testing.memory.ports.search import MemorySearch
from anninh_core.testing.memory.ports.states import MemoryStates
from anninh_core.testing.memory.tables import Tables
from anninh_core.vocabulary.capability import Ability, Capabilities, Support

_NOT_DURABLE = Ability(Support.IMPOSSIBLE, "everything is gone with the process")


class MemoryStorage:
    """A storage of dictionaries under one lock. It is safe for many threads of one process.

    Attributes:
        tables: everything that is stored, for tests that compare or damage it directly.
    """

    name = "memory"

    def __init__(self) -> None:
        self.tables: Tables = Tables()
        self.records: MemoryRecords = MemoryRecords(self.tables)
        self.journal: MemoryJournal = MemoryJournal(self.tables)
        self.queues: MemoryQueues = MemoryQueues(self.tables)
        self.counters: MemoryCounters = MemoryCounters(self.tables)
        self.search: MemorySearch = MemorySearch(self.tables)
        self.keyring: MemoryKeyRing = MemoryKeyRing(self.tables)
        self.leases: MemoryLeases = MemoryLeases(self.tables)
        self.states: MemoryStates = MemoryStates(self.tables)
        self.maintenance: MemoryMaintenance = MemoryMaintenance(self.tables)

    @property
    def capabilities(self) -> Capabilities:
        """Abilities of this storage: it supports many threads, but its content doesn't survive the process."""
        return Capabilities(
            self.name,
            {
                "threads": Ability(Support.FULL),
                "durable": _NOT_DURABLE,
                "processes": _NOT_DURABLE,
                "machines": _NOT_DURABLE,
            },
        )

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Add kinds of records, or new columns of existing kinds."""
        for spec in specs:
            check_spec(spec)
        with self.tables.lock:
            self.tables.ready = True
            for spec in specs:
                self.tables.specs[spec.kind] = spec
                records = self.tables.records.get(spec.kind, {})
                self.tables.records[spec.kind] = {id: fill_columns(spec, record) for id, record in records.items()}

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Apply change sets, each completely or not at all; later ones see the changes of earlier ones."""
        with self.tables.lock:
            if not self.tables.ready:
                raise StorageError("The in-memory storage is closed or was never prepared: call `prepare()` first.")
            for change in change_sets:
                check_change(self.tables.specs, change)
            return [self._commit(change) for change in change_sets]

    def try_write(self) -> None:
        """Check that changes can be committed; in memory there is no disk that could be full.

        Raises:
            StorageError: the storage is closed or was never prepared.
        """
        with self.tables.lock:
            self.tables.require_ready()

    def requested(self, request: str) -> bool:
        """Return whether a change set with this request key was committed before."""
        with self.tables.lock:
            return request in self.tables.requests

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Remove request keys with entries made before a time, at most `limit`; return their number."""
        with self.tables.lock:
            expired = [
                name for name, stored in self.tables.requests.items() if stored.at is not None and stored.at < before
            ]
            for name in expired[:limit]:
                del self.tables.requests[name]
            return len(expired[:limit])

    def find_bytes(self, needles: Mapping[str, bytes]) -> ByteSearch:
        """Search every stored value for byte strings: memory keeps nothing of deleted values."""
        return find_bytes(self.tables, needles)

    def _commit(self, change: ChangeSet) -> Outcome:
        outcome = find_outcome(self.tables, change)
        if outcome is Outcome.COMMITTED:
            apply_change(self.tables, change)
        return outcome

    def close(self) -> None:
        """Refuse further work until `prepare` is called again; idempotent."""
        self.tables.ready = False
