"""Databases of every released schema open, keep their content, and can be worked on."""

import os
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, pool
from tests.scenarios.lives import LEASE, ProgramStart, fork_script, list_written_ids
from tests.support.postgres.server import Server
from tests.support.released import FOLDERS, read_database, unpack_release

from anninh_core.app import App
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.domain.audit.record_check_columns import find_altered_columns
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE
from anninh_core.domain.registry import KINDS
from anninh_core.domain.reports.figures.counter_maintenance import recount_records
from anninh_core.ports.storages.changes import ChangeSet, InboxSettled, Record
from anninh_core.ports.storages.dumping import Row
from anninh_core.ports.storages.queues import CLOSED
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.indexing.queue_names import rename_rows
from anninh_core.usecase.indexing.reindex import reindex
from anninh_storage import PostgresStorage, SqliteStorage, migrations
from anninh_storage.migrations import REVISIONS
from anninh_storage.postgres.database import PostgresDatabase
from anninh_storage.sql.records.kind_table import KindTable
from anninh_storage.sqlite import migrate
from anninh_storage.sqlite.connection import connect

pytestmark = pytest.mark.slow

LIVED = [name for name in FOLDERS if name == "r0001"]
"""Released databases that were made by the script of `lives`, which can continue them."""
OLDER = [name for name in FOLDERS if name < f"r{REVISIONS[-1]}"]
_REVISION = "SELECT version_num FROM alembic_version"
_TABLES = "SELECT name, sql FROM sqlite_master ORDER BY name"
_COLUMNS = """
    SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY 1, 2
"""
_SERVER_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, collation_name FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY 1, 2
"""
SPECS = [kind.spec for kind in KINDS]
LATER = 2604
"""The number of an app start that is later than all times in the databases."""
NEXT = 50
"""The number of the app start right after those of `LIVED`, so that waiting messages are still worth sending."""


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An unpacked copy of a release's folder."""
    return unpack_release(request.param, tmp_path)


@pytest.fixture
def app(folder: Path) -> Iterator[App]:
    life = ProgramStart(folder, LATER, lambda: None)
    clock = life.build_clock()
    with life.open(clock, life.open_chat(clock)) as opened:
        yield opened


def query_file(folder: Path, question: str) -> list[Any]:
    """Return the rows of a query on the folder's database file, read without the app."""
    with sqlite3.connect(folder / "anninh.db") as connection:
        rows = connection.execute(question).fetchall()
    connection.close()
    return rows


def dump_rows(storage: Storage) -> list[Row]:
    storage.prepare(SPECS)
    try:
        return list(storage.maintenance.dump())
    finally:
        storage.close()


def dump_folder(folder: Path) -> list[Row]:
    return dump_rows(SqliteStorage(f"sqlite:///{folder / 'anninh.db'}"))


def is_purged(app: App, record: Record) -> bool:
    """Return whether a record's key was destroyed by a purge order."""
    ordered = bool(record.scope) and app.internals.context.is_purged(record.scope)
    return ordered and app.internals.context.storage.keyring.get(record.scope) is None


