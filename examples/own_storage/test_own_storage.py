"""Tests of the storage by the kit's rules. Run them with `pytest --kit-step 2`, which selects the rules for the members
that exist.
"""
# ruff: noqa: D101, D102  the kit describes its fixtures

from functools import partial
from pathlib import Path

import pytest
from own_storage import OwnStorage

from anninh_core.testing.kits import StorageConformance


class TestOwnStorage(StorageConformance):
    @pytest.fixture
    def storage_factory(self, tmp_path: Path) -> "partial[OwnStorage]":
        return partial(OwnStorage, tmp_path / "own.db")
