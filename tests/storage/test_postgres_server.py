"""Rules for which databases the PostgreSQL storage opens or refuses, and how it handles a failing server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from tests.support.forking import store_in_a_fork
from tests.support.postgres.server import Server
from tests.support.proxy import Proxy

from anninh_core.kernel.errors import BadInput, NewerDatabase, StorageBusy, StorageError
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing.kits.storage.base import (
    NOW,
    SPECS,
    TTL,
    change,
    commit,
    commit_records,
    find_all,
    item,
    outbox_row,
    tip,
)
from anninh_storage import PostgresStorage
from anninh_storage.postgres import database


def open_storage(url: str) -> PostgresStorage:
    storage = PostgresStorage(url)
    storage.prepare(SPECS)
    return storage


def execute_directly(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def storage(postgres_url: str) -> Iterator[PostgresStorage]:
    storage = open_storage(postgres_url)
    yield storage
    storage.close()


@pytest.mark.parametrize("url", ["", "sqlite:///x.db", "postgresql//x", "postgresql://x?what=1"])
def test_invalid_url_is_refused(url: str) -> None:
    """A URL that the driver can't parse is refused with a valid example."""
    with pytest.raises(BadInput, match="PostgreSQL URL"):
        PostgresStorage(url)


def test_password_is_not_shown(postgres_url: str) -> None:
    """A refusal names the database and the host, and not the password."""
    with pytest.raises(StorageError, match=r"database 'test_.*' on 127\.0\.0\.1") as refused:
        open_storage(postgres_url.replace("postgres:", "postgres:geheim", 1))
    assert "geheim" not in str(refused.value)


def test_missing_database_is_reported(postgres: Server) -> None:
    """A missing database is reported by name."""
    with pytest.raises(StorageError, match=r"database 'nowhere' on 127\.0\.0\.1"):
        open_storage(postgres.url_of("nowhere"))


def test_unreachable_server_is_reported() -> None:
    """An unreachable server is reported by its address."""
    with pytest.raises(StorageError, match=r"database 'x' on 127\.0\.0\.1: it can't be reached"):
        open_storage("postgresql://127.0.0.1:1/x")


def test_newer_database_is_refused(storage: PostgresStorage, postgres_url: str) -> None:
    """A database of an unknown revision is refused by name and revision, with a remedy."""
    storage.close()
    execute_directly(postgres_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase, match=r"has revision 9999.*update anninh"):
        open_storage(postgres_url)


def test_foreign_database_is_refused(postgres_url: str) -> None:
    """A database of another program is refused and left as it is."""
    execute_directly(postgres_url, "CREATE TABLE cats (name TEXT)")
    with pytest.raises(StorageError, match="another program"):
        open_storage(postgres_url)


def test_two_schemas_are_separate(postgres_url: str) -> None:
    """Two authorities use two schemas of one database without seeing each other's records."""
    storages = []
    for name in ("hoa_lu", "gia_vien"):
        execute_directly(postgres_url, f"CREATE SCHEMA {name}")
        storages.append(open_storage(f"{postgres_url}?options=-csearch_path%3D{name}"))
        commit_records(storages[-1], tip(name))
    assert [find_all(storage) for storage in storages] == [["hoa_lu"], ["gia_vien"]]
    for storage in storages:
        storage.close()


def test_missing_schema_is_reported(postgres_url: str) -> None:
    """A missing schema is reported."""
    with pytest.raises(StorageError, match="no schema"):
        open_storage(f"{postgres_url}?options=-csearch_path%3Dnowhere")


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_unstorable_text_is_refused(storage: PostgresStorage, text: str) -> None:
    """A text that the server can't store is refused as the caller's error, and nothing of its batch is stored."""
    with pytest.raises(BadInput, match="refused a value"):
        commit(storage, change(item("i1"), request=text))
    assert storage.records.get("kit_item", "i1") is None


def test_reopened_kinds_keep_their_columns(storage: PostgresStorage, postgres_url: str) -> None:
    """A second opening with the same kinds leaves their columns unchanged."""
    again = open_storage(postgres_url)
    commit_records(again, tip("t1"))
    assert find_all(storage) == ["t1"]
    again.close()


def test_forked_process_has_own_connections(storage: PostgresStorage) -> None:
    """A forked process uses the database with connections of its own, and doesn't disturb the parent."""
    commit_records(storage, tip("t1"))
    assert store_in_a_fork(storage, "t2") == 0
    commit_records(storage, tip("t3"))
    assert find_all(storage) == ["t3", "t2", "t1"]
    assert storage.maintenance.check() == []