def test_records_of_earlier_versions_open(folder: Path, request: pytest.FixtureRequest) -> None:
    """Every stored record that wasn't purged opens as its kind of today, and the journal chain holds."""
    tables = [
        name
        for (name,) in query_file(folder, "SELECT name FROM sqlite_master WHERE name GLOB 'r_*' AND type = 'table'")
    ]
    stored = {table: query_file(folder, f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}
    app: App = request.getfixturevalue("app")
    maintenance = app.internals.context.storage.maintenance
    kept = {
        f"r_{kind.name}": [record for record in maintenance.scan(kind.name) if not is_purged(app, record)]
        for kind in KINDS
    }
    gone = Counter(
        f"r_{record.kind}" for kind in KINDS for record in maintenance.scan(kind.name) if is_purged(app, record)
    )
    assert stored == {table: len(kept[table]) + gone[table] for table in stored}
    assert [app.internals.context.open_record(kind, record) for kind in KINDS for record in kept[f"r_{kind.name}"]]
    assert sum(stored.values()) > 20
    assert maintenance.check() == []
    auditor = UnsafeLocalUsers(app).appoint("Kiểm soát", "hoa-lu", "auditor")
    assert app.audit.verify(auditor).ok
    assert [*find_mismatches(app.internals.context), *find_altered_columns(app.internals.context, KINDS)] == []


def test_counters_equal_a_recount(app: App) -> None:
    """A recount of the records equals the release's counters."""
    result = recount_records(app.internals.runner, KINDS)
    assert (result.differences, result.unreadable) == ((), ())
    assert result.records > 20


@pytest.mark.parametrize("folder", LIVED, indirect=True)
def test_waiting_events_are_processed(folder: Path) -> None:
    """The app continues where the release stopped: each waiting event is processed once, in order, and answered."""
    waiting = [id for (id,) in query_file(folder, "SELECT id FROM inbox WHERE state = 'new' ORDER BY received_at, id")]
    sayings = 30
    officer = (folder / "officer.txt").read_text(encoding="utf-8").strip()
    assert waiting
    _, status = os.waitpid(fork_script(ProgramStart(folder, NEXT, lambda: None), officer, sayings), 0)
    assert (status, (folder / "error.txt").exists()) == (0, False)

    life = ProgramStart(folder, NEXT + 1, lambda: None)
    clock = life.build_clock()
    chat = life.open_chat(clock)
    with life.open(clock, chat) as app:
        maintenance = app.internals.context.storage.maintenance
        messages = [app.internals.context.open_record(MESSAGE, record) for record in maintenance.scan(MESSAGE.name)]
        assert sorted(message.platform_id for message in messages) == sorted(list_written_ids(chat))
        assert len(messages) == sayings
        depth = app.internals.context.storage.queues.depth()
        assert {state.partition(".")[2] for state in depth} == {"done", "delivered"}
        assert maintenance.check() == []
        assert recount_records(app.internals.runner, KINDS).differences == ()


def test_waiting_events_keep_their_order(folder: Path) -> None:
    """The first event of each conversation is claimed, the next once it is done, and those of a dead worker are claimed
    again.
    """
    question = "SELECT conversation, id FROM inbox WHERE state IN ('new', 'claimed') ORDER BY received_at, id"
    waiting: dict[str, list[str]] = {}
    for conversation, id in query_file(folder, question):
        waiting.setdefault(conversation, []).append(id)
    storage = SqliteStorage(f"sqlite:///{folder / 'anninh.db'}")
    storage.prepare(SPECS)
    clock = ProgramStart(folder, LATER, lambda: None).build_clock()
    claimed = dict[str, list[str]]()
    while rows := storage.queues.claim_inbox(clock.now(), LEASE, 10):
        assert len({row.conversation for row in rows}) == len(rows)
        for row in rows:
            claimed.setdefault(row.conversation, []).append(row.id)
            storage.commit([ChangeSet(inbox_settled=InboxSettled(id=row.id, token=row.token))])
    storage.close()
    assert claimed == waiting
    assert max(map(len, waiting.values())) > 1


def test_second_reindex_changes_nothing(folder: Path, app: App) -> None:
    """After a reindex no record needs another one, and all records are found by today's columns."""
    operator = UnsafeLocalUsers(app).appoint("Vận hành", "hoa-lu", "operator")
    list(reindex(app.internals.runner, operator, KINDS))
    assert {progress.rewritten for progress in reindex(app.internals.runner, operator, KINDS)} == {0}
    assert [*find_mismatches(app.internals.context), *find_altered_columns(app.internals.context, KINDS)] == []
    with sqlite3.connect(folder / "anninh.db") as connection:
        for kind in KINDS:
            schemas = connection.execute(f'SELECT DISTINCT schema FROM "r_{kind.name}"').fetchall()
            assert schemas in ([], [(kind.schema,)])
    connection.close()


def test_ended_rows_lose_their_conversation(folder: Path, app: App) -> None:
    """After a renaming, ended rows no longer name their conversation; an interrupted run resumes, and the journal stays
    consistent.
    """
    operator = UnsafeLocalUsers(app).appoint("Vận hành", "hoa-lu", "operator")
    conversation_ids = {record.id for record in app.internals.context.storage.maintenance.scan(CONVERSATION.name)}
    queues = app.internals.context.storage.queues
    rows = {row.id for row in queues.outbox(CLOSED, limit=1000)}
    list(islice(rename_rows(app.internals.runner, operator, batch=1), 2))
    list(rename_rows(app.internals.runner, operator))
    assert {progress.rewritten for progress in rename_rows(app.internals.runner, operator)} <= {0}
    assert conversation_ids.isdisjoint(
        row for (row,) in query_file(folder, "SELECT conversation FROM inbox WHERE state = 'done'")
    )
    ended = query_file(folder, "SELECT conversation, scope FROM outbox WHERE state IN ('delivered', 'cancelled')")
    assert not [row for row in ended if any(id in cell for id in conversation_ids for cell in row)]
    assert {row.id for row in queues.outbox(CLOSED, limit=1000)} == rows
    assert [*find_mismatches(app.internals.context)] == []


def test_reindex_encrypts_messages_by_case_keys(app: App) -> None:
    """A reindex moves messages from the conversation's key to their case's, except those with files or of purged
    cases.
    """
    operator = UnsafeLocalUsers(app).appoint("Vận hành", "hoa-lu", "operator")
    list(reindex(app.internals.runner, operator, KINDS))
    ring = app.internals.context.storage.keyring
    records = app.internals.context.storage.maintenance.scan(MESSAGE.name)
    linked = [record for record in records if record.columns["case"] and ring.get(str(record.columns["case"]))]
    assert linked
    left = [record for record in linked if record.scope != record.columns["case"]]
    assert all(MESSAGE.stays_sealed(message) for message in app.internals.context.iter_readable(MESSAGE, left))


def test_old_file_gets_todays_schema(folder: Path) -> None:
    """Tables, columns and indexes of a migrated file equal those of a new file."""
    fresh = folder / "fresh"
    fresh.mkdir()
    for place in (folder, fresh):
        dump_folder(place)
    assert query_file(folder, _REVISION) == [(REVISIONS[-1],)]
    for question in (_COLUMNS, "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY 1"):
        assert query_file(folder, question) == query_file(fresh, question)


def test_every_body_schema_has_an_upcaster() -> None:
    """A kind at schema n has an upcaster from each earlier schema, and the released databases have a body of each to
    test it.
    """
    stored: dict[str, set[int]] = {kind.name: set() for kind in KINDS}
    for name in FOLDERS:
        with sqlite3.connect(":memory:") as connection:
            connection.deserialize(read_database(name))
            for kind in KINDS:
                stored[kind.name].update(schema for (schema,) in _list_schemas(connection, kind.name))
        connection.close()
    for kind in KINDS:
        earlier = set(range(1, kind.schema))
        assert set(kind.upcasters) == earlier
        assert earlier <= stored[kind.name], f"{kind.name}: keep a database with a body of each earlier schema"
        assert max(stored[kind.name], default=1) <= kind.schema


def _list_schemas(connection: sqlite3.Connection, kind: str) -> list[tuple[int]]:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (f"r_{kind}",)).fetchone():
        return []
    return connection.execute(f'SELECT DISTINCT schema FROM "r_{kind}"').fetchall()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork")
