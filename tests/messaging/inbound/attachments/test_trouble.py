"""Failures while a file is fetched: in effect it is fetched once, or nothing of it is kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Never

import pytest
from tests.messaging.conftest import journal
from tests.messaging.inbound.attachments.conftest import AN, LEASE, PICTURE, Meanwhile, Scene

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
"""As if everything had been stored long ago."""


def dies(*_: object) -> Never:
    raise KeyboardInterrupt


def test_deferred_fetch_is_retried(scene: Scene) -> None:
    """A fetch that the platform defers is retried after the requested time and doesn't delay the receipt."""
    scene.chat.fail_next("fetch_later", 5 * MINUTE)
    scene.sends()
    scene.dialog.hears(AN, "Mã tiếp nhận")
    with pytest.raises(NotFound, match="hasn't been fetched yet"):
        scene.looks()
    scene.later(4 * MINUTE)
    assert scene.here() == [False]
    scene.later(MINUTE)
    assert scene.looks() == PICTURE
    assert scene.app.failures.troubles(scene.officer) == ()


def test_fetch_is_retried_after_unexpected_error(scene: Scene) -> None:
    """A fetch is retried after an unexpected error, since fetching changes nothing on the platform; only the error's
    class is recorded.
    """
    scene.chat.fail_next("fetch_breaks")
    scene.sends()
    assert (scene.row.state, unpack_sentence(scene.row.error).rpartition(" ")[2]) == ("ready", "OSError")
    scene.later(MINUTE)
    assert scene.looks() == PICTURE


