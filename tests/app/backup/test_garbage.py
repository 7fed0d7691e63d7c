"""Blobs that nothing names are collected, and none that anything names."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.app.backup.conftest import Office

from anninh_core.app.backup.garbage import collect_garbage, find_unused_blobs
from anninh_core.kernel.errors import Refused, StorageError
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.vocabulary.messages import Attachment

pytestmark = pytest.mark.slow

SOON = -timedelta(hours=1)
"""As if an hour had gone by since everything was stored."""


def test_only_what_nothing_names(office: Office) -> None:
    """Records and messages keep their blobs; what was purged, and what was never named, is unused."""
    assert set(find_unused_blobs(office.app, SOON)) == {office.blob("old"), office.blob("loose")}


def test_young_blobs_stay(office: Office) -> None:
    """A use case that is half done stores a blob before it names it."""
    assert find_unused_blobs(office.app) == ()
    assert collect_garbage(office.app, office.me).blobs == 0
    assert len(list(office.app.internals.context.blobs.digests())) == 4


def test_unused_files_are_removed(office: Office) -> None:
    """What is unused is removed, the rest stays readable, and the trail says how many."""
    assert collect_garbage(office.app, office.me, SOON).blobs == 2
    blobs = EncryptedBlobs(office.app.internals.runner, office.app.internals.context.blobs)
    assert set(blobs.digests()) == {office.blob("paper"), office.blob("picture")}
    assert blobs.get(office.blob("paper"))
    head = office.app.internals.context.storage.journal.head()[0]
    entry = entry_from(office.app.internals.context.storage.journal.read(after=head - 1)[0].content)
    assert (entry.action, entry.events, entry.facts) == ("keeping.collect", ("blobs.collected",), {"blobs": 2})


def test_an_adapter_names_blobs_too(office: Office) -> None:
    """What an adapter remembers is in use."""
    EncryptedState(office.app.internals.runner, "oa").put("pictures", office.blob("loose").encode(), 0)
    assert find_unused_blobs(office.app, SOON) == (office.blob("old"),)


def test_only_who_operates(office: Office) -> None:
    """An officer without that permission removes nothing."""
    editor = UnsafeLocalUsers(office.app).appoint("Cán bộ Mẫu", "ninh-hoa", "editor")
    with pytest.raises(Refused):
        collect_garbage(office.app, editor, SOON)
    assert len(list(office.app.internals.context.blobs.digests())) == 4


def test_doubt_keeps_everything(office: Office) -> None:
    """Where a body doesn't open although its key is there, it may name any blob: nothing is removed."""
    state = EncryptedState(office.app.internals.runner, "oa")
    state.put("pictures", b"x", 0)
    office.app.internals.context.storage.states.put("adapter:oa", "pictures", b"y" * 40, 1)
    with pytest.raises(
        StorageError, match=r"1 stored bodies can't be opened although their keys exist, .* so nothing was removed"
    ):
        collect_garbage(office.app, office.me, SOON)
    assert len(list(office.app.internals.context.blobs.digests())) == 4


def test_stored_again_meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob that a use case takes up after it was found unused, and before it is removed, stays."""
    for name in office.blobs:
        digest = office.blob(name)
        then = time.time() - 48 * 3600
        os.utime(Path(office.settings.blobs) / digest[:2] / digest[2:4] / digest, (then, then))
    found = find_unused_blobs(office.app)
    assert office.blob("loose") in found

    def found_before(*_: object) -> tuple[str, ...]:
        office.app.internals.context.blobs.put(office.app.internals.context.blobs.get(office.blob("loose")))
        return found

    monkeypatch.setattr("anninh_core.app.backup.garbage.find_unused_blobs", found_before)
    assert collect_garbage(office.app, office.me).blobs == len(found) - 1
    assert office.blob("loose") in office.app.internals.context.blobs.digests()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(used=st.sets(st.integers(0, 9), max_size=6), loose=st.sets(st.integers(0, 9), max_size=6))
def test_whatever_is_named_stays(office: Office, used: set[int], loose: set[int]) -> None:
    """Whichever blobs messages name, those stay and the others go."""
    store = EncryptedBlobs(office.app.internals.runner, office.app.internals.context.blobs)
    digests = {number: store.put(bytes([number])) for number in used | loose}
    office.send("ảnh", *(Attachment("image", blob=digests[number]) for number in used))
    kept = {digests[number] for number in used}
    assert not kept & set(find_unused_blobs(office.app, SOON))
    collect_garbage(office.app, office.me, SOON)
    assert kept <= set(store.digests())
    assert find_unused_blobs(office.app, SOON) == ()
