"""The SQLite storage keeps every rule of the port."""

from pathlib import Path

import pytest

from anninh_core.testing.kits.storage import StorageConformance
from anninh_core.testing.kits.storage_base import Factory
from anninh_storage import SqliteStorage


class TestSqliteStorage(StorageConformance):
    @pytest.fixture
    def storage_factory(self, tmp_path: Path) -> Factory:
        return lambda: SqliteStorage(f"sqlite:///{tmp_path / 'anninh.db'}")