def test_fetch_that_needs_a_person_is_retried(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch that needs a person, such as a new login, is retried, and the recorded error doesn't have the link."""

    def refuses(_: MockMessenger, attachment: Attachment) -> bytes:
        raise NeedsPerson(f"log in again to get {attachment.url}")

    with monkeypatch.context() as patch:
        patch.setattr(MockMessenger, "fetch", refuses)
        scene.sends()
    assert scene.row.state == "ready"
    assert unpack_sentence(scene.row.error).endswith("log in again to get …")
    scene.later(MINUTE)
    assert scene.looks() == PICTURE


def test_unsupported_file_is_marked_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the platform never provides is marked as refused and not fetched again."""

    def refuse(*_: object) -> bytes:
        raise Unsupported("files of this kind aren't given out")

    monkeypatch.setattr(MockMessenger, "fetch", refuse)
    scene.sends()
    assert (scene.message.attachments[0].lost, scene.ends()) == ("refused", [("delivered", "refused")])


def test_deferred_fetch_delays_no_other(scene: Scene) -> None:
    """A deferred fetch doesn't delay the next one, since links expire."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends(scene.image(), scene.image(b"another"))
    assert scene.here() == [False, True]
    scene.later(HOUR)
    assert scene.here() == [True, True]


def test_long_deferred_fetch_becomes_a_failure(scene: Scene) -> None:
    """A file that can't be fetched for a day becomes a failure, which a person can retry."""
    scene.chat.fail_next("fetch_later", 2 * DAY)
    scene.sends()
    (trouble,) = scene.app.failures.troubles(scene.officer)
    assert (trouble.state, trouble.purpose, trouble.lane) == ("failed", "attachment.fetch", "media")
    scene.app.failures.resend(scene.officer, trouble.id)
    scene.app.worker.drain()
    assert scene.looks() == PICTURE
    assert scene.app.failures.troubles(scene.officer) == ()


def test_fetch_is_retried_after_worker_death(scene: Scene, meanwhile: Meanwhile) -> None:
    """If a worker dies during a fetch, the fetch is retried after its lease expires, without a question about the
    outcome.
    """
    meanwhile(dies)
    with pytest.raises(KeyboardInterrupt):
        scene.sends()
    assert scene.row.state == "started"
    for _ in range(3):
        scene.later(LEASE)
    assert scene.looks() == PICTURE
    assert (scene.ends(), scene.row.attempts) == ([("delivered", "fetched")], 2)


def test_worker_death_during_deferral_is_recovered(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a worker dies while it defers a fetch, the fetch is still retried."""
    original_commit = MemoryStorage.commit

    def commit(self: MemoryStorage, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(change.outbox_settled and change.outbox_settled.token is None for change in change_sets):
            raise KeyboardInterrupt
        return original_commit(self, change_sets)

    scene.chat.fail_next("fetch_later", MINUTE)
    with monkeypatch.context() as patch:
        patch.setattr(MemoryStorage, "commit", commit)
        with pytest.raises(KeyboardInterrupt):
            scene.sends()
    assert scene.row.state == "failed"
    for _ in range(3):
        scene.later(LEASE)
    assert scene.looks() == PICTURE
    assert scene.ends() == [("delivered", "fetched")]


def test_worker_death_before_commit_leaves_garbage(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a worker dies between storing the blob and the commit, the unused blob can be collected, and the next attempt
    stores it again.
    """
    original_commit = MemoryStorage.commit

    def commit(self: MemoryStorage, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(change.entry is not None and change.entry.action == "dispatch.fetched" for change in change_sets):
            raise KeyboardInterrupt
        return original_commit(self, change_sets)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryStorage, "commit", commit)
        with pytest.raises(KeyboardInterrupt):
            scene.sends()
    (orphan,) = scene.app.internals.context.blobs.digests()
    assert (scene.here(), find_unused_blobs(scene.app, AGES)) == ([False], (orphan,))
    assert collect_garbage(scene.app, scene.officer, AGES).blobs == 1
    for _ in range(3):
        scene.later(LEASE)
    assert scene.looks() == PICTURE
    assert find_unused_blobs(scene.app, AGES) == ()


def test_two_workers_store_a_file_once(scene: Scene, meanwhile: Meanwhile) -> None:
    """If two workers fetch the same file, the slower one doesn't change the message again."""

    def overtaken() -> None:
        for _ in range(3):
            scene.later(LEASE)

    meanwhile(overtaken)
    scene.sends()
    assert scene.ends() == [("delivered", "fetched")]
    assert [entry.events for entry in journal(scene.app)].count(("attachment.kept",)) == 1


def test_fetch_keeps_concurrent_changes(scene: Scene, meanwhile: Meanwhile) -> None:
    """A fetch keeps a change that was made to the message meanwhile."""

    def changed() -> None:
        link = scene.app.internals.services.conversations.link
        message = scene.message
        run_step(link, system("router"), message.id, message.case, kind="command")

    meanwhile(changed)
    scene.sends()
    assert (scene.message.kind, scene.here()) == ("command", [True])


def test_purge_deletes_pictures_with_the_case(scene: Scene) -> None:
    """A purge of a case makes its pictures unreadable and deletes them at once, without garbage."""
    scene.sends()
    message = scene.message
    scene.purge()
    with pytest.raises(DecryptionError):
        scene.app.conversations.attachment(scene.officer, message.case, message.id)
    assert list(scene.app.internals.context.blobs.digests()) == []
    assert collect_garbage(scene.app, scene.officer, AGES).blobs == 0


def test_purged_case_fetches_nothing(scene: Scene) -> None:
    """A deferred fetch of a purged case is dropped, without a failure to decide."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends()
    scene.purge()
    scene.later(HOUR)
    assert scene.ends() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []
    assert scene.app.failures.troubles(scene.officer) == ()


def test_new_message_revives_no_purged_fetch(scene: Scene) -> None:
    """A deferred fetch of a purged case stays dropped after the sender writes again, and isn't taken for tampering."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends()
    scene.purge()
    scene.dialog.says(AN, "Hôm nay lại có người lạ vào xóm")
    scene.later(2 * HOUR)
    assert scene.ends() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []


def test_purge_during_fetch_stores_nothing(scene: Scene, meanwhile: Meanwhile) -> None:
    """A file that arrives after the purge of its case isn't stored, and no new key is created."""
    meanwhile(scene.purge)
    scene.sends()
    assert scene.ends() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []
