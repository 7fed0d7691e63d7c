"""The storage held to its kit, and the plugin to that of plugins."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from anninh_core.ports import Storage
from anninh_core.testing.kits import PluginConformance, StorageConformance

from anninh_call_list import CallListStorage


class TestCallListStorage(StorageConformance):
    """Everything a storage owes, rule by rule."""

    @pytest.fixture
    def storage_factory(self, tmp_path: Path) -> Callable[[], Storage]:
        """Make storages in one place that is empty at first; other processes make them too."""
        return partial(CallListStorage, f"call_list:///{tmp_path}/kept.db")


class TestPlugin(PluginConformance):
    """It loads, and importing it does nothing."""

    @pytest.fixture
    def plugin(self) -> object:
        """Return the name of the entry point."""
        return "call_list"
