"""The content of the in-memory storage: plain dictionaries under one lock."""

from datetime import UTC, date, datetime
from threading import Condition, RLock
from typing import Generic, TypeVar

from attrs import evolve, field, mutable

from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import (
    Entry,
    IndexSpec,
    JournalLine,
    NewKey,
    Record,
    SearchTerms,
    entry_refs,
)
from anninh_core.ports.storages.dumping import KeptRequest
from anninh_core.ports.storages.queues import SETTLED, InboxRow, OutboxRow, OutboxState
from anninh_core.ports.storages.storage import StateValue
from anninh_core.ports.validation import require_kind

Row = TypeVar("Row", InboxRow, OutboxRow)

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""The earliest possible time, for rows that may be claimed at once."""

Conversation = tuple[str, str, str]
"""Messenger, conversation and lane of an outbox row: rows with the same three are sent in order."""


@mutable
class StoredRow(Generic[Row]):
    """A queue row with further fields that only the storage uses.

    Attributes:
        until: earliest time of the next claim: end of a lease, or of a delay.
        open: whether later rows of its conversation wait for it.
    """

    row: Row
    until: datetime
    open: bool = True


@mutable
class LeaseRow:
    """A stored lease; `holder` is "" after the lease was released."""

    holder: str
    token: int
    until: datetime


@mutable
class Tables:
    """Everything that the in-memory storage holds.

    Attributes:
        row_added: notifies waiting callers of new rows; `has_new_rows` stays true until a caller has returned for it.
    """

    lock: RLock = field(factory=RLock)
    row_added: Condition = field(init=False)
    has_new_rows: bool = False
    ready: bool = False
    specs: dict[str, IndexSpec] = field(factory=dict)
    records: dict[str, dict[str, Record]] = field(factory=dict)
    requests: dict[str, KeptRequest] = field(factory=dict)
    journal: list[JournalLine] = field(factory=list)
    journal_refs: dict[str, list[tuple[int, bool]]] = field(factory=dict)
    keys: dict[str, NewKey] = field(factory=dict)
    inbox: dict[str, StoredRow[InboxRow]] = field(factory=dict)
    delivered: set[tuple[str, str]] = field(factory=set)
    outbox: dict[str, StoredRow[OutboxRow]] = field(factory=dict)
    created: int = 0
    days: dict[tuple[str, str, date, str], int] = field(factory=dict)
    months: dict[tuple[str, str, tuple[int, int], str], int] = field(factory=dict)
    terms: dict[tuple[str, str], SearchTerms] = field(factory=dict)
    leases: dict[str, LeaseRow] = field(factory=dict)
    states: dict[tuple[str, str], StateValue] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.row_added = Condition(self.lock)

    def spec(self, kind: str) -> IndexSpec:
        """Return the index spec of a kind of records.

        Raises:
            BadInput: `prepare` wasn't given this kind.
            StorageError: the storage is closed or was never prepared.
        """
        self.require_ready()
        return require_kind(self.specs, kind)

    def blind_indexes(self) -> dict[str, str]:
        """Return the scope to which each blind index belongs."""
        return {key.blind_index: key.scope for key in self.keys.values() if key.blind_index}

    def add_line(self, line: JournalLine, entry: Entry) -> None:
        """Append a line to the journal, and index it by the references of its entry."""
        self.journal.append(line)
        for ref in entry_refs(entry):
            self.journal_refs.setdefault(ref, []).append((line.seq, entry.outcome == "done"))

    def require_ready(self) -> None:
        """Raise `StorageError` if `prepare` hasn't run or the storage is closed."""
        if not self.ready:
            raise StorageError("The in-memory storage is closed or was never prepared: call `prepare()` first.")

    def promote(self) -> None:
        """Make the first open row of every conversation ready, unless it waits for another row."""
        heads: set[Conversation] = set()
        for held in sorted(self.outbox.values(), key=lambda held: held.row.created_seq):
            conversation = get_conversation(held.row)
            if not held.open or conversation in heads:
                continue
            heads.add(conversation)
            if held.row.state is OutboxState.WAITING and self._is_settled_or_absent(held.row.after):
                held.row = evolve(held.row, state=OutboxState.READY)

    def _is_settled_or_absent(self, after: str) -> bool:
        return after not in self.outbox or self.outbox[after].row.state in SETTLED


def get_conversation(row: OutboxRow) -> Conversation:
    """Return messenger, conversation and lane of an outbox row: rows with the same three must be sent in order."""
    return row.messenger, row.conversation, row.lane
