"""Fixtures for scenarios with cases: the district at two in the morning or in office hours, on each storage."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from tests.scenarios.cases.duty_bench import DutyBench
from tests.scenarios.cases.life_bench import CaseDesk, open_desk
from tests.support.postgres.server import Server

from anninh_core.domain.index_specs import SPECS
from anninh_core.kernel.dates import VIETNAM
from anninh_core.plugins import Plugins
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import Dialog, FixedClock, MockChat, memory_app, pump
from anninh_core.testing.memory import MemoryStorage


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables but no records, to copy for each test, since creating the tables takes longer than
    most of these tests.
    """
    path = tmp_path_factory.mktemp("empty") / "anninh.db"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def empty_database(postgres: Server) -> str:
    """Name of a PostgreSQL database with all tables but no records, to copy for each test."""
    url = postgres.create_database()
    _create_tables(url)
    return url.rpartition("/")[2]


def _create_tables(url: str) -> None:
    storage = Plugins().open_storage(url)
    storage.prepare(SPECS)
    storage.close()


@contextmanager
def open_storage(request: pytest.FixtureRequest, folder: Path) -> Iterator[Storage]:
    """Open an empty storage of the requested engine for a test."""
    if request.param == "memory":
        yield MemoryStorage()
    elif request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("empty_file"), folder / "anninh.db")
        yield Plugins().open_storage(f"sqlite:///{path}")
    else:
        server: Server = request.getfixturevalue("postgres")
        url = server.create_database(template=request.getfixturevalue("empty_database"))
        yield Plugins().open_storage(url)
        server.drop_database(url)


@pytest.fixture(params=["memory", *(pytest.param(name, marks=pytest.mark.slow) for name in ("sqlite", "postgres"))])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """An empty storage of each engine in turn."""
    with open_storage(request, tmp_path) as opened:
        yield opened


@pytest.fixture
def duty(storage: Storage, mock_chat: MockChat, anninh_clock: FixedClock) -> Iterator[DutyBench]:
    """The district on Saturday, 18 September 2021, at two in the morning."""
    anninh_clock.set(datetime(2021, 9, 18, 2, tzinfo=VIETNAM))
    with memory_app(mock_chat, clock=anninh_clock, storage=storage) as app:
        yield DutyBench.of(app, mock_chat, anninh_clock, Dialog(mock_chat, partial(pump, app, mock_chat)))


@pytest.fixture
def desk(storage: Storage) -> Iterator[CaseDesk]:
    """Officers in office hours, on Wednesday, 1 September 2021."""
    with open_desk(storage) as opened:
        yield opened
