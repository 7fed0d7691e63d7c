"""How the journal names records, and reading it: all lines after one, and entries with their numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.ports.storages.changes import (
    Entry,
    JournalLine,
    NewOutbox,
    Queued,
    Record,
    Scalar,
    Touched,
    entry_from,
)
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.journal.views import JournalEntryView
from anninh_core.usecase.resident_names import ResidentNames, has_alias, name_recipient
from anninh_core.usecase.views import make_view

COMPOSED = "composed."
"""Begins the action of an entry of several commands in one commit, which are among its facts under `COMMANDS`."""

COMMANDS = "commands"

REINDEX = "storage.reindex"
"""Action of entries that change how records are stored, and nothing that they say."""

NAMED_ROW = "named:"
"""Begins the hash of a row whose recipient is named as a closed row names it."""

_BATCH = 2000
_ABOUT = 500
_ENCODER = msgspec.json.Encoder(order="sorted")


def touched_by(record: Record, names: ResidentNames) -> Touched:
    """Return how the journal names a record that is written.

    The hash of clear columns is keyed: else whose conversation a message was in before it came to a case could be
    tried out. Of a record with an alias both are, as the stored body would tell its entry.
    """
    hash = sha256(record.body).hexdigest()
    columns_hash = key_columns_hash(record, names)
    if not has_alias(record.kind, record.id):
        return Touched(record.kind, record.id, record.version, hash, columns_hash)
    alias = names.alias(record.kind, record.id, record.version)
    return Touched(record.kind, alias, record.version, names.key_hash(alias, hash), columns_hash)


def key_columns_hash(record: Record, names: ResidentNames) -> str:
    """Return what the journal has of the hash of a record's clear columns."""
    return names.key_hash(f"{record.kind}:{record.id}@{record.version}", hash_columns(record))


def is_named_by(touched: Touched, record: Record, names: ResidentNames) -> bool:
    """Return whether an entry says of a record what it is now; those of earlier versions keyed or had no hashes."""
    current = touched_by(record, names)
    return (
        touched.kind == record.kind
        and touched.id in (record.id, current.id)
        and touched.version == record.version
        and touched.body_hash in ("", current.body_hash, sha256(record.body).hexdigest())
        and touched.columns_hash in ("", current.columns_hash, hash_columns(record))
    )


def iter_acts_on(journal: Journal, names: ResidentNames, record: Record) -> Iterator["NumberedEntry"]:
    """Yield the readable entries about acts on a record that the journal finds by its id, or else by its aliases."""
    ids = [record.id]
    if has_alias(record.kind, record.id):
        ids += [names.alias(record.kind, record.id, version) for version in range(1, record.version + 1)]
    for id in ids:
        yield from iter_acts(journal, f"{record.kind}:{id}")


def hash_columns(record: Record) -> str:
    """Return the SHA-256 of what is stored in clear next to a record's body: unit, scope, schema and all columns.

    It is the same for the record that is written and for the one that any storage returns: columns without a value are
    left out, so that a kind may get new ones, and the order of a multi column counts as little as its repeats.
    """
    columns = {name: _unify(value) for name, value in record.columns.items() if value is not None}
    multi = {name: sorted(set(values)) for name, values in record.multi.items() if values}
    return sha256(_ENCODER.encode((record.unit, record.scope, record.schema, columns, multi))).hexdigest()


def queued_by(row: NewOutbox, names: ResidentNames) -> Queued:
    """Return how the journal names a row that is put into the outbox."""
    return Queued(row.id, hash_outbox_row(row, name_recipient(names, row.conversation, row)))


def hash_outbox_row(row: NewOutbox | OutboxRow, recipient: str) -> str:
    """Return the SHA-256 of what no later step changes in a row of the outbox, marked with how it names the recipient.

    Args:
        recipient: as a closed row names it. Hashes of ids could be tried against the journal.
    """
    return f"{NAMED_ROW}{_hash_row(row, recipient)}"


def hash_row_with_id(row: OutboxRow, conversation: str) -> str:
    """Return the SHA-256 of a row as entries of earlier versions have it, with the id of the conversation."""
    return _hash_row(row, conversation)


def _hash_row(row: NewOutbox | OutboxRow, recipient: str) -> str:
    parts = (row.messenger, recipient, row.lane, row.cause, row.purpose, row.scope, row.after)
    return sha256(_ENCODER.encode((*parts, sha256(row.body).hexdigest()))).hexdigest()


def _unify(value: Scalar) -> Scalar:
    """Return a number as an integer if it is one: engines differ in what they return of a column of floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def actions_of(entry: Entry) -> tuple[str, ...]:
    """Return what was done by an entry: its action, and of a composed one the commands too."""
    commands = str(entry.facts.get(COMMANDS, "")) if entry.action.startswith(COMPOSED) else ""
    return (entry.action, *commands.split())


@frozen
class NumberedEntry:
    """A journal entry with the number of its line.

    Attributes:
        entry: what the line says.
    """

    seq: int
    entry: Entry

    def to_view(self) -> JournalEntryView:
        """Return what may leave."""
        touched = tuple(f"{one.kind}:{one.id}@{one.version}" for one in self.entry.touched)
        return make_view(JournalEntryView, self.entry, seq=self.seq, touched=touched)


def iter_entries(lines: Iterable[JournalLine]) -> Iterator[NumberedEntry]:
    """Yield the entries of lines, without those that were made unreadable, which the verified chain names."""
    for line in lines:
        try:
            entry = entry_from(line.content)
        except DECODE_ERRORS:
            continue
        yield NumberedEntry(line.seq, entry)


def iter_about(journal: Journal, ref: str, *, after: int = 0) -> Iterator[NumberedEntry]:
    """Yield the readable entries that the journal finds by a record, named as `kind:id`, in order.

    Args:
        after: number of a line, which they follow.
    """
    return _iter_found(lambda last: journal.about(ref, last, _ABOUT), after)


def iter_acts(journal: Journal, ref: str, *, after: int = 0, size: int = _ABOUT) -> Iterator[NumberedEntry]:
    """Yield the readable entries about acts on a record, named as `kind:id`, that follow line `after`, in order.

    How often somebody looked at the record costs nothing.

    Args:
        after: number of a line.
        size: lines that are read at a time.
    """
    return _iter_found(lambda last: journal.about(ref, last, size, acts_only=True), after)


def _iter_found(read: Callable[[int], Sequence[JournalLine]], after: int) -> Iterator[NumberedEntry]:
    while lines := read(after):
        yield from iter_entries(lines)
        after = lines[-1].seq


def find_last_change(journal: Journal, ref: str) -> Entry | None:
    """Return the last entry of an act that changed a record, named as `kind:id`; None where the journal finds none."""
    last = None
    for act in iter_acts(journal, ref):
        if any(f"{touched.kind}:{touched.id}" == ref for touched in act.entry.touched):
            last = act.entry
    return last


def read_lines(journal: Journal, after: int = 0) -> Iterator[JournalLine]:
    """Yield the lines that follow line `after`, in order, a batch at a time; 0 begins with the first."""
    while batch := journal.read(after, _BATCH):
        yield from batch
        after = batch[-1].seq
