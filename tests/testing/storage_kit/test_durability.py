"""The storage kit detects storages that falsely claim to be durable."""

from functools import partial
from itertools import count
from pathlib import Path

import pytest
from tests.testing.storage_kit.file_storages import CHANGES, Forgetful, PickledAtClose, PickledAtCommit, PickledStorage
from tests.testing.storage_kit.rules import Place, find_failure, rules
from tests.testing.storage_kit.shared_storages import CachedKeys, LeasesOfItsOwn, SharedStorage

from anninh_core.testing.kits.storage.base import Factory
from anninh_core.testing.kits.storage.dump import make_storage
from anninh_core.testing.kits.storage.durability.acts import ACTS, DurableAct
from anninh_core.testing.kits.storage.durability.observation import find_differences
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.memory.tables import Tables

KILLED = "S-220"
QUICK = ("queues.start", "keyring.destroy")
"""Methods whose loss is tested by default; the others together are slow."""


def shared(storage: type[SharedStorage]) -> Place:
    """Return a maker of factories for a storage class whose instances share their dictionaries."""

    def place() -> Factory:
        return partial(storage, Tables())

    return place


def places(folder: Path, storage: type[PickledAtCommit], *forgets: str) -> Place:
    """Return a maker of factories for a storage class, each factory with a file of its own."""
    numbers = count()
    return lambda: partial(storage, folder / f"{next(numbers)}", *forgets)


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_each_act_changes_something(act: DurableAct) -> None:
    """Each act of the durability rules changes the stored data."""
    before, after = make_storage(), make_storage()
    for storage in (before, after):
        act.before(storage)
    act.last(after)
    assert find_differences(before, after) != []


@pytest.mark.slow
def test_honest_file_storage_passes(tmp_path: Path) -> None:
    """A storage that writes its file after each change passes every rule except those about several processes."""
    place = places(tmp_path, PickledStorage)
    failed = {number for number in rules() if find_failure(number, place)}
    assert failed == {"S-222", "S-223"}  # skipped: one process reads the file


@pytest.mark.slow
def test_storage_that_keeps_only_commits_fails(tmp_path: Path) -> None:
    """A storage that claims durability but keeps only commits fails exactly the rules about durability."""
    place = places(tmp_path, PickledAtCommit)
    failed = {number for number in rules() if find_failure(number, place)}
    assert failed == {"S-219", KILLED, "S-221", "S-222", "S-223", "S-230"}


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=() if path in QUICK else pytest.mark.slow) for path in CHANGES],
)
def test_one_lost_change_is_detected(tmp_path: Path, path: str) -> None:
    """The kit detects a storage that loses one kind of change at a restart."""
    rule = "S-230" if path == "maintenance.put_back" else "S-219"  # not every storage can put back
    assert isinstance(find_failure(rule, places(tmp_path, PickledStorage, path)), AssertionError)


@pytest.mark.slow
def test_storage_written_at_close_fails_when_killed(tmp_path: Path) -> None:
    """A storage that writes its file only when closed passes the rule about closing and fails the rule about a killed
    process.
    """
    place = places(tmp_path, PickledAtClose)
    assert find_failure("S-219", place) is None
    assert isinstance(find_failure(KILLED, place), AssertionError)


def test_storage_that_keeps_nothing_fails(tmp_path: Path) -> None:
    """A storage that claims durability and keeps nothing fails the simplest durability rule."""
    assert isinstance(find_failure("S-143", places(tmp_path, Forgetful)), AssertionError)


def test_private_caches_and_leases_are_detected() -> None:
    """The kit detects a storage that still serves a key destroyed by another process, or ignores the leases of
    others.
    """
    assert [find_failure(number, shared(SharedStorage)) for number in ("S-222", "S-223")] == [None, None]
    assert isinstance(find_failure("S-222", shared(CachedKeys)), AssertionError)
    assert isinstance(find_failure("S-223", shared(LeasesOfItsOwn)), AssertionError)


def test_unpicklable_factory_fails_with_advice(tmp_path: Path) -> None:
    """A factory that can't be passed to another process fails with a message that names a factory that can."""
    failure = find_failure(KILLED, lambda: lambda: PickledStorage(tmp_path / "file"))
    assert "let it give partial(MyStorage, url)" in str(failure)


def test_missing_members_are_named() -> None:
    """One rule names the missing members of a storage, and any other rule that needs such a member names it."""
    lacking = type("Lacking", (MemoryStorage,), {})
    storage = lacking()
    del storage.states
    assert str(find_failure("S-217", lambda: lambda: storage)).startswith("the storage lacks states (step 2): see ")
