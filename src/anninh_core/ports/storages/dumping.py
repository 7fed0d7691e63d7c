"""The form of a dump, which has a storage's whole content, row by row and the same for every engine: for backups and
moves.

A dump has the parts in the order of `Row`, records kind by kind, each part by its key in the order of code points;
times are in UTC. So two storages with the same content have the same dump, whatever their engines.

Not included: leases, which are short-lived; terms of the index, which are rebuilt from the records; months of counters,
which are sums of days.
"""

from datetime import datetime

from attrs import evolve, frozen

from anninh_core._moved import keep_old_imports
from anninh_core.ports.storages.changes import Counter, IndexSpec, JournalLine, NewKey, Record
from anninh_core.ports.storages.queues import InboxRow, OutboxRow


@frozen(kw_only=True)
class KeptRequest:
    """A used request key, as a row of a dump.

    Attributes:
        entry: id of the resulting journal entry, "" for none.
        at: time of the entry, None if unknown.
    """

    request: str
    entry: str
    at: datetime | None = None


@frozen(kw_only=True)
class KeptInbox:
    """An inbox row with the storage's internal state, as a row of a dump.

    Attributes:
        until: earliest time of a claim for a pending row: end of a lease, or of a pause; None for at once.
    """

    row: InboxRow
    until: datetime | None


@frozen(kw_only=True)
class KeptOutbox:
    """An outbox row with the storage's internal state, as a row of a dump.

    Attributes:
        until: end of the lease of a claimed or started row, None for others.
        open: whether the row blocks later rows of its conversation.
    """

    row: OutboxRow
    until: datetime | None
    open: bool


@frozen(kw_only=True)
class KeptState:
    """A named value of an adapter's state with its version, as a row of a dump."""

    owner: str
    name: str
    version: int
    body: bytes


Row = IndexSpec | Record | JournalLine | KeptRequest | NewKey | KeptInbox | KeptOutbox | Counter | KeptState
"""A row of a dump."""


def normalize_record(spec: IndexSpec, record: Record) -> Record:
    """Return a stored record in the common form of all dumps: numbers of float columns are always floats."""
    floats = {
        name: float(value) + 0.0  # Adding zero turns a negative zero into a positive one.
        for name, kind in spec.columns.items()
        if kind is float and (value := record.columns[name]) is not None
    }
    return evolve(record, columns={**record.columns, **floats}) if floats else record


keep_old_imports(__name__)
