"""Unreferenced blobs are removed, and referenced blobs never are."""

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
"""A negative minimum age, so that every blob counts as old."""


def test_unreferenced_blobs_are_unused(office: Office) -> None:
    """Blobs of purged records and blobs that were never referenced are unused; those of records and messages are
    not.
    """
    assert set(find_unused_blobs(office.app, SOON)) == {office.blob("old"), office.blob("loose")}


def test_recent_blobs_stay(office: Office) -> None:
    """A recent blob isn't collected: a running use case stores a blob before it refers to it."""
    assert find_unused_blobs(office.app) == ()
    assert collect_garbage(office.app, office.me).blobs == 0
    assert len(list(office.app.internals.context.blobs.digests())) == 4


def test_unused_blobs_are_removed(office: Office) -> None:
    """Unused blobs are removed, the others stay readable, and the audit log records the number."""
    assert collect_garbage(office.app, office.me, SOON).blobs == 2
    blobs = EncryptedBlobs(office.app.internals.runner, office.app.internals.context.blobs)
    assert set(blobs.digests()) == {office.blob("paper"), office.blob("picture")}
    assert blobs.get(office.blob("paper"))
    head = office.app.internals.context.storage.journal.head()[0]
    entry = entry_from(office.app.internals.context.storage.journal.read(after=head - 1)[0].content)
    assert (entry.action, entry.events, entry.facts) == ("keeping.collect", ("blobs.collected",), {"blobs": 2})


def test_blobs_of_adapter_state_are_used(office: Office) -> None:
    """A blob named in an adapter's state is in use."""
    EncryptedState(office.app.internals.runner, "oa").put("pictures", office.blob("loose").encode(), 0)
    assert find_unused_blobs(office.app, SOON) == (office.blob("old"),)


def test_collection_needs_operator_permission(office: Office) -> None:
    """An officer without that permission removes nothing."""
    editor = UnsafeLocalUsers(office.app).appoint("Cán bộ Mẫu", "ninh-hoa", "editor")
    with pytest.raises(Refused):
        collect_garbage(office.app, editor, SOON)
    assert len(list(office.app.internals.context.blobs.digests())) == 4


def test_undecryptable_body_keeps_all_blobs(office: Office) -> None:
    """If a body can't be decrypted although its key exists, no blob is removed: the body may refer to any of them."""
    state = EncryptedState(office.app.internals.runner, "oa")
    state.put("pictures", b"x", 0)
    office.app.internals.context.storage.states.put("adapter:oa", "pictures", b"y" * 40, 1)
    with pytest.raises(
        StorageError, match=r"1 stored bodies can't be opened although their keys exist, .* so nothing was removed"
    ):
        collect_garbage(office.app, office.me, SOON)
    assert len(list(office.app.internals.context.blobs.digests())) == 4


def test_blob_stored_again_meanwhile_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob that is stored again after it was found unused, and before it is removed, stays."""
    for name in office.blobs:
        digest = office.blob(name)
        two_days_ago = time.time() - 48 * 3600
        os.utime(Path(office.settings.blobs) / digest[:2] / digest[2:4] / digest, (two_days_ago, two_days_ago))
    unused = find_unused_blobs(office.app)
    assert office.blob("loose") in unused

    def return_found_digests(*_: object) -> tuple[str, ...]:
        office.app.internals.context.blobs.put(office.app.internals.context.blobs.get(office.blob("loose")))
        return unused

    monkeypatch.setattr("anninh_core.app.backup.garbage.find_unused_blobs", return_found_digests)
    assert collect_garbage(office.app, office.me).blobs == len(unused) - 1
    assert office.blob("loose") in office.app.internals.context.blobs.digests()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(used=st.sets(st.integers(0, 9), max_size=6), loose=st.sets(st.integers(0, 9), max_size=6))
def test_any_referenced_blob_stays(office: Office, used: set[int], loose: set[int]) -> None:
    """All blobs that messages refer to stay, and all others are removed."""
    store = EncryptedBlobs(office.app.internals.runner, office.app.internals.context.blobs)
    digests = {number: store.put(bytes([number])) for number in used | loose}
    office.send("ảnh", *(Attachment("image", blob=digests[number]) for number in used))
    kept = {digests[number] for number in used}
    assert not kept & set(find_unused_blobs(office.app, SOON))
    collect_garbage(office.app, office.me, SOON)
    assert kept <= set(store.digests())
    assert find_unused_blobs(office.app, SOON) == ()
