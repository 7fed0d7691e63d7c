"""If the disk of PostgreSQL's tables is full but its log has room, neither commits nor trial writes succeed."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests.support.postgres.account import unprivileged_account
from tests.support.postgres.server import Server
from tests.support.small_disk import fill_disk, mount_small_disk

from anninh_core.kernel.errors import StorageFull
from anninh_core.testing.kits.storage.base import commit, inbox_change
from anninh_storage import PostgresStorage

pytestmark = pytest.mark.slow

_EVENT = b"x" * 1000


@pytest.fixture
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk that the server may use."""
    folder = unprivileged_account().new_folder()
    with mount_small_disk(folder, 40) as disk:
        unprivileged_account().take_ownership(disk)
        yield disk
    folder.rmdir()


@pytest.fixture
def url(postgres: Server, disk: Path) -> Iterator[str]:
    """The URL of a database whose tables are on the small disk."""
    url = postgres.create_database()
    name = sql.Identifier(url.rpartition("/")[2])
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(str(disk)))
        admin.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(name))
        yield url
        postgres.drop_database(url)
        admin.execute("DROP TABLESPACE small")


def _fill_inbox(storage: PostgresStorage) -> None:
    for number in range(10_000):
        commit(storage, inbox_change(f"e{number}", body=_EVENT))


def test_full_tablespace_refuses_writes(url: str, disk: Path) -> None:
    """Events and trial writes are refused for lack of space, until there is space again."""
    storage = PostgresStorage(url)
    storage.prepare([])
    storage.try_write()
    filler = fill_disk(disk)
    with pytest.raises(StorageFull):
        _fill_inbox(storage)
    for _ in range(3):
        with pytest.raises(StorageFull, match="free some space"):
            storage.try_write()
    filler.unlink()
    storage.try_write()
    commit(storage, inbox_change("later", body=_EVENT))
    storage.close()


def test_trial_writes_leave_nothing(postgres_url: str) -> None:
    """Repeated trial writes don't let the database grow."""
    storage = PostgresStorage(postgres_url)
    storage.prepare([])
    sizes = []
    for _ in range(2):
        for _ in range(200):
            storage.try_write()
        with psycopg.connect(postgres_url) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        sizes.append(row[0])
    storage.close()
    assert sizes[1] - sizes[0] < 32_768


def test_trial_write_needs_no_temporary_tables(postgres: Server, postgres_url: str) -> None:
    """A trial write succeeds with an account that may not create temporary tables."""
    name = postgres_url.rpartition("/")[2]
    owned = PostgresStorage(postgres_url)
    owned.prepare([])
    owned.close()
    account = f"guest_{name}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"REVOKE TEMP ON DATABASE {name} FROM PUBLIC")
        admin.execute(f"CREATE ROLE {account} LOGIN PASSWORD 'made-up'")
        admin.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {account}")
        storage = PostgresStorage(postgres_url.replace(f"postgres:{postgres.password}", f"{account}:made-up"))
        storage.prepare([])
        storage.try_write()
        storage.close()
        admin.execute(f"DROP OWNED BY {account}")
        admin.execute(f"DROP ROLE {account}")
