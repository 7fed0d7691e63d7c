"""Encoding of a dump's rows as lines of JSON, in parts named after their kind. Equal rows have equal lines."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from attrs import evolve, frozen

from anninh_core.app.backup.manifest import FORMAT
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import Counter, IndexSpec, JournalLine, NewKey, Record
from anninh_core.ports.storages.dumping import KeptInbox, KeptOutbox, KeptRequest, KeptState, Row
from anninh_core.ports.storages.queues import OutboxState

KINDS_PART = "kinds"
OUTBOX_PART = "outbox"
JOURNAL_PART = "journal"
KEYRING_PART = "keyring"
_RECORDS_PREFIX = "records/"
_PART_NAMES: Mapping[type, str] = {
    IndexSpec: KINDS_PART,
    JournalLine: JOURNAL_PART,
    KeptRequest: "requests",
    NewKey: KEYRING_PART,
    KeptInbox: "inbox",
    KeptOutbox: OUTBOX_PART,
    Counter: "counters",
    KeptState: "states",
}
_METHOD_PREFIX = "rung "
_DEFERRED_PREFIX = "stepped aside"
_UNFINISHED_SEND = "under way, or cut off before its outcome was known"
_FORMAT_WITH_METHODS = 2
_FORMAT_WITH_INDEXES = 4
_IDENTITY_PREFIX = "identity:"
_COLUMN_TYPES: Mapping[str, type] = {kind.__name__: kind for kind in (str, int, float, bool)}


@frozen
class _IndexSpecLine:
    """An `IndexSpec` with the names of its column types."""

    kind: str
    columns: Mapping[str, str]
    multi: tuple[str, ...]
    orders: Mapping[str, tuple[str, ...]]
    sealed: bool


@frozen
class _JournalLineText:
    """A `JournalLine` with its content as text, readable and compressible; content that isn't UTF-8 is in `raw`."""

    seq: int
    previous: str
    hash: str
    text: str = ""
    raw: bytes = b""


_LINE_CLASSES: Mapping[str, type] = {name: kind for kind, name in _PART_NAMES.items()} | {
    KINDS_PART: _IndexSpecLine,
    JOURNAL_PART: _JournalLineText,
}


def part_name(row: Row) -> str:
    """Return the name of the part that a row belongs to."""
    return records_part_name(row.kind) if isinstance(row, Record) else _PART_NAMES[type(row)]


def records_part_name(kind: str) -> str:
    """Return the name of the part with the records of a kind."""
    return f"{_RECORDS_PREFIX}{kind}"


def holds_rows(part: str) -> bool:
    """Return whether a part has rows of a dump."""
    return part.startswith(_RECORDS_PREFIX) or part in _LINE_CLASSES


def encode_row(row: Row) -> bytes:
    """Encode a row as a line."""
    return msgspec.json.encode(_to_line_value(row), order="deterministic") + b"\n"


def decode_rows(part: str, lines: Iterator[bytes], format: int = FORMAT) -> Iterator[Row]:
    """Yield the rows of a part; rows of an earlier format are upgraded.

    Raises:
        StorageError: a line isn't a valid row of this part; the message names the line number.
    """
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_LINE_CLASSES.get(part, Record))
    for number, line in enumerate(lines, 1):
        try:
            row = _from_line_value(decoder.decode(line))
        except (*DECODE_ERRORS, KeyError, ValueError, OverflowError) as error:
            raise StorageError(
                "This version can't read line {line} of part {part} ({reason}): use the version that wrote "
                "the file, or another copy.",
                line=number,
                part=part,
                reason=describe_decode_error(error, line),
            ) from error
        yield _upgrade_row(row, format) if format < FORMAT else row


def _to_line_value(row: Row) -> object:
    match row:
        case IndexSpec():
            columns = {name: kind.__name__ for name, kind in row.columns.items()}
            return _IndexSpecLine(row.kind, columns, row.multi, row.orders, row.sealed)
        case JournalLine():
            try:
                return _JournalLineText(row.seq, row.previous, row.hash, text=row.content.decode())
            except UnicodeDecodeError:  # This content was altered; the verification of the hash chain will report it.
                return _JournalLineText(row.seq, row.previous, row.hash, raw=row.content)
        case _:
            return row


def _from_line_value(value: Any) -> Row:
    match value:
        case _IndexSpecLine():
            columns = {name: _COLUMN_TYPES[kind] for name, kind in value.columns.items()}
            return IndexSpec(
                kind=value.kind, columns=columns, multi=value.multi, orders=value.orders, sealed=value.sealed
            )
        case _JournalLineText():
            content = value.raw or value.text.encode()
            return JournalLine(seq=value.seq, previous=value.previous, hash=value.hash, content=content)
        case _:
            row: Row = value
            return row


def _upgrade_row(row: Row, format: int) -> Row:
    """Return a row of an earlier format as a row of the current format."""
    if isinstance(row, KeptOutbox) and format < _FORMAT_WITH_METHODS:
        return _upgrade_format_1(row)
    if isinstance(row, NewKey) and format < _FORMAT_WITH_INDEXES and row.scope.startswith(_IDENTITY_PREFIX):
        # The conversation's id was made from its blind index.
        return evolve(row, blind_index=row.scope.rpartition(".")[2])
    return row


def _upgrade_format_1(kept: KeptOutbox) -> KeptOutbox:
    """Return an outbox row of format 1 with delivery method and deferral in columns; format 1 has them at the beginning
    of the row's error.
    """
    row = kept.row
    if row.state is OutboxState.UNKNOWN and row.error.startswith(_METHOD_PREFIX):
        method, _, reason = row.error.removeprefix(_METHOD_PREFIX).partition(": ")
        return evolve(kept, row=evolve(row, delivery_method=method, error="" if reason == _UNFINISHED_SEND else reason))
    if row.error.startswith(_DEFERRED_PREFIX):
        until = (row.settled_at if row.state is OutboxState.FAILED else None) or row.due_at
        return evolve(kept, row=evolve(row, deferred_until=until))
    return kept
