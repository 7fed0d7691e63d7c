"""Failures while a file is fetched: in the end it is stored exactly once, or nothing of it is kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Never

import pytest
from tests.messaging.conftest import journal
from tests.messaging.inbound.attachments.conftest import AN, LEASE, PICTURE, AttachmentScene, Meanwhile

from anninh_core.app.backup.garbage import collect_garbage, find_unused_blobs
from anninh_core.kernel.errors import DecryptionError, NeedsPerson, NotFound, Unsupported
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing import MockMessenger
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.messages import Attachment

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AGES = -timedelta(days=100 * 365)
"""Negative minimum age, with which every blob counts as stored long ago."""


def interrupt_worker(*_: object) -> Never:
    raise KeyboardInterrupt


def test_deferred_fetch_is_retried(scene: AttachmentScene) -> None:
    """A fetch that the platform defers is retried after the requested time and doesn't delay the receipt."""
    scene.chat.fail_next("fetch_later", 5 * MINUTE)
    scene.sends()
    scene.dialog.hears(AN, "Mã tiếp nhận")
    with pytest.raises(NotFound, match="hasn't been fetched yet"):
        scene.open_attachment()
    scene.pass_time(4 * MINUTE)
    assert scene.are_attachments_stored() == [False]
    scene.pass_time(MINUTE)
    assert scene.open_attachment() == PICTURE
    assert scene.app.failures.troubles(scene.officer) == ()


def test_fetch_is_retried_after_unexpected_error(scene: AttachmentScene) -> None:
    """A fetch is retried after an unexpected error, since fetching changes nothing on the platform; only the error's
    class is recorded.
    """
    scene.chat.fail_next("fetch_breaks")
    scene.sends()
    assert (scene.fetch_row.state, unpack_sentence(scene.fetch_row.error).rpartition(" ")[2]) == ("ready", "OSError")
    scene.pass_time(MINUTE)
    assert scene.open_attachment() == PICTURE