def test_many_writers_lose_nothing(postgres_url: str) -> None:
    """Four concurrent writers to the same records and conversations neither block each other nor lose a change."""
    storages = [open_storage(postgres_url) for _ in range(4)]

    def write(number: int) -> int:
        kept = 0
        for turn in range(25):
            rows = tuple(outbox_row(f"{number}-{turn:02}-{to}", to) for to in ("c1", "c2"))
            changed = [change(tip(f"t{turn}"), outbox=rows), change(tip(f"own-{number}-{turn}"))]
            kept += commit(storages[number], *changed).count(Outcome.COMMITTED)
            storages[number].queues.claim_outbox(NOW, TTL, 3)
        return kept

    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(write, range(4)))
    assert sum(kept) == 25 + 100  # Each shared record was created by only one of the four writers.
    assert storages[0].journal.head()[0] == 125
    assert len(storages[0].queues.outbox(limit=1000)) == 50
    assert storages[0].maintenance.check() == []
    for storage in storages:
        storage.close()


def test_concurrent_claims_share_rows(postgres_url: str) -> None:
    """Concurrent claims share the rows: each row goes to one program."""
    storages = [open_storage(postgres_url) for _ in range(4)]
    commit(storages[0], ChangeSet(outbox=tuple(outbox_row(f"{n:03}", f"c{n}") for n in range(200))))
    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(_claim_all, storages))
    names = [name for part in claimed for name in part]
    assert sorted(names) == [f"{n:03}" for n in range(200)]
    for storage in storages:
        storage.close()


def _claim_all(storage: PostgresStorage) -> list[str]:
    names: list[str] = []
    while rows := storage.queues.claim_outbox(NOW, TTL, 7):
        names += [row.id for row in rows]
    return names


@pytest.fixture
def proxied_storage(postgres: Server, postgres_url: str) -> Iterator[tuple[PostgresStorage, Proxy]]:
    """A storage that is connected through a proxy, and the proxy."""
    with Proxy(postgres.port) as proxy:
        storage = open_storage(postgres_url.replace(f":{postgres.port}/", f":{proxy.port}/"))
        yield storage, proxy
        storage.close()


class CommitCutter:
    """Orders the proxy to cut the connection at the next commit, but at no later one."""

    def __init__(self, order: str) -> None:
        self.order = order

    def __call__(self, piece: bytes) -> str:
        if b"COMMIT" not in piece:
            return ""
        order, self.order = self.order, ""
        return order


def test_commit_without_response_is_recognised(proxied_storage: tuple[PostgresStorage, Proxy]) -> None:
    """If the response to a commit is lost, the commit is recognised as done, its caller is informed, and it isn't done
    twice.
    """
    storage, proxy = proxied_storage
    proxy.watch = CommitCutter("after")
    assert commit(storage, change(tip("t1"), request="r1")) == [Outcome.COMMITTED]
    proxy.watch = lambda _: ""
    assert find_all(storage) == ["t1"]
    assert commit(storage, change(tip("t2"), request="r1")) == [Outcome.DUPLICATE]


def test_lost_commit_is_recognised(proxied_storage: tuple[PostgresStorage, Proxy]) -> None:
    """A commit that never reached the server is recognised as not done, and may be tried again."""
    storage, proxy = proxied_storage
    proxy.watch = CommitCutter("before")
    with pytest.raises(StorageBusy, match="nothing of it was saved: try again"):
        commit(storage, change(tip("t1")))
    assert find_all(storage) == []
    commit_records(storage, tip("t1"))


def test_unknown_fate_is_reported(
    proxied_storage: tuple[PostgresStorage, Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the server stays unreachable, the error names the fate of the commit as unknown."""
    storage, proxy = proxied_storage
    monkeypatch.setattr(database, "PATIENCE_S", 0.0)
    proxy.watch = CommitCutter("before")
    with pytest.raises(StorageError, match="whether it was saved can't be determined: bring the server back"):
        commit(storage, change(tip("t1")))


def test_storage_recovers_after_a_restart(storage: PostgresStorage, postgres_url: str) -> None:
    """After the server ended every connection, the first call may fail, and the next calls work."""
    commit_records(storage, tip("t1"))
    mine = "datname = current_database() AND pid <> pg_backend_pid()"
    execute_directly(postgres_url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}")
    with pytest.raises(StorageError, match="it can't be reached, or it failed"):
        find_all(storage)
    commit_records(storage, tip("t2"))
    storage.queues.wait(timedelta())
    assert find_all(storage) == ["t2", "t1"]
