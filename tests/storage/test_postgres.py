"""The PostgreSQL storage keeps every rule of the port, on the newest server and on the oldest."""

from collections.abc import Iterator
from functools import partial

import pytest
from tests.support.postgres.server import Server

from anninh_core.testing.kits.storage.base import Factory
from anninh_core.testing.kits.storage.conformance import StorageConformance
from anninh_storage import PostgresStorage


@pytest.fixture(scope="module")
def migrated(postgres: Server) -> str:
    """Name of a database with the fixed tables, used as a template."""
    return _migrated(postgres)


@pytest.fixture(scope="module")
def migrated_old(postgres_old: Server) -> str:
    """The same on the oldest server."""
    return _migrated(postgres_old)


def _migrated(server: Server) -> str:
    url = server.database()
    storage = PostgresStorage(url)
    storage.prepare([])
    storage.close()
    return url.rpartition("/")[2]


@pytest.mark.slow
class TestPostgresStorage(StorageConformance):
    @pytest.fixture
    def storage_factory(self, postgres: Server, migrated: str) -> Iterator[Factory]:
        url = postgres.database(template=migrated)
        yield partial(PostgresStorage, url)
        postgres.drop(url)


@pytest.mark.slow
class TestOldPostgresStorage(StorageConformance):
    @pytest.fixture
    def storage_factory(self, postgres_old: Server, migrated_old: str) -> Iterator[Factory]:
        url = postgres_old.database(template=migrated_old)
        yield partial(PostgresStorage, url)
        postgres_old.drop(url)