def test_fetch_that_needs_a_person_is_retried(scene: AttachmentScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch that needs a person, for example to sign in, is retried, and the recorded error doesn't contain the
    link.
    """

    def require_person(_: MockMessenger, attachment: Attachment) -> bytes:
        raise NeedsPerson(f"log in again to get {attachment.url}")

    with monkeypatch.context() as patch:
        patch.setattr(MockMessenger, "fetch", require_person)
        scene.sends()
    assert scene.fetch_row.state == "ready"
    assert unpack_sentence(scene.fetch_row.error).endswith("log in again to get …")
    scene.pass_time(MINUTE)
    assert scene.open_attachment() == PICTURE


def test_unsupported_file_is_marked_refused(scene: AttachmentScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the platform never provides is marked as refused and not fetched again."""

    def refuse_file(*_: object) -> bytes:
        raise Unsupported("files of this kind aren't given out")

    monkeypatch.setattr(MockMessenger, "fetch", refuse_file)
    scene.sends()
    assert (scene.message.attachments[0].lost, scene.list_row_results()) == ("refused", [("delivered", "refused")])


def test_deferred_fetch_delays_no_other(scene: AttachmentScene) -> None:
    """A deferred fetch doesn't delay the next one, since links expire."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends(scene.add_picture(), scene.add_picture(b"another"))
    assert scene.are_attachments_stored() == [False, True]
    scene.pass_time(HOUR)
    assert scene.are_attachments_stored() == [True, True]


def test_long_deferred_fetch_becomes_a_failure(scene: AttachmentScene) -> None:
    """A file that can't be fetched for a day becomes a failure, which a person can retry."""
    scene.chat.fail_next("fetch_later", 2 * DAY)
    scene.sends()
    (trouble,) = scene.app.failures.troubles(scene.officer)
    assert (trouble.state, trouble.purpose, trouble.lane) == ("failed", "attachment.fetch", "media")
    scene.app.failures.resend(scene.officer, trouble.id)
    scene.app.worker.drain()
    assert scene.open_attachment() == PICTURE
    assert scene.app.failures.troubles(scene.officer) == ()


def test_fetch_is_retried_after_worker_death(scene: AttachmentScene, run_during_fetch: Meanwhile) -> None:
    """If a worker dies during a fetch, the fetch is retried after its lease expires, without a question about the
    outcome.
    """
    run_during_fetch(interrupt_worker)
    with pytest.raises(KeyboardInterrupt):
        scene.sends()
    assert scene.fetch_row.state == "started"
    for _ in range(3):
        scene.pass_time(LEASE)
    assert scene.open_attachment() == PICTURE
    assert (scene.list_row_results(), scene.fetch_row.attempts) == ([("delivered", "fetched")], 2)


def test_worker_death_during_deferral_is_recovered(scene: AttachmentScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a worker dies while it defers a fetch, the fetch is still retried."""
    original_commit = MemoryStorage.commit

    def die_at_commit(self: MemoryStorage, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(change.outbox_settled and change.outbox_settled.token is None for change in change_sets):
            raise KeyboardInterrupt
        return original_commit(self, change_sets)

    scene.chat.fail_next("fetch_later", MINUTE)
    with monkeypatch.context() as patch:
        patch.setattr(MemoryStorage, "commit", die_at_commit)
        with pytest.raises(KeyboardInterrupt):
            scene.sends()
    assert scene.fetch_row.state == "failed"
    for _ in range(3):
        scene.pass_time(LEASE)
    assert scene.open_attachment() == PICTURE
    assert scene.list_row_results() == [("delivered", "fetched")]


def test_worker_death_before_commit_leaves_garbage(scene: AttachmentScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a worker dies between storing the blob and the commit, the unused blob can be collected, and the next attempt
    stores it again.
    """
    original_commit = MemoryStorage.commit

    def die_before_commit(self: MemoryStorage, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(change.entry is not None and change.entry.action == "dispatch.fetched" for change in change_sets):
            raise KeyboardInterrupt
        return original_commit(self, change_sets)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryStorage, "commit", die_before_commit)
        with pytest.raises(KeyboardInterrupt):
            scene.sends()
    (orphan,) = scene.app.internals.context.blobs.digests()
    assert (scene.are_attachments_stored(), find_unused_blobs(scene.app, AGES)) == ([False], (orphan,))
    assert collect_garbage(scene.app, scene.officer, AGES).blobs == 1
    for _ in range(3):
        scene.pass_time(LEASE)
    assert scene.open_attachment() == PICTURE
    assert find_unused_blobs(scene.app, AGES) == ()


def test_two_workers_store_a_file_once(scene: AttachmentScene, run_during_fetch: Meanwhile) -> None:
    """If two workers fetch the same file, the slower one doesn't change the message again."""

    def run_other_worker() -> None:
        for _ in range(3):
            scene.pass_time(LEASE)

    run_during_fetch(run_other_worker)
    scene.sends()
    assert scene.list_row_results() == [("delivered", "fetched")]
    assert [entry.events for entry in journal(scene.app)].count(("attachment.kept",)) == 1


def test_fetch_keeps_concurrent_changes(scene: AttachmentScene, run_during_fetch: Meanwhile) -> None:
    """A fetch keeps a change that was made to the message meanwhile."""

    def change_message() -> None:
        link = scene.app.internals.services.conversations.link
        message = scene.message
        run_step(link, system("router"), message.id, message.case, kind="command")

    run_during_fetch(change_message)
    scene.sends()
    assert (scene.message.kind, scene.are_attachments_stored()) == ("command", [True])


def test_purge_deletes_pictures_with_the_case(scene: AttachmentScene) -> None:
    """A purge of a case makes its pictures unreadable and deletes them at once, without garbage."""
    scene.sends()
    message = scene.message
    scene.purge()
    with pytest.raises(DecryptionError):
        scene.app.conversations.attachment(scene.officer, message.case, message.id)
    assert list(scene.app.internals.context.blobs.digests()) == []
    assert collect_garbage(scene.app, scene.officer, AGES).blobs == 0


def test_purged_case_fetches_nothing(scene: AttachmentScene) -> None:
    """A deferred fetch of a purged case is dropped, without a failure to decide."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends()
    scene.purge()
    scene.pass_time(HOUR)
    assert scene.list_row_results() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []
    assert scene.app.failures.troubles(scene.officer) == ()


def test_new_message_revives_no_purged_fetch(scene: AttachmentScene) -> None:
    """A deferred fetch of a purged case stays dropped after the sender writes again, and isn't taken for tampering."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends()
    scene.purge()
    scene.dialog.says(AN, "Hôm nay lại có người lạ vào xóm")
    scene.pass_time(2 * HOUR)
    assert scene.list_row_results() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []


def test_purge_during_fetch_stores_nothing(scene: AttachmentScene, run_during_fetch: Meanwhile) -> None:
    """A file that arrives after the purge of its case isn't stored, and no new key is created."""
    run_during_fetch(scene.purge)
    scene.sends()
    assert scene.list_row_results() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []
