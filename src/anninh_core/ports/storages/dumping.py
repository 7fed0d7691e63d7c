"""The whole content of a storage, row by row, in the same form for every engine: for backups and moves.

A dump goes part by part in the order of `Row`, records kind by kind, each part by its key in the order of code points;
times are in UTC. So two storages that hold the same have the same dump, whatever their engines.

Not in it: leases, which are short-lived; terms of the index, which are rebuilt from the records; months of
counters, which are sums of days.
"""

from datetime import datetime

from attrs import evolve, frozen

from anninh_core._moved import keep_moved
from anninh_core.ports.storages.changes import Counter, IndexSpec, JournalLine, NewKey, Record
from anninh_core.ports.storages.queues import InboxRow, OutboxRow


@frozen(kw_only=True)
class KeptRequest:
    """A request key that was used.

    Attributes:
        entry: id of the journal entry that came of it, "" for none.
        at: when the entry was made, None where that isn't known.
    """

    request: str
    entry: str
    at: datetime | None = None


@frozen(kw_only=True)
class KeptInbox:
    """An inbox row with what only the storage knows of it.

    Attributes:
        until: a pending row isn't claimed before: end of a lease, or of a pause; None for at once.
    """

    row: InboxRow
    until: datetime | None


@frozen(kw_only=True)
class KeptOutbox:
    """An outbox row with what only the storage knows of it.

    Attributes:
        until: end of the lease of a claimed or started row, None for others.
        open: whether it keeps later rows of its conversation waiting.
    """

    row: OutboxRow
    until: datetime | None
    open: bool


@frozen(kw_only=True)
class KeptState:
    """A named value with its version."""

    owner: str
    name: str
    version: int
    body: bytes


Row = IndexSpec | Record | JournalLine | KeptRequest | NewKey | KeptInbox | KeptOutbox | Counter | KeptState
"""A row of a dump."""


def normalize_record(spec: IndexSpec, record: Record) -> Record:
    """Return a stored record as every engine dumps it: with one way to write a number that isn't whole."""
    floats = {
        name: float(value) + 0.0  # no negative zero
        for name, kind in spec.columns.items()
        if kind is float and (value := record.columns[name]) is not None
    }
    return evolve(record, columns={**record.columns, **floats}) if floats else record


keep_moved(__name__)
