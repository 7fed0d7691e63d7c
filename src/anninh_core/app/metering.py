"""Counting what passes through a storage: what came, what was processed, how sending ended, how long commits take."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from anninh_core.messaging.rows import is_fallback_started
from anninh_core.ports.changes import ChangeSet, IndexSpec, OutboxSettled, Outcome
from anninh_core.ports.maintenance import Maintenance
from anninh_core.ports.queues import LANES, InboxRow, OutboxRow, Queues
from anninh_core.ports.storage import Counters, Journal, KeyRing, Leases, Records, Search, States, Storage
from anninh_core.vocabulary.capability import Capabilities
from anninh_core.vocabulary.delivery import Lane

_REMEMBERED = 10_000
"""Claimed rows whose messenger is remembered; a claim that another worker took over is never settled here."""


class Meter(Protocol):
    """Hears what happened. Called from any thread; it has to be quick and must not raise."""

    def committed(self, seconds: float, change_sets: int) -> None:
        """Hear how long a commit took, and of how many change sets."""
        ...

    def received(self, messenger: str, *, again: bool) -> None:
        """Hear of an event that was stored, or (`again`) had been before."""
        ...

    def processed(self, messenger: str, state: str) -> None:
        """Hear what became of an inbox row that was claimed here: `done` or `failed`."""
        ...

    def settled(self, messenger: str, lane: str, state: str) -> None:
        """Hear how sending ended: a state of the outbox, `ready` for a row that is tried again."""
        ...


class MeteredStorage:
    """A storage that tells a meter about every commit, and does all else as before.

    Attributes:
        metered: the storage behind it.
    """

    def __init__(self, storage: Storage, meter: Meter, clock: Callable[[], float] = time.perf_counter) -> None:
        self.metered = storage
        self._meter = meter
        self._clock = clock
        self._claims = _Claims(storage)
        self.name = storage.name
        self.queues: Queues = _MeteredQueues(storage.queues, self._claims)

    @property
    def records(self) -> Records:
        """Point reads and keyset lists."""
        return self.metered.records

    @property
    def journal(self) -> Journal:
        """The trail."""
        return self.metered.journal

    @property
    def counters(self) -> Counters:
        """Sums of indicators."""
        return self.metered.counters

    @property
    def search(self) -> Search:
        """Full-text index."""
        return self.metered.search

    @property
    def keyring(self) -> KeyRing:
        """Wrapped data keys."""
        return self.metered.keyring

    @property
    def leases(self) -> Leases:
        """Named leases."""
        return self.metered.leases

    @property
    def states(self) -> States:
        """Small named values."""
        return self.metered.states

    @property
    def maintenance(self) -> Maintenance:
        """What an operator needs."""
        return self.metered.maintenance

    @property
    def capabilities(self) -> Capabilities:
        """What this backend can do."""
        return self.metered.capabilities

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        """Open or create."""
        self.metered.prepare(specs)

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Apply change sets in one transaction, and tell what they were."""
        start = self._clock()
        outcomes = self.metered.commit(change_sets)
        if change_sets:
            self._meter.committed(self._clock() - start, len(change_sets))
        for change, outcome in zip(change_sets, outcomes, strict=True):
            self._tell(change, outcome)
        return outcomes

    def requested(self, request: str) -> bool:
        """Tell whether a change set with this request key was committed before."""
        return self.metered.requested(request)

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Forget request keys whose entries were made before a moment."""
        return self.metered.prune_requests(before, limit)

    def close(self) -> None:
        """Release files and connections; idempotent."""
        self.metered.close()

    def _tell(self, change: ChangeSet, outcome: Outcome) -> None:
        if outcome in (Outcome.COMMITTED, Outcome.DUPLICATE):
            for row in change.inbox:
                self._meter.received(row.source, again=outcome is Outcome.DUPLICATE)
        if outcome is not Outcome.COMMITTED:
            return
        if change.inbox_settled is not None and (source := self._claims.source(change.inbox_settled.id)):
            self._meter.processed(source, change.inbox_settled.state)
        if change.outbox_settled is not None and not is_fallback_started(change.outbox_settled):
            self._meter.settled(*self._claims.lane(change.outbox_settled), change.outbox_settled.state)


def unmetered(storage: Storage) -> Storage:
    """Return the storage itself, which may be able to do more than the port asks for."""
    return unmetered(storage.metered) if isinstance(storage, MeteredStorage) else storage


class _Claims:
    """Whose the claimed rows are, as settlements only name their ids."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._lock = Lock()
        self._owners: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def remember(self, owners: Mapping[str, tuple[str, str]]) -> None:
        with self._lock:
            self._owners.update(owners)
            while len(self._owners) > _REMEMBERED:
                self._owners.popitem(last=False)

    def source(self, id: str) -> str:
        """Return the messenger of an inbox row, "" for one that wasn't claimed here: a person decided about it."""
        with self._lock:
            return self._owners.pop(id, ("", ""))[0]

    def lane(self, settled: OutboxSettled) -> tuple[str, str]:
        """Return messenger and lane of an outbox row; one that wasn't claimed here is looked up."""
        with self._lock:
            owner = self._owners.pop(settled.id, None)
        if owner is None:
            row = self._storage.queues.outbox_row(settled.id)
            owner = (row.messenger, row.lane) if row else ("", "")
        return owner


class _MeteredQueues:
    """Queues whose claims are remembered."""

    def __init__(self, queues: Queues, claims: _Claims) -> None:
        self._claims = claims
        self.retry_inbox = queues.retry_inbox
        self.start = queues.start
        self.release_held = queues.release_held
        self.wait = queues.wait
        self.inbox = queues.inbox
        self.outbox = queues.outbox
        self.outbox_row = queues.outbox_row
        self.by_platform_id = queues.by_platform_id
        self.depth = queues.depth
        self.standing = queues.standing
        self.prune_inbox = queues.prune_inbox
        self.prune_outbox = queues.prune_outbox
        self._queues = queues

    def claim_inbox(self, now: datetime, ttl: timedelta, limit: int) -> Sequence[InboxRow]:
        """Claim rows and remember whose they are."""
        rows = self._queues.claim_inbox(now, ttl, limit)
        self._claims.remember({row.id: (row.source, "") for row in rows})
        return rows

    def claim_outbox(
        self,
        now: datetime,
        ttl: timedelta,
        limit: int,
        messengers: Sequence[str] | None = None,
        lanes: Sequence[Lane] = LANES,
    ) -> Sequence[OutboxRow]:
        """Claim rows and remember whose they are."""
        rows = self._queues.claim_outbox(now, ttl, limit, messengers, lanes)
        self._claims.remember({row.id: (row.messenger, row.lane) for row in rows})
        return rows