@pytest.mark.parametrize("folder", OLDER, indirect=True)
def test_killed_migration_changes_nothing(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """After a kill at any statement of a migration, the next start finds the file unchanged and migrates it.

    The process is killed before each of the first statements, then before every seventh: a migration has one commit, so
    the exact statement hardly matters.
    """
    untouched = Path(shutil.copytree(folder, tmp_path_factory.mktemp("untouched"), dirs_exist_ok=True))
    expected = dump_folder(untouched)
    revision = query_file(folder, _REVISION)
    tables = query_file(folder, _TABLES)
    number = 1
    while _migrate_until(folder / "anninh.db", number) == signal.SIGKILL:
        assert query_file(folder, _REVISION) == revision
        assert query_file(folder, _TABLES) == tables
        number += 1 if number < 10 else 7
    assert number > 3
    assert query_file(folder, _REVISION) == [(REVISIONS[-1],)]
    assert dump_folder(folder) == expected


def _migrate_until(path: Path, statements: int) -> int:
    """Migrate a file in a process that is killed before statement number `statements`; return the exit status."""
    child = os.fork()
    if not child:
        code = 1
        try:
            left = [None] * (statements - 1)

            def connect_and_count(path: Path) -> sqlite3.Connection:
                connection = connect(path)
                connection.set_trace_callback(lambda _: left.pop() if left else os.kill(os.getpid(), signal.SIGKILL))
                return connection

            # The patch is never undone, as this process ends here.
            pytest.MonkeyPatch().setattr(migrate, "connect", connect_and_count)
            migrate.migrate(path)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL)
    return status


