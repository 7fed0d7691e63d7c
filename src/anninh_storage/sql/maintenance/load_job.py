"""Fill an empty database with a dump."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, TypeVar

from anninh_core.kernel.errors import StorageError, WrongStep
from anninh_core.ports.storages.changes import Counter, IndexSpec, JournalLine, NewKey, Record
from anninh_core.ports.storages.dumping import KeptInbox, KeptOutbox, KeptRequest, KeptState, Row
from anninh_core.ports.storages.queues import LANES, PENDING
from anninh_core.ports.validation import check_row, fit_record
from anninh_storage.sql import journal
from anninh_storage.sql.counters import counters
from anninh_storage.sql.database import Connection, Database
from anninh_storage.sql.records.kind_table import KindTable
from anninh_storage.sql.records.records import KindTables
from anninh_storage.sql.times import to_microseconds
from anninh_storage.sql.values import build_placeholders, quote_list

T = TypeVar("T")

_BATCH_SIZE = 1000
_COUNTERS = ("counters_day", "counters_month", "counters_year")
_TABLES = ("journal", "requests", "keyring", "inbox", "outbox", *_COUNTERS, "states")
_INBOX = "id, source, dedupe, conversation, received_at, scope, body, state, attempts, token, error, until, ready"
_OUTBOX = (
    "id, messenger, conversation, lane, due_at, cause, purpose, scope, body, after_id, state, attempts, token,"
    " created_seq, settled_at, platform_id, proof, error, delivery_method, deferred_until, rank, until, open"
)
_MARK_HEADS_READY = f"""
    UPDATE inbox SET ready = 1 WHERE id IN (
        SELECT id FROM (
            SELECT id, conversation, row_number() OVER (PARTITION BY conversation ORDER BY received_at, id) AS place
            FROM inbox WHERE state IN ({quote_list(PENDING)})
        ) AS waiting WHERE place = 1 OR conversation = ''
    )
"""


class LoadJob:
    """A job that fills an empty database inside one transaction: a failure leaves nothing behind."""

    def __init__(self, database: Database, kinds: KindTables, rows: Iterable[Row]) -> None:
        self._database = database
        self._kinds: dict[str, KindTable] = dict(kinds)
        self._rows = iter(rows)
        self._started = False

    def __call__(self, connection: Connection) -> None:
        """Load the dump's rows into the database.

        Raises:
            WrongStep: the database isn't empty.
            BadInput: a row that the database can't take.
            StorageError: called again after another write of its transaction failed: its rows are consumed.
        """
        if self._started:
            raise StorageError("The load was broken off by another write, and nothing of it was saved: start it again.")
        self._started = True
        _require_empty(connection)
        for _, group in groupby(self._rows, key=_table_key):
            for batch in _split_batches(group):
                self._store_batch(connection, batch)
        connection.execute(_MARK_HEADS_READY)

    def _store_batch(self, connection: Connection, batch: list[Row]) -> None:
        specs = {name: kind.spec for name, kind in self._kinds.items()}
        rows = [fit_record(specs, row) if isinstance(row, Record) else row for row in batch]
        for row in rows:
            check_row(specs, row)
        match rows[0]:
            case IndexSpec():
                self._add_kinds(connection, rows)
            case Record(kind=kind):
                _insert_records(connection, self._kinds[kind], rows)
            case Counter():
                counters.add_counters(connection, [row for row in rows if isinstance(row, Counter)])
            case _:
                _insert_rows(connection, rows)

    def _add_kinds(self, connection: Connection, specs: list[Any]) -> None:
        """Create the tables for kinds in the dump that this version doesn't know."""
        for spec in specs:
            if spec.kind not in self._kinds:
                self._kinds[spec.kind] = KindTable(spec, self._database)
                self._kinds[spec.kind].prepare(connection)


def _require_empty(connection: Connection) -> None:
    kinds = connection.execute("SELECT kind FROM kinds ORDER BY kind").fetchall()
    for table in (*_TABLES, *(f'"r_{kind}"' for (kind,) in kinds)):
        if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
            raise WrongStep(
                "The storage isn't empty, because table {table} has rows: load into an empty one.", table=table
            )


def _table_key(row: Row) -> tuple[type, str]:
    return type(row), row.kind if isinstance(row, Record) else ""


def _split_batches(rows: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(rows, _BATCH_SIZE)):
        yield batch


def _insert_records(connection: Connection, kind: KindTable, records: Sequence[Any]) -> None:
    connection.executemany(kind.upsert, [kind.row(record) for record in records])
    multi = [row for record in records for row in kind.multi_rows(record)]
    if multi:
        connection.executemany(kind.insert_multi, multi)


def _insert_rows(connection: Connection, rows: Sequence[Any]) -> None:
    table, columns, values = _INSERTS[type(rows[0])]
    count = len(columns.split(","))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({build_placeholders(count)})"
    connection.executemany(statement, [values(row) for row in rows])
    if table == "journal":
        journal.store_refs(connection, [ref for line in rows for ref in journal.parse_refs(line)])


def _list_line_values(line: JournalLine) -> tuple[Any, ...]:
    return line.seq, line.previous, line.hash, line.content


def _list_request_values(kept: KeptRequest) -> tuple[Any, ...]:
    return kept.request, kept.entry, None if kept.at is None else to_microseconds(kept.at)


def _list_key_values(key: NewKey) -> tuple[Any, ...]:
    return key.scope, key.epoch, key.wrapped, key.blind_index


def _list_inbox_values(kept: KeptInbox) -> tuple[Any, ...]:
    row = kept.row
    until = to_microseconds(kept.until) if kept.until else 0
    return (
        *(row.id, row.source, row.dedupe, row.conversation, to_microseconds(row.received_at), row.scope, row.body),
        *(str(row.state), row.attempts, row.token, row.error, until, 0),
    )


def _list_outbox_values(kept: KeptOutbox) -> tuple[Any, ...]:
    row = kept.row
    until = to_microseconds(kept.until) if kept.until else 0
    settled = None if row.settled_at is None else to_microseconds(row.settled_at)
    deferred = None if row.deferred_until is None else to_microseconds(row.deferred_until)
    return (
        *(
            row.id,
            row.messenger,
            row.conversation,
            str(row.lane),
            to_microseconds(row.due_at),
            row.cause,
            row.purpose,
            row.scope,
        ),
        *(row.body, row.after, str(row.state), row.attempts, row.token, row.created_seq, settled, row.platform_id),
        *(row.proof, row.error, row.delivery_method, deferred, LANES.index(row.lane), until, int(kept.open)),
    )


def _list_state_values(kept: KeptState) -> tuple[Any, ...]:
    return kept.owner, kept.name, kept.version, kept.body


_INSERTS: dict[type, tuple[str, str, Any]] = {
    JournalLine: ("journal", "seq, previous, hash, content", _list_line_values),
    KeptRequest: ("requests", "request, entry, at", _list_request_values),
    NewKey: ("keyring", "scope, epoch, wrapped, blind_index", _list_key_values),
    KeptInbox: ("inbox", _INBOX, _list_inbox_values),
    KeptOutbox: ("outbox", _OUTBOX, _list_outbox_values),
    KeptState: ("states", "owner, name, version, body", _list_state_values),
}
