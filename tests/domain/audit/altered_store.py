"""A store after some days of work, and copies of it that tests alter and verify."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
from attrs import evolve, field, frozen
from tests.messaging.conftest import THEFT
from tests.support.postgres.server import Server

from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.domain.audit.findings import AuditReport
from anninh_core.domain.audit.heads.head_file import HeadFile, parse_head_file
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.model import Tip
from anninh_core.ports.keys import NotedHead
from anninh_core.ports.storages.changes import GENESIS, Entry, JournalLine, chain_hash, entry_from
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import Dialog, FixedClock, MockChat, UnsafeLocalUsers, memory_app
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase import Actor
from anninh_storage import PostgresStorage, SqliteStorage

START = datetime(2021, 9, 1, 3, tzinfo=UTC)
NAMES = ("Thử Văn An", "Thử Văn Bình", "Thử Thị Cúc")

Row = tuple[Any, ...]


class SqliteFile:
    """A SQLite database file that tests alter.

    Attributes:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> Storage:
        """Return a storage over the database, which the caller closes."""
        return SqliteStorage(f"sqlite:///{self.path}")

    def change_rows(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement that changes rows directly in the SQLite file, and return the number of changed rows."""
        with sqlite3.connect(self.path) as connection:
            changed = connection.execute(statement, values).rowcount
        connection.close()
        return changed

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a query directly on the SQLite file, and return its rows."""
        with sqlite3.connect(self.path) as connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows

    def copy(self) -> "SqliteFile":
        path = self.path.with_name(f"copy-{token_hex(6)}.db")
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        return SqliteFile(path)

    def remove(self) -> None:
        """Delete the files of the SQLite database, which may not be open."""
        for end in ("", "-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)


def _for_psycopg(statement: str) -> bytes:
    return statement.replace("%", "%%").replace("?", "%s").encode()


class PostgresDatabase:
    """A PostgreSQL database on a server."""

    def __init__(self, server: Server, url: str) -> None:
        self._server = server
        self._url = url

    def open(self) -> Storage:
        """Return a storage over the database, which the caller closes."""
        return PostgresStorage(self._url)

    def change_rows(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement that changes rows directly in the PostgreSQL database, and return the number of changed
        rows.
        """
        with psycopg.connect(self._url) as connection:
            return connection.execute(_for_psycopg(statement), values).rowcount

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a query directly on the PostgreSQL database, and return its rows."""
        with psycopg.connect(self._url) as connection:
            return connection.execute(_for_psycopg(statement), values).fetchall()

    def copy(self) -> "PostgresDatabase":
        """Return a copy of the PostgreSQL database, which may not have an open connection."""
        return PostgresDatabase(
            self._server, self._server.create_database(template=self._url.rpartition("/")[2].partition("?")[0])
        )

    def remove(self) -> None:
        """Remove the PostgreSQL database, even with open connections."""
        self._server.drop_database(self._url)


Database = SqliteFile | PostgresDatabase


@frozen
class TableCopy:
    """A copy of some tables of the store, made at an earlier time.

    Attributes:
        rows: table -> its rows by their first column.
    """

    rows: dict[str, dict[str, Row]]

    @classmethod
    def of(cls, database: Database, *tables: str) -> "TableCopy":
        """Read some tables of a database, and return their copy."""
        return cls({table: {row[0]: row for row in database.ask(f"SELECT * FROM {table}")} for table in tables})


@frozen(kw_only=True)
class AlteredStore:
    """A store with a journal that tests alter and then verify.

    Attributes:
        keys: the office's keys; they also note the end of the journal.
        open_tips: two tips that are being worked on.
        purged_tip: a purged tip.
        before_exclusion, before_purge: tables from before an officer was excluded, and from before the purge.
        older: the whole database from before the last head; None if it can't be copied while in use.
        outside: heads kept elsewhere; the last one covers all lines but the last.
    """

    database: Database
    keys: MemoryKeys
    parts: Parts
    auditor: Actor
    open_tips: tuple[Tip, Tip]
    purged_tip: Tip
    before_exclusion: TableCopy
    before_purge: TableCopy
    older: Database | None
    outside: HeadFile
    noted: tuple[NotedHead, ...] = field(factory=tuple)

    def copy(self) -> "AlteredStore":
        """Return a copy of the store to alter, with the original notes about the journal restored."""
        self.replace_notes(*self.noted)
        return evolve(self, database=self.database.copy())

    def replace_notes(self, *noted: NotedHead) -> None:
        """Replace the notes about the journal that the keys keep, as an attacker with control of the machine can."""
        heads = vars(self.keys)["_noted"]
        heads.clear()
        heads.update({head.store: head for head in noted})

    def renew_note(self) -> None:
        """Replace the note about the journal by one that fits the present journal."""
        lines = self.lines
        self.replace_notes(NotedHead(lines[0].hash, lines[-1].seq, lines[-1].hash))

    def examine(self, heads: HeadFile | None = None) -> AuditReport:
        """Verify the store as `anninh audit verify` does."""
        with open_app(shipped_district(), None, evolve(self.parts, storage=self.database.open())) as app:
            return app.audit.examine(self.auditor, heads)

    def put(self, table: str, row: Row) -> int:
        """Put a row into a table, in place of a row with the same key."""
        key = "scope" if table == "keyring" else "id"
        self.database.change_rows(f"DELETE FROM {table} WHERE {key} = ?", (row[0],))
        return self.database.change_rows(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)

    def read_row(self, table: str, key: str) -> Row:
        name = "scope" if table == "keyring" else "id"
        (row,) = self.database.ask(f"SELECT * FROM {table} WHERE {name} = ?", (key,))
        return row

    @property
    def lines(self) -> list[JournalLine]:
        """The lines of the journal."""
        rows = self.database.ask("SELECT seq, previous, hash, content FROM journal ORDER BY seq")
        return [
            JournalLine(seq=seq, previous=before, hash=hash, content=bytes(text)) for seq, before, hash, text in rows
        ]

    def rewrite_journal(
        self, keep: Callable[[Entry], bool], change: Callable[[bytes], bytes] = lambda content: content
    ) -> int:
        """Replace the journal and its index by the lines that `keep` selects, altered by `change` and chained again;
        return the number of dropped lines.
        """
        before = self.lines
        self.database.change_rows("DELETE FROM journal")
        index = self.database.ask("SELECT ref, is_look, seq FROM journal_ref")
        self.database.change_rows("DELETE FROM journal_ref")
        previous = GENESIS
        remaining = [line for line in before if keep(entry_from(line.content))]
        for seq, line in enumerate(remaining, 1):
            content = change(line.content)
            hash = chain_hash(previous, content)
            self.database.change_rows("INSERT INTO journal VALUES (?, ?, ?, ?)", (seq, previous, hash, content))
            for ref, is_look, old in index:
                if old == line.seq:
                    self.database.change_rows("INSERT INTO journal_ref VALUES (?, ?, ?)", (ref, is_look, seq))
            previous = hash
        return len(before) - len(remaining)


def play_days(database: Database) -> AlteredStore:
    """Simulate some days of work in a database and return the store: residents report thefts, officers work on them, a
    case is purged, and heads are kept elsewhere.
    """
    clock = FixedClock(START)
    chat = MockChat(clock)
    app = memory_app(chat, clock=clock, storage=database.open())
    users = UnsafeLocalUsers(app)
    boss = users.appoint("Cán bộ Mẫu", app.district.root, *app.district.roles)
    auditor = users.appoint("Kiểm soát Mẫu", app.district.root, "auditor")
    other = users.appoint("Cán bộ Khác", "ninh-hoa", "tip_officer")
    dialog = Dialog.over(app)
    for name in NAMES:
        dialog.says(name, THEFT)
    purged, first, second = sorted(app.tips.list(boss).items, key=lambda tip: tip.id)
    for tip in (purged, first, second):
        app.tips.triage(boss, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    before_exclusion = TableCopy.of(database, "r_tip", "m_tip")
    app.tips.exclusions.add(boss.with_request("once"), first.id, other.id, reason="Người nhà")
    app.tips.settle(boss, purged.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(boss, purged.id)
    app.worker.drain()
    app.audit.checkpoint(boss)
    app.audit.sign_head(boss)
    app.retention.order_purge(boss, f"tip:{purged.id}", reason="request")
    before_purge = TableCopy.of(database, "r_tip", "keyring", "r_tombstone")
    clock.advance(timedelta(days=8))
    assert app.retention.purge(boss)
    app.worker.drain()
    older = database.copy() if isinstance(database, SqliteFile) else None
    for tip in (first, second):
        app.tips.get(other if tip is second else boss, tip.id)
        app.conversations.history(boss, f"tip:{tip.id}")
    app.audit.sign_head(boss)
    app.worker.jobs["sign_heads"].run()
    outside = parse_head_file(app.audit.export_heads(boss))
    keys = app.internals.context.keys
    assert isinstance(keys, MemoryKeys)
    parts = Parts(
        keys=keys, blobs=app.internals.context.blobs, clock=clock, ids=app.internals.context.ids, only_reads=True
    )
    app.close()
    return AlteredStore(
        database=database,
        keys=keys,
        parts=parts,
        auditor=auditor,
        open_tips=(first, second),
        purged_tip=purged,
        before_exclusion=before_exclusion,
        before_purge=before_purge,
        older=older,
        outside=outside,
        noted=tuple(keys.noted_heads()),
    )
