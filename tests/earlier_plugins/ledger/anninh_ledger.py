"""The beginning of a storage: each port that differs from the one in memory is written by hand. A file is to come."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs
from anninh_core import ports
from anninh_core import vocabulary as v
from anninh_core.kernel import ConfigurationError
from anninh_core.plugins import hookimpl
from anninh_core.ports.storages.dumping import Row, check_row, fit_record
from anninh_core.testing.memory import MemoryStorage


class LedgerStorage:
    """Everything lies in memory until the file is written."""

    name = "ledger"
    capabilities = v.Capabilities(
        "ledger",
        {
            "threads": v.Ability(v.Support.FULL),
            **dict.fromkeys(("durable", "processes", "machines"), v.Ability(v.Support.NOT_YET, "the file is to come")),
        },
    )

    def __init__(self, url: str) -> None:
        if not url.startswith("ledger:///"):
            raise ConfigurationError(f"{url!r} names no file; write ledger:///FILE")
        self._memory = MemoryStorage()
        self._specs: dict[str, ports.IndexSpec] = {}
        self.records: ports.Records = self._memory.records
        self.journal: ports.Journal = self._memory.journal
        self.counters: ports.Counters = self._memory.counters
        self.search: ports.Search = self._memory.search
        self.keyring: ports.KeyRing = self._memory.keyring
        self.leases: ports.Leases = self._memory.leases
        self.states: ports.States = self._memory.states
        self.queues = LedgerQueues(self._memory.queues)
        self.maintenance = LedgerMaintenance(self._memory.maintenance, self._specs)

    def prepare(self, specs: Sequence[ports.IndexSpec]) -> None:
        """Learn the kinds."""
        self._memory.prepare(specs)
        self._specs |= {spec.kind: spec for spec in specs}

    def commit(self, change_sets: Sequence[ports.ChangeSet]) -> Sequence[ports.Outcome]:
        """Apply change sets, with the columns that the tables of the ledger have."""
        return self._memory.commit([_with_own_columns(change) for change in change_sets])

    def requested(self, request: str) -> bool:
        """Tell whether a change set with this request key was committed before."""
        return self._memory.requested(request)

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        """Forget request keys whose entries were made before a moment."""
        return self._memory.prune_requests(before, limit)

    def try_write(self) -> None:
        """Write something and keep nothing."""
        self._memory.try_write()

    def close(self) -> None:
        """Release the memory."""
        self._memory.close()


def _with_own_columns(change: ports.ChangeSet) -> ports.ChangeSet:
    entry, inbox, outbox = change.entry, change.inbox_settled, change.outbox_settled
    if entry:
        touched = tuple(ports.Touched(one.kind, one.id, one.version, one.body_hash) for one in entry.touched)
        entry = ports.Entry(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            unit=entry.unit,
            outcome=entry.outcome,
            events=entry.events,
            touched=touched,
            facts=entry.facts,
            named=entry.named,
        )
    if inbox:
        inbox = ports.InboxSettled(id=inbox.id, token=inbox.token, state=inbox.state, error=inbox.error)
    if outbox:
        outbox = ports.OutboxSettled(
            id=outbox.id,
            token=outbox.token,
            state=outbox.state,
            at=outbox.at,
            platform_id=outbox.platform_id,
            proof=outbox.proof,
            error=outbox.error,
            due_at=outbox.due_at,
            delivery_method=outbox.delivery_method,
            deferred_until=outbox.deferred_until,
            seen=outbox.seen,
        )
    return attrs.evolve(change, entry=entry, inbox_settled=inbox, outbox_settled=outbox)


class LedgerQueues:
    """Claims and queries."""

    def __init__(self, queues: ports.Queues) -> None:
        self._queues = queues

    def claim_inbox(self, now: datetime, ttl: timedelta, limit: int) -> Sequence[ports.InboxRow]:
        """Claim the oldest events."""
        return self._queues.claim_inbox(now, ttl, limit)

    def retry_inbox(self, id: str, token: int, due_at: datetime, error: str) -> bool:
        """Give a claimed event back."""
        return self._queues.retry_inbox(id, token, due_at, error)

    def claim_outbox(
        self,
        now: datetime,
        ttl: timedelta,
        limit: int,
        messengers: Sequence[str] | None = None,
        lanes: Sequence[v.Lane] = ports.LANES,
    ) -> Sequence[ports.OutboxRow]:
        """Claim ready messages."""
        return self._queues.claim_outbox(now, ttl, limit, messengers, lanes)

    def start(self, id: str, token: int, now: datetime, ttl: timedelta) -> bool:
        """Mark a claimed message as started."""
        return self._queues.start(id, token, now, ttl)

    def release_held(self, now: datetime, patience: timedelta) -> int:
        """Let conversations go on."""
        return self._queues.release_held(now, patience)

    def wait(self, patience: timedelta) -> bool:
        """Wait for rows."""
        return self._queues.wait(patience)

    def inbox(self, states: Sequence[ports.InboxState], limit: int = 100, after: str = "") -> Sequence[ports.InboxRow]:
        """Return events by id."""
        return self._queues.inbox(states, limit, after)

    def outbox(
        self,
        states: Sequence[ports.OutboxState] | None = None,
        cause: str = "",
        limit: int = 100,
        after: str = "",
        lane: v.Lane | None = None,
        *,
        conversation: str = "",
    ) -> Sequence[ports.OutboxRow]:
        """Return messages by id."""
        return self._queues.outbox(states, cause, limit, after, lane, conversation=conversation)

    def outbox_row(self, id: str) -> ports.OutboxRow | None:
        """Return one message."""
        return self._queues.outbox_row(id)

    def by_platform_id(self, messenger: str, platform_id: str) -> ports.OutboxRow | None:
        """Return the message sent under an id of the platform."""
        return self._queues.by_platform_id(messenger, platform_id)

    def depth(self) -> Mapping[str, int]:
        """Count the rows of each state."""
        return self._queues.depth()

    def standing(self) -> ports.BacklogStats:
        """Tell how much waits for a person."""
        return self._queues.standing()

    def prune_inbox(self, before: datetime, limit: int = 200) -> int:
        """Remove events that are done."""
        return self._queues.prune_inbox(before, limit)

    def prune_outbox(self, before: datetime, limit: int = 200) -> int:
        """Remove messages that were delivered."""
        return self._queues.prune_outbox(before, limit)

    def remove_ended(self, about: Collection[str], conversations: Collection[str] = ()) -> int:
        """Remove what has ended of things that are destroyed."""
        return self._queues.remove_ended(about, conversations)


class LedgerMaintenance:
    """What an operator needs; rows are judged before any is loaded."""

    def __init__(self, maintenance: ports.Maintenance, specs: Mapping[str, ports.IndexSpec]) -> None:
        self._maintenance = maintenance
        self._specs = specs

    def revision(self) -> str:
        """Name the schema."""
        return self._maintenance.revision()

    def kinds(self) -> Sequence[str]:
        """Name the kinds."""
        return self._maintenance.kinds()

    def scan(self, kind: str, batch: int = 500, after: str = "") -> Iterator[ports.Record]:
        """Yield the records of a kind."""
        return self._maintenance.scan(kind, batch, after)

    def check(self) -> Sequence[str]:
        """Tell what can't be."""
        return self._maintenance.check()

    def inconsistencies(self) -> Sequence[ports.Drift]:
        """Tell sums that are wrong."""
        return self._maintenance.inconsistencies()

    def mend(self) -> Sequence[ports.Drift]:
        """Correct sums."""
        return self._maintenance.mend()

    def dump(self) -> Iterator[Row]:
        """Yield every row."""
        return self._maintenance.dump()

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty storage."""
        held = [*rows]
        specs = {**self._specs}
        for row in held:
            if isinstance(row, ports.IndexSpec):
                specs.setdefault(row.kind, row)
            check_row(specs, fit_record(specs, row) if isinstance(row, ports.Record) else row)
        self._maintenance.load(held)


@hookimpl
def anninh_storages() -> "Sequence[Callable[[str], ports.Storage]]":
    """Offer the storage."""
    return [LedgerStorage]
