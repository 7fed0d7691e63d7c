"""Garbage collection in long-running programs."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from anninh_core.app.gc_tuning import tune_gc


class Node:
    """An object that can refer to itself."""

    me: "Node | None" = None


@pytest.fixture
def restored_settings() -> Iterator[None]:
    """Restores the interpreter's settings for other tests."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("restored_settings")
def test_loaded_objects_are_frozen() -> None:
    """Existing objects are frozen, collection runs less often, and a new cycle is still collected."""
    gc.set_threshold(700)
    tune_gc()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] > 700

    node = Node()
    node.me = node
    gone = weakref.ref(node)
    del node
    gc.collect()
    assert gone() is None
