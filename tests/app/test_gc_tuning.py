"""Garbage in programs that run for long."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from anninh_core.app.gc_tuning import tune_gc


class Node:
    """Something that can hold itself."""

    me: "Node | None" = None


@pytest.fixture
def restored() -> Iterator[None]:
    """Leave the interpreter of the other tests as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("restored")
def test_what_is_loaded_is_left_alone_and_new_garbage_goes() -> None:
    """What was there is frozen, the next look comes later than before, and a cycle made afterwards is collected."""
    before = gc.get_threshold()
    tune_gc()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] > before[0]

    node = Node()
    node.me = node
    gone = weakref.ref(node)
    del node
    gc.collect()
    assert gone() is None
