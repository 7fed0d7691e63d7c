"""How the journal names records, and how its lines and numbered entries are read."""

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
from anninh_core.usecase.resident_names import ResidentNames, build_recipient_name, has_alias
from anninh_core.usecase.views import make_view

COMPOSED = "composed."
"""Prefix of the action of an entry for several commands in one commit; their names are in the fact `COMMANDS`."""

COMMANDS = "commands"

REINDEX = "storage.reindex"
"""Action of entries that change how records are stored, but not their content."""

NAMED_ROW = "named:"
"""Prefix of an outbox row's hash that was computed with the recipient's pseudonym, as in closed rows."""

_BATCH = 2000
_ABOUT = 500
_ENCODER = msgspec.json.Encoder(order="sorted")


def touched_by(record: Record, names: ResidentNames) -> Touched:
    """Return the journal's reference to a record that is being written.

    The hash of clear columns is keyed; otherwise the conversation of a message that joined a case later could be
    guessed by trying ids. For a record with an alias the body hash is keyed too, since a stored body would identify its
    entry.
    """
    hash = sha256(record.body).hexdigest()
    columns_hash = key_columns_hash(record, names)
    if not has_alias(record.kind, record.id):
        return Touched(record.kind, record.id, record.version, hash, columns_hash)
    alias = names.alias(record.kind, record.id, record.version)
    return Touched(record.kind, alias, record.version, names.key_hash(alias, hash), columns_hash)


def key_columns_hash(record: Record, names: ResidentNames) -> str:
    """Return the keyed hash of a record's clear columns for the journal."""
    return names.key_hash(f"{record.kind}:{record.id}@{record.version}", hash_columns(record))


def matches_record(touched: Touched, record: Record, names: ResidentNames) -> bool:
    """Return whether a journal entry describes the current state of a record. Entries of earlier versions may have
    unkeyed hashes, or none.
    """
    current = touched_by(record, names)
    return (
        touched.kind == record.kind
        and touched.id in (record.id, current.id)
        and touched.version == record.version
        and touched.body_hash in ("", current.body_hash, sha256(record.body).hexdigest())
        and touched.columns_hash in ("", current.columns_hash, hash_columns(record))
    )


def iter_acts_on(journal: Journal, names: ResidentNames, record: Record) -> Iterator["NumberedEntry"]:
    """Yield the readable journal entries of acts on a record, which are found by the record's id, or by its aliases."""
    ids = [record.id]
    if has_alias(record.kind, record.id):
        ids += [names.alias(record.kind, record.id, version) for version in range(1, record.version + 1)]
    for id in ids:
        yield from iter_acts(journal, f"{record.kind}:{id}")


def hash_columns(record: Record) -> str:
    """Return the SHA-256 of a record's clear values: unit, scope, schema and all columns.

    It is the same before writing and after reading from any storage: columns without a value are left out, so that a
    kind may get new columns, and the order and repeats in a multi column don't matter.
    """
    columns = {name: _normalize_number(value) for name, value in record.columns.items() if value is not None}
    multi = {name: sorted(set(values)) for name, values in record.multi.items() if values}
    return sha256(_ENCODER.encode((record.unit, record.scope, record.schema, columns, multi))).hexdigest()


def build_queued(row: NewOutbox, names: ResidentNames) -> Queued:
    """Return the journal's reference to a row that is added to the outbox."""
    return Queued(row.id, hash_outbox_row(row, build_recipient_name(names, row.conversation, row)))


def hash_outbox_row(row: NewOutbox | OutboxRow, recipient: str) -> str:
    """Return the SHA-256 of the outbox row fields that never change, prefixed with a mark of how the recipient is
    named.

    Args:
        recipient: the name that closed rows use. Hashes of ids could be guessed by trying them against the journal.
    """
    return f"{NAMED_ROW}{_hash_row(row, recipient)}"


def hash_row_with_id(row: OutboxRow, conversation: str) -> str:
    """Return the SHA-256 of an outbox row as in entries of earlier versions, with the conversation id in clear."""
    return _hash_row(row, conversation)


def _hash_row(row: NewOutbox | OutboxRow, recipient: str) -> str:
    parts = (row.messenger, recipient, row.lane, row.cause, row.purpose, row.scope, row.after)
    return sha256(_ENCODER.encode((*parts, sha256(row.body).hexdigest()))).hexdigest()


def _normalize_number(value: Scalar) -> Scalar:
    """Return a float that is a whole number as an integer: database engines differ in how they return a column of
    floats.
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def list_actions(entry: Entry) -> tuple[str, ...]:
    """Return the actions of a journal entry: its own, and the commands of a composed entry."""
    commands = str(entry.facts.get(COMMANDS, "")) if entry.action.startswith(COMPOSED) else ""
    return (entry.action, *commands.split())


@frozen
class NumberedEntry:
    """A journal entry with its line number.

    Attributes:
        entry: content of the line.
    """

    seq: int
    entry: Entry

    def to_view(self) -> JournalEntryView:
        """Return this entry as a read-only view."""
        touched = tuple(f"{reference.kind}:{reference.id}@{reference.version}" for reference in self.entry.touched)
        return make_view(JournalEntryView, self.entry, seq=self.seq, touched=touched)


def iter_entries(lines: Iterable[JournalLine]) -> Iterator[NumberedEntry]:
    """Yield the journal entries in lines; unreadable lines are skipped, as the check of the chain names them."""
    for line in lines:
        try:
            entry = entry_from(line.content)
        except DECODE_ERRORS:
            continue
        yield NumberedEntry(line.seq, entry)


def iter_about(journal: Journal, ref: str, *, after: int = 0) -> Iterator[NumberedEntry]:
    """Yield the readable journal entries about a record, named as `kind:id`, in order.

    Args:
        after: line number that the entries follow.
    """
    return _iter_batches(lambda last: journal.about(ref, last, _ABOUT), after)


def iter_acts(journal: Journal, ref: str, *, after: int = 0, size: int = _ABOUT) -> Iterator[NumberedEntry]:
    """Yield the readable entries of acts on a record, named as `kind:id`, after line `after`, in order.

    The number of read accesses to the record doesn't slow this down.

    Args:
        after: line number that the entries follow.
        size: lines that are read at a time.
    """
    return _iter_batches(lambda last: journal.about(ref, last, size, acts_only=True), after)


def _iter_batches(read: Callable[[int], Sequence[JournalLine]], after: int) -> Iterator[NumberedEntry]:
    while lines := read(after):
        yield from iter_entries(lines)
        after = lines[-1].seq


def find_last_change(journal: Journal, ref: str) -> Entry | None:
    """Return the last journal entry of an act that changed a record, named as `kind:id`, or None."""
    last = None
    for act in iter_acts(journal, ref):
        if any(f"{touched.kind}:{touched.id}" == ref for touched in act.entry.touched):
            last = act.entry
    return last


def read_lines(journal: Journal, after: int = 0) -> Iterator[JournalLine]:
    """Yield the journal's lines after line `after` in order, reading them in batches; 0 begins with the first line."""
    while batch := journal.read(after, _BATCH):
        yield from batch
        after = batch[-1].seq
