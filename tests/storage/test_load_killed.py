"""A process that dies while it loads a dump leaves the storage empty."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import SPECS
from anninh_core.testing.kits.storage.dump import assert_empty, dump_rows, fill_storage, make_storage
from anninh_storage import PostgresStorage, SqliteStorage

pytestmark = pytest.mark.slow

LOADER = """
import os, signal, sys
from anninh_core.testing.kits.storage.base import SPECS
from anninh_core.testing.kits.storage.dump import dump_rows, fill_storage, make_storage
from anninh_storage import PostgresStorage, SqliteStorage

url, last = sys.argv[1], int(sys.argv[2])
storage = (SqliteStorage if url.startswith("sqlite") else PostgresStorage)(url)
storage.prepare(SPECS)

def rows():
    for number, row in enumerate(dump_rows(fill_storage(make_storage()))):
        if number == last:
            os.kill(os.getpid(), signal.SIGKILL)
        yield row

storage.maintenance.load(rows())
"""


def kill_and_load(storage: Storage, url: str) -> None:
    """Kill loading processes at several rows, check that the storage stays empty, then load all rows."""
    rows = dump_rows(fill_storage(make_storage()))
    for last in (1, len(rows) // 2, len(rows) - 1):
        result = subprocess.run([sys.executable, "-c", LOADER, url, str(last)], check=False, timeout=120)
        assert result.returncode == -signal.SIGKILL
        assert_empty(storage)
    storage.maintenance.load(rows)
    assert dump_rows(storage) == rows
    storage.close()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_load_leaves_sqlite_empty(tmp_path: Path) -> None:
    """A SQLite file is empty after a killed load, and can be loaded at once."""
    url = f"sqlite:///{tmp_path / 'anninh.db'}"
    storage = SqliteStorage(url)
    storage.prepare(SPECS)
    kill_and_load(storage, url)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_load_leaves_postgresql_empty(postgres_url: str) -> None:
    """A PostgreSQL database is empty after a killed load, and can be loaded at once."""
    storage = PostgresStorage(postgres_url)
    storage.prepare(SPECS)
    kill_and_load(storage, postgres_url)
