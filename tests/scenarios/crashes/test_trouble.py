"""While the storage accepts no writes, an event that isn't stored isn't acknowledged, and work resumes once the trouble
is over.

The engine itself reports a full or a read-only disk, without such a disk: by SQLite's own limit of pages and its ban on
writing, and on PostgreSQL by a trigger that raises `disk_full` and the server's setting for read-only transactions.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from tests.scenarios.crashes.conftest import THEFT, CrashTown
from tests.scenarios.crashes.world import LEASE, CrashWorld
from tests.support.postgres.server import Server
from tests.support.proxy import Proxy

from anninh_core.kernel.errors import StorageBusy, StorageError
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.testing.mock.account import MockAccount
from anninh_core.worker import worker
from anninh_storage.postgres import connection as postgres_connection
from anninh_storage.sql.database import Database
from anninh_storage.sql.storage import SqlStorage
from anninh_storage.sqlite import connection as sqlite_connection

pytestmark = pytest.mark.slow

LONG = f"{THEFT}. {'Xe màu xanh. ' * 1000}"
PATIENCE = 60.0
Trouble = Callable[[CrashTown], AbstractContextManager[None]]


def execute_directly(town: CrashTown, *statements: str) -> None:
    with psycopg.connect(town.world.url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def is_sqlite(town: CrashTown) -> bool:
    return town.world.url.startswith("sqlite:")


def get_database(town: CrashTown) -> Database:
    storage = town.app.internals.context.storage
    assert isinstance(storage, SqlStorage)
    return storage.database


def get_writer(town: CrashTown) -> sqlite3.Connection:
    """Return the connection with which the app writes to its SQLite file."""
    connection: sqlite3.Connection = get_database(town).change(lambda connection: connection)  # type: ignore[assignment]
    return connection


@contextmanager
def full(town: CrashTown) -> Iterator[None]:
    if is_sqlite(town):
        connection = get_writer(town)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        yield
        # The limit needn't be restored exactly, since the file is deleted with its test.
        connection.execute("PRAGMA max_page_count = 1000000")
        return
    raising = "BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END"
    execute_directly(
        town,
        f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ {raising} $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON inbox EXECUTE FUNCTION full_disk()",
    )
    yield
    execute_directly(town, "DROP FUNCTION full_disk CASCADE")


@contextmanager
def read_only_storage(town: CrashTown) -> Iterator[None]:
    if is_sqlite(town):
        connection = get_writer(town)
        connection.execute("PRAGMA query_only = ON")
        yield
        connection.execute("PRAGMA query_only = OFF")
        return
    set_read_only(town, "on")
    try:
        yield
    finally:
        set_read_only(town, "off")  # The setting is restored, since the server serves other tests too.


def set_read_only(town: CrashTown, value: str) -> None:
    """Change the server's default for read-only transactions, and return when the app's own connection has the new
    value.
    """
    execute_directly(town, f"ALTER SYSTEM SET default_transaction_read_only = {value}", "SELECT pg_reload_conf()")
    with get_database(town).reader() as connection:
        while connection.execute("SHOW default_transaction_read_only").fetchone() != (value,):
            pass


@contextmanager
def locked_storage(town: CrashTown) -> Iterator[None]:
    """Hold the lock that every writer needs, as another program would."""
    if is_sqlite(town):
        with closing(sqlite3.connect(town.world.folder / "anninh.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(town.world.url, autocommit=True) as held:
        held.execute("SELECT pg_advisory_lock(hashtext('anninh'), hashtext(current_schema()))")
        yield


@pytest.fixture(autouse=True)
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the timeouts for locks and the pause after a failure."""
    monkeypatch.setattr(sqlite_connection, "PATIENCE_S", 0.0)
    monkeypatch.setattr(postgres_connection, "PATIENCE_S", 1.0)
    monkeypatch.setattr(worker, "RECOVERY_PAUSE", timedelta(milliseconds=1))


@pytest.mark.parametrize(
    ("trouble", "error", "sentence"),
    [
        (full, StorageError, "disk"),
        (read_only_storage, StorageError, r"can't be written|accepts no writes"),
        (locked_storage, StorageBusy, r"stayed locked|gave no connection or lock"),
    ],
)
def test_unstored_event_is_not_acknowledged(
    town: CrashTown, trouble: Trouble, error: type[Exception], sentence: str
) -> None:
    """The error names the cause and nothing of the event is stored; when the event is delivered again, it is accepted
    once.
    """
    event = town.send_message("Thử An", LONG)
    with trouble(town), pytest.raises(error, match=sentence):
        town.app.intake.accept("oa", event)
    assert town.app.intake.accept("oa", event) is Accepted.STORED
    town.app.worker.drain()
    assert town.hears("Thử An") == 1
    assert town.is_whole()


class RestHandler(logging.Handler):
    """A log handler that sets a flag when the worker logs that it rests."""

    def __init__(self) -> None:
        super().__init__()
        self.rested = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if "rests" in record.getMessage():
            self.rested.set()


