"""The storage kit isn't fooled by a storage that only says that it keeps everything."""

from functools import partial
from itertools import count
from pathlib import Path

import pytest
from tests.testing.storage_kit.file_storages import CHANGES, Forgetful, PickledAtClose, PickledAtCommit, PickledStorage
from tests.testing.storage_kit.rules import Place, find_failure, rules
from tests.testing.storage_kit.shared_storages import CachedKeys, LeasesOfItsOwn, SharedStorage

from anninh_core.testing.kits.storage.base import Factory
from anninh_core.testing.kits.storage.dump import make_storage
from anninh_core.testing.kits.storage.durability.acts import ACTS, KeptAct
from anninh_core.testing.kits.storage.durability.observation import find_differences
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.memory.tables import Tables

KILLED = "S-220"
QUICK = ("queues.start", "keyring.destroy")
"""Changes that are forgotten by default; the others take long together."""


def shared(storage: type[SharedStorage]) -> Place:
    """Return what makes factories of a storage whose openers share their dictionaries."""

    def place() -> Factory:
        return partial(storage, Tables())

    return place


def places(folder: Path, storage: type[PickledAtCommit], *forgets: str) -> Place:
    """Return what makes factories of a storage, each with a file of its own."""
    numbers = count()
    return lambda: partial(storage, folder / f"{next(numbers)}", *forgets)


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_each_act_changes_something(act: KeptAct) -> None:
    """No act of the rules is empty: what a storage tells is different before it and after it."""
    before, after = make_storage(), make_storage()
    for storage in (before, after):
        act.before(storage)
    act.last(after)
    assert find_differences(before, after) != []


@pytest.mark.slow
def test_honest_file_storage_passes(tmp_path: Path) -> None:
    """A storage that writes its file after each act keeps every rule that isn't about several openers."""
    place = places(tmp_path, PickledStorage)
    failed = {number for number in rules() if find_failure(number, place)}
    assert failed == {"S-222", "S-223"}  # skipped: one process reads the file


@pytest.mark.slow
def test_only_commits_are_kept(tmp_path: Path) -> None:
    """A storage that keeps commits alone, and says that it is durable, fails the rules about that and no others."""
    place = places(tmp_path, PickledAtCommit)
    failed = {number for number in rules() if find_failure(number, place)}
    assert failed == {"S-219", KILLED, "S-221", "S-222", "S-223", "S-230"}


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=() if path in QUICK else pytest.mark.slow) for path in CHANGES],
)
def test_one_act_is_forgotten(tmp_path: Path, path: str) -> None:
    """A storage that forgets a single kind of act at its restart is found."""
    rule = "S-230" if path == "maintenance.put_back" else "S-219"  # not every storage can put back
    assert isinstance(find_failure(rule, places(tmp_path, PickledStorage, path)), AssertionError)


@pytest.mark.slow
def test_kept_at_close(tmp_path: Path) -> None:
    """A storage that writes its file as it is closed passes what closes it; a killed process finds it out."""
    place = places(tmp_path, PickledAtClose)
    assert find_failure("S-219", place) is None
    assert isinstance(find_failure(KILLED, place), AssertionError)


def test_nothing_is_kept(tmp_path: Path) -> None:
    """A storage that keeps nothing at all and says that it is durable is found by the plainest rule."""
    assert isinstance(find_failure("S-143", places(tmp_path, Forgetful)), AssertionError)


def test_forgetful_openers_are_found() -> None:
    """An opener that remembers what another one has destroyed, or that knows its own leases only, is found."""
    assert [find_failure(number, shared(SharedStorage)) for number in ("S-222", "S-223")] == [None, None]
    assert isinstance(find_failure("S-222", shared(CachedKeys)), AssertionError)
    assert isinstance(find_failure("S-223", shared(LeasesOfItsOwn)), AssertionError)


def test_factory_for_other_processes(tmp_path: Path) -> None:
    """A factory that can't be handed to another process fails in a sentence that says what to give."""
    failure = find_failure(KILLED, lambda: lambda: PickledStorage(tmp_path / "file"))
    assert "let it give partial(MyStorage, url)" in str(failure)


def test_missing_members_are_named() -> None:
    """What a storage lacks is told by one rule in one sentence, and where another rule needs it, by its name."""
    lacking = type("Lacking", (MemoryStorage,), {})
    storage = lacking()
    del storage.states
    assert str(find_failure("S-217", lambda: lambda: storage)).startswith("the storage lacks states (step 2): see ")
