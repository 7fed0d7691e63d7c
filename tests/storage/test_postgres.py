"""The PostgreSQL storage keeps every rule of the storage port, on the newest server and on the oldest."""

from collections.abc import Iterator
from functools import partial

import pytest
from tests.support.postgres.server import Server

from anninh_core.testing.kits.storage.base import Factory
from anninh_core.testing.kits.storage.conformance import StorageConformance
from anninh_storage import PostgresStorage


@pytest.fixture(scope="module")
def template_database(postgres: Server) -> str:
    """Name of a database that has the fixed tables and is used as a template."""
    return _create_template(postgres)


@pytest.fixture(scope="module")
def old_template_database(postgres_old: Server) -> str:
    """Name of a template database with the fixed tables on the oldest server."""
    return _create_template(postgres_old)


def _create_template(server: Server) -> str:
    url = server.create_database()
    storage = PostgresStorage(url)
    storage.prepare([])
    storage.close()
    return url.rpartition("/")[2]


@pytest.mark.slow
class TestPostgresStorage(StorageConformance):
    @pytest.fixture
    def storage_factory(self, postgres: Server, template_database: str) -> Iterator[Factory]:
        url = postgres.create_database(template=template_database)
        yield partial(PostgresStorage, url)
        postgres.drop_database(url)


@pytest.mark.slow
class TestOldPostgresStorage(StorageConformance):
    @pytest.fixture
    def storage_factory(self, postgres_old: Server, old_template_database: str) -> Iterator[Factory]:
        url = postgres_old.create_database(template=old_template_database)
        yield partial(PostgresStorage, url)
        postgres_old.drop_database(url)