@contextmanager
def running_worker(
    town: CrashTown, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Run the worker inside a `with`, and yield two flags: the worker has rested, and a message was sent."""
    noted = RestHandler()
    sent = threading.Event()
    sound = MockAccount.send

    def send_and_flag(*args: Any, **kwargs: Any) -> Any:
        message = sound(*args, **kwargs)
        sent.set()
        return message

    monkeypatch.setattr(MockAccount, "send", send_and_flag)
    logger = logging.getLogger(worker.__name__)
    logger.addHandler(noted)
    thread = threading.Thread(target=town.app.worker.run, args=(timedelta(milliseconds=5),))
    thread.start()
    try:
        yield noted.rested, sent
    finally:
        town.app.worker.stop()
        thread.join(PATIENCE)
        logger.removeHandler(noted)
    assert not thread.is_alive()


@pytest.mark.parametrize("trouble", [read_only_storage, locked_storage])
def test_worker_waits_for_storage(town: CrashTown, trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker neither dies nor spins while the storage accepts no writes, and resumes on its own afterwards."""
    with running_worker(town, monkeypatch) as (rested, sent):
        with trouble(town):
            assert rested.wait(PATIENCE)
        town.send_and_accept("Thử An")
        assert sent.wait(PATIENCE)
    town.app.worker.drain()
    assert town.hears("Thử An") == 1


def test_worker_survives_database_outage(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker survives an outage of its database, and resumes with the rows it had claimed before."""
    with Server(in_memory=True) as server:
        world = CrashWorld(tmp_path, server.create_database(), 0)
        with world.open(1) as app:
            town = CrashTown(world, app, world.chat)
            town.send_and_accept("Thử An")
            with running_worker(town, monkeypatch) as (rested, sent):
                assert sent.wait(PATIENCE)
                server.kill()
                assert rested.wait(PATIENCE)
                server.start()
                sent.clear()
                _deliver_until_accepted(town, "Thử Bình")
                assert sent.wait(PATIENCE)
            world.clock.advance(LEASE)
            app.worker.drain()
            assert [town.hears(name) for name in ("Thử An", "Thử Bình")] == [1, 1]
            assert town.is_whole()


def _deliver_until_accepted(town: CrashTown, name: str) -> None:
    """Deliver an event repeatedly until it is accepted, as a platform does."""
    event = town.send_message(name)
    late = 100
    while late:
        try:
            assert town.app.intake.accept("oa", event) in Accepted
        except StorageError:
            late -= 1
        else:
            return
    raise AssertionError("it was never taken")


@pytest.fixture
def town_and_proxy(postgres: Server, postgres_url: str, tmp_path: Any) -> Iterator[tuple[CrashTown, Proxy]]:
    """An app on PostgreSQL that is connected through a proxy, and this proxy."""
    with Proxy(postgres.port) as proxy:
        world = CrashWorld(tmp_path, postgres_url.replace(f":{postgres.port}/", f":{proxy.port}/"), 0)
        with world.open(1) as app:
            yield CrashTown(world, app, world.chat), proxy


@pytest.mark.parametrize("step", ["inbox_settled", "outbox_settled"])
@pytest.mark.parametrize("order", ["before", "after"])
def test_broken_commit_has_one_effect(
    town_and_proxy: tuple[CrashTown, Proxy], monkeypatch: pytest.MonkeyPatch, step: str, order: str
) -> None:
    """A connection that breaks before or after the commit causes one tip and one receipt."""
    town, proxy = town_and_proxy
    town.send_and_accept("Thử An")
    cuts = _cut_first_commit(town, proxy, monkeypatch, step, order)
    for _ in range(3):
        _drain_despite_failure(town)
        town.world.clock.advance(LEASE)
    assert cuts == [order]
    storage = town.app.internals.context.storage
    assert storage.queues.depth() == {"inbox.done": 1, "outbox.delivered": 1}
    assert len(list(storage.maintenance.scan("tip"))) == town.hears("Thử An") == 1
    assert town.is_whole()


def _cut_first_commit(
    town: CrashTown, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, step: str, order: str
) -> list[str]:
    """Break the connection at the first commit with `step`, and return the list of cuts, which grows when the
    connection breaks.
    """
    storage = town.app.internals.context.storage
    cuts = list[str]()
    sound = storage.commit

    def decide_cut(piece: bytes) -> str:
        if b"COMMIT" not in piece or cuts:
            return ""
        cuts.append(order)
        return order

    def watch_and_commit(changes: Any) -> Any:
        if any(getattr(change, step) for change in changes):
            proxy.watch = decide_cut
        return sound(changes)

    monkeypatch.setattr(storage, "commit", watch_and_commit)
    return cuts


def _drain_despite_failure(town: CrashTown) -> None:
    """Drain the queues as a running worker does, a second time after a failure."""
    try:
        town.app.worker.drain()
    except StorageError:
        town.app.worker.drain()