@pytest.mark.slow
@pytest.mark.parametrize("server", ["postgres", "postgres_old"])
def test_old_revision_migrates_on_a_server(request: pytest.FixtureRequest, folder: Path, server: str) -> None:
    """On PostgreSQL rows stored at an old revision are the same after the migrations, and so are the tables."""
    running: Server = request.getfixturevalue(server)
    url = running.create_database()
    fresh = running.create_database()
    try:
        _store_at_old_revision(url, folder)
        assert dump_rows(PostgresStorage(url)) == dump_folder(folder)
        dump_rows(PostgresStorage(fresh))
        for question in (_SERVER_COLUMNS, "SELECT indexname, indexdef FROM pg_indexes ORDER BY 1"):
            assert _query_server(url, question) == _query_server(fresh, question)
    finally:
        running.drop_database(url)
        running.drop_database(fresh)


def _query_server(url: str, question: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(question.encode()).fetchall()


def _store_at_old_revision(url: str, folder: Path) -> None:
    """Create the tables of a file's revision and kinds on a PostgreSQL server, and copy the file's rows there."""
    ((revision,),) = query_file(folder, _REVISION)
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=pool.NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    database = PostgresDatabase(url)
    database.open()
    for spec in SPECS:
        database.change(KindTable(spec, database).prepare)
    database.close()
    with psycopg.connect(url) as connection:
        server_tables = {
            name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
        for (table,) in query_file(folder, "SELECT name FROM sqlite_master WHERE type = 'table'"):
            # SQLite's search index has tables that a server doesn't have.
            if table in server_tables - {"alembic_version"}:
                _copy_table(connection, table, folder)


def _copy_table(server: "psycopg.Connection[Any]", table: str, folder: Path) -> None:
    kinds = server.execute(
        "SELECT attname, format_type(atttypid, NULL) = 'boolean' FROM pg_attribute WHERE attrelid = %s::regclass",
        (f'"{table}"',),
    ).fetchall()
    true = {name for name, is_bool in kinds if is_bool}
    columns = [row[1] for row in query_file(folder, f'PRAGMA table_info("{table}")') if row[1] in dict(kinds)]
    names = ", ".join(f'"{name}"' for name in columns)
    rows = [
        [bool(value) if name in true and value is not None else value for name, value in zip(columns, row, strict=True)]
        for row in query_file(folder, f'SELECT {names} FROM "{table}"')
    ]
    server.execute(f'DELETE FROM "{table}"'.encode())
    with server.cursor() as cursor:
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})'.encode(), rows)
