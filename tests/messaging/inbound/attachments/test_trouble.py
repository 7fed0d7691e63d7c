"""Whatever goes wrong while a file is fetched: it is had once in effect, or nothing of it stays."""

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


def test_a_platform_that_can_t_now_is_asked_again(scene: Scene) -> None:
    """After the time it asks for; the answer to the resident has long gone out."""
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


def test_an_unexpected_error_is_tried_again(scene: Scene) -> None:
    """Fetching changes nothing on the platform, so that no outcome is unknown; only the error's class is told."""
    scene.chat.fail_next("fetch_breaks")
    scene.sends()
    assert (scene.row.state, unpack_sentence(scene.row.error).rpartition(" ")[2]) == ("ready", "OSError")
    scene.later(MINUTE)
    assert scene.looks() == PICTURE


def test_an_error_that_needs_a_person_is_tried_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever repairs the login repairs the fetching with it; the link is never told."""

    def refuses(_: MockMessenger, attachment: Attachment) -> bytes:
        raise NeedsPerson(f"log in again to get {attachment.url}")

    with monkeypatch.context() as patch:
        patch.setattr(MockMessenger, "fetch", refuses)
        scene.sends()
    assert scene.row.state == "ready"
    assert unpack_sentence(scene.row.error).endswith("log in again to get …")
    scene.later(MINUTE)
    assert scene.looks() == PICTURE


def test_what_a_platform_never_gives_out_is_marked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks again for what can't be asked for."""

    def can_t(*_: object) -> bytes:
        raise Unsupported("files of this kind aren't given out")

    monkeypatch.setattr(MockMessenger, "fetch", can_t)
    scene.sends()
    assert (scene.message.attachments[0].lost, scene.ends()) == ("refused", [("delivered", "refused")])


def test_a_picture_that_can_t_be_had_lets_the_next_one_go_first(scene: Scene) -> None:
    """Links die while others are waited for, so that none waits for another."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends(scene.image(), scene.image(b"another"))
    assert scene.here() == [False, True]
    scene.later(HOUR)
    assert scene.here() == [True, True]


def test_patience_ends_on_the_failure_desk(scene: Scene) -> None:
    """What can't be had for a day is left to a person, who may have it tried once more."""
    scene.chat.fail_next("fetch_later", 2 * DAY)
    scene.sends()
    (trouble,) = scene.app.failures.troubles(scene.officer)
    assert (trouble.state, trouble.purpose, trouble.lane) == ("failed", "attachment.fetch", "media")
    scene.app.failures.resend(scene.officer, trouble.id)
    scene.app.worker.drain()
    assert scene.looks() == PICTURE
    assert scene.app.failures.troubles(scene.officer) == ()


def test_a_worker_that_died_while_fetching(scene: Scene, meanwhile: Meanwhile) -> None:
    """Its row is tried again once its lease has run out, and nobody is asked what became of it."""
    meanwhile(dies)
    with pytest.raises(KeyboardInterrupt):
        scene.sends()
    assert scene.row.state == "started"
    for _ in range(3):
        scene.later(LEASE)
    assert scene.looks() == PICTURE
    assert (scene.ends(), scene.row.attempts) == ([("delivered", "fetched")], 2)


def test_a_worker_that_died_while_it_put_a_picture_off(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture is tried again all the same, and lies on nobody's desk for long."""
    sound = MemoryStorage.commit

    def commit(self: MemoryStorage, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(change.outbox_settled and change.outbox_settled.token is None for change in change_sets):
            raise KeyboardInterrupt
        return sound(self, change_sets)

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


def test_a_worker_that_died_between_blob_and_commit(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blob that nothing names may be collected; the next try stores it again, and then it is in use."""
    sound = MemoryStorage.commit

    def commit(self: MemoryStorage, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(change.entry is not None and change.entry.action == "dispatch.fetched" for change in change_sets):
            raise KeyboardInterrupt
        return sound(self, change_sets)

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


def test_two_workers_have_it_once(scene: Scene, meanwhile: Meanwhile) -> None:
    """A worker that was overtaken while it fetched leaves the message as the faster one wrote it."""

    def overtaken() -> None:
        for _ in range(3):
            scene.later(LEASE)

    meanwhile(overtaken)
    scene.sends()
    assert scene.ends() == [("delivered", "fetched")]
    assert [entry.events for entry in journal(scene.app)].count(("attachment.kept",)) == 1


def test_a_message_that_changes_meanwhile_keeps_its_change(scene: Scene, meanwhile: Meanwhile) -> None:
    """Whoever says what it is while the picture comes isn't overwritten."""

    def changed() -> None:
        link = scene.app.internals.services.conversations.link
        said = scene.message
        run_step(link, system("router"), said.id, said.case, kind="command")

    meanwhile(changed)
    scene.sends()
    assert (scene.message.kind, scene.here()) == ("command", [True])


def test_a_purge_takes_the_pictures_with_the_words(scene: Scene) -> None:
    """They are sealed under the case's key: unreadable and deleted at once, with nothing left to collect."""
    scene.sends()
    said = scene.message
    scene.purge()
    with pytest.raises(DecryptionError):
        scene.app.conversations.attachment(scene.officer, said.case, said.id)
    assert list(scene.app.internals.context.blobs.digests()) == []
    assert collect_garbage(scene.app, scene.officer, AGES).blobs == 0


def test_what_was_purged_isn_t_fetched(scene: Scene) -> None:
    """A picture that was still to come is forgotten with the words it came with, and lies on nobody's desk."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends()
    scene.purge()
    scene.later(HOUR)
    assert scene.ends() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []
    assert scene.app.failures.troubles(scene.officer) == ()


def test_what_was_purged_isn_t_fetched_when_its_sender_writes_again(scene: Scene) -> None:
    """Their new words have a key of their own, and nobody takes the old row for one that was tampered with."""
    scene.chat.fail_next("fetch_later", HOUR)
    scene.sends()
    scene.purge()
    scene.dialog.says(AN, "Hôm nay lại có người lạ vào xóm")
    scene.later(2 * HOUR)
    assert scene.ends() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []


def test_a_purge_while_it_is_fetched(scene: Scene, meanwhile: Meanwhile) -> None:
    """What comes too late is kept under no new key."""
    meanwhile(scene.purge)
    scene.sends()
    assert scene.ends() == [("delivered", "purged before")]
    assert list(scene.app.internals.context.blobs.digests()) == []
