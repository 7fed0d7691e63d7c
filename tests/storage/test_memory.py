"""The in-memory storage keeps every rule of the storage port."""

import pytest

from anninh_core.testing.kits.storage.base import Factory
from anninh_core.testing.kits.storage.conformance import StorageConformance
from anninh_core.testing.memory import MemoryStorage


class TestMemoryStorage(StorageConformance):
    @pytest.fixture
    def storage_factory(self) -> Factory:
        return MemoryStorage
