"""A primary dies under load and its standby takes over: no acknowledged commit is lost, and the writers continue."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest
from tests.support.postgres.server import Server
from tests.support.postgres.standby import Standby

from anninh_core.app import Settings, open_app
from anninh_core.domain.audit.findings import AuditVerdict
from anninh_core.domain.audit.heads.head_file import parse_head_file
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled, Outcome, entry_from
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.kits.storage.base import (
    NOW,
    SPECS,
    TTL,
    change,
    entry,
    find_all,
    inbox_change,
    outbox_row,
    tip,
)
from anninh_storage import PostgresStorage

pytestmark = pytest.mark.slow

_PATIENCE = 120.0  # seconds for a failover; the writers retry without end


@pytest.fixture
def server_pair() -> Iterator[tuple[Server, Standby]]:
    """A primary and its synchronous standby; the primary acknowledges a commit only once the standby has it."""
    with Server(in_memory=True) as primary, Standby(primary, synchronous=True) as standby:
        yield primary, standby


class Writer:
    """Commits one record after the other until `stop` is set, and retries after every failure."""

    def __init__(self, url: str, name: str) -> None:
        self.storage = PostgresStorage(url)
        self.storage.prepare(SPECS)
        self.name = name
        self.acknowledged: list[str] = []
        self.doubtful: list[str] = []
        self.stop = Event()

    def run(self) -> None:
        turn = 0
        while not self.stop.is_set():
            turn += 1
            self._write(f"{self.name}-{turn:05}")

    def _write(self, id: str) -> None:
        """Write a record with its messages; a retry under the same request key finds out whether it was committed."""
        whole = change(
            tip(id), entry=entry(id), inbox=inbox_change(id).inbox, outbox=(outbox_row(id, self.name),), request=id
        )
        while not self.stop.is_set():
            try:
                (outcome,) = self.storage.commit([whole])
            except StorageError:
                self.doubtful.append(id)
                continue
            assert outcome in (Outcome.COMMITTED, Outcome.DUPLICATE)
            self.acknowledged.append(id)
            return


def _wait_for_records(writers: list[Writer], count: int) -> None:
    """Wait until each writer has `count` more acknowledged records; fail after `_PATIENCE`."""
    deadline = time.monotonic() + _PATIENCE
    targets = [len(writer.acknowledged) + count for writer in writers]
    while any(len(writer.acknowledged) < target for writer, target in zip(writers, targets, strict=True)):
        assert time.monotonic() < deadline, "the writers make no progress"
        writers[0].stop.wait(0.01)


def test_failover_loses_no_commit(server_pair: tuple[Server, Standby]) -> None:
    """After a failover every acknowledged change exists once and in order, and the journal's chain is whole."""
    primary, standby = server_pair
    primary.create_database("anninh")
    url = standby.url_of_writable("anninh")
    writers = [Writer(url, name) for name in ("a", "b", "c")]
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(writer.run) for writer in writers]
        try:
            _wait_for_records(writers, 20)
            primary.kill()
            standby.promote()
            _wait_for_records(writers, 20)
        finally:  # Also after a failure, because the process waits for these threads before it ends.
            for writer in writers:
                writer.stop.set()
        for future in running:
            future.result(60)
    acknowledged = {id for writer in writers for id in writer.acknowledged}
    storage = writers[0].storage
    kept = find_all(storage, limit=500)
    assert len(kept) == len(set(kept))
    assert acknowledged <= set(kept)
    assert set(kept) - acknowledged <= {id for writer in writers for id in writer.doubtful}
    assert storage.journal.head()[0] == len(kept) == len(storage.queues.outbox(limit=10_000))
    assert storage.maintenance.check() == []
    for writer in writers:
        sent = _settle_all(storage, writer.name)
        assert sent == sorted(sent), "messages of a conversation leave in the order in which they were committed"
    for writer in writers:
        writer.storage.close()


def _settle_all(storage: PostgresStorage, conversation: str) -> list[str]:
    """Settle all outbox rows one by one, and return the ids of a conversation's rows in the order of their settling."""
    sent_ids = []
    while rows := storage.queues.claim_outbox(NOW, TTL, 100):
        for row in rows:
            sent_ids.append(row.id)
            settlement = ChangeSet(outbox_settled=_build_delivery(row.id, row.token))
            assert list(storage.commit([settlement])) == [Outcome.COMMITTED]
    return [id for id in sent_ids if id.startswith(conversation)]


def _build_delivery(id: str, token: int) -> OutboxSettled:
    return OutboxSettled(id=id, token=token, state=OutboxState.DELIVERED, at=NOW)


def test_long_reads_go_to_a_standby(server_pair: tuple[Server, Standby]) -> None:
    """If a URL names several hosts, long reads that may lag behind go to a standby, and writes go to the primary."""
    primary, standby = server_pair
    primary.create_database("anninh")
    storage = PostgresStorage(standby.url_of_writable("anninh"))
    storage.prepare(SPECS)
    database = storage.database
    statement = "SELECT pg_is_in_recovery()"
    with database.replica_reader() as behind, database.reader() as ahead:
        assert [connection.execute(statement).fetchall() for connection in (behind, ahead)] == [[(True,)], [(False,)]]
    assert storage.maintenance.check() == []
    storage.close()


def test_lost_journal_lines_are_recorded(tmp_path: Path) -> None:
    """If a promoted standby lacks journal lines, the app writes an entry with reason, number and count of the lost
    lines.
    """
    settings = Settings(keys=str(tmp_path / "keys"), blobs=str(tmp_path / "blobs"))
    district = shipped_district()
    with Server(in_memory=True) as primary, Standby(primary) as standby:
        primary.create_database("anninh")
        url = standby.url_of_writable("anninh")
        with open_app(district, settings.model_copy(update={"storage": url})) as app:
            users = UnsafeLocalUsers(app)
            boss = users.appoint("Một", district.root, *district.roles)
            app.audit.sign_head(boss)
            _wait_for_replay(standby, primary)
            _disconnect_standby(standby)
            for number in range(3):
                users.appoint(f"Người {number}", district.root, "editor")
            app.audit.sign_head(boss)
            outside = parse_head_file(app.audit.export_heads(boss))
            app.worker.jobs["sign_heads"].run()
            primary.kill()
            standby.promote()
        with open_app(district, settings.model_copy(update={"storage": url})) as app:
            entry = entry_from(app.internals.context.storage.journal.read(2, 1)[0].content)
            assert [entry.facts[name] for name in ("reason", "seq", "lost")] == ["behind", 2, 4]
            report = app.audit.examine(boss, outside)
            assert (report.verdict, report.proven_to) == (AuditVerdict.BREAK, 1)


def _wait_for_replay(standby: Standby, primary: Server) -> None:
    """Return once the standby has replayed everything that the primary wrote."""
    with psycopg.connect(primary.url, autocommit=True) as there, psycopg.connect(standby.url, autocommit=True) as here:
        (written,) = there.execute("SELECT pg_current_wal_lsn()").fetchone() or ("",)
        while here.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [written]).fetchone() != (True,):
            Event().wait(0.01)


def _disconnect_standby(standby: Standby) -> None:
    """Disconnect the standby from the stream; it continues to answer queries."""
    with psycopg.connect(standby.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET primary_conninfo = ''")
        connection.execute("SELECT pg_reload_conf()")
        while connection.execute("SELECT count(*) FROM pg_stat_wal_receiver").fetchone() != (0,):
            Event().wait(0.01)
