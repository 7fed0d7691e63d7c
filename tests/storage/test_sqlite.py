"""The SQLite storage keeps every rule of the storage port."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from anninh_core.testing.kits.storage.base import Factory
from anninh_core.testing.kits.storage.conformance import StorageConformance
from anninh_storage import SqliteStorage


@pytest.fixture(scope="module")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that has the fixed tables, to be copied for each test."""
    path = tmp_path_factory.mktemp("migrated") / "anninh.db"
    storage = SqliteStorage(f"sqlite:///{path}")
    storage.prepare([])
    storage.close()
    return path


class TestSqliteStorage(StorageConformance):
    @pytest.fixture
    def storage_factory(self, template_file: Path, tmp_path: Path) -> Factory:
        path = shutil.copy(template_file, tmp_path)
        return partial(SqliteStorage, f"sqlite:///{path}")
