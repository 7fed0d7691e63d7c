"""Messages and files that earlier versions encrypted with the conversation's key stay together and move together."""

from datetime import timedelta

import pytest
from tests.messaging.inbound.attachments.conftest import AN, PICTURE, AttachmentScene
from tests.support.purging import purge_scope

from anninh_core.domain.conversations import files, service
from anninh_core.domain.conversations.model import MESSAGE, Message, build_conversation_scope
from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import DecryptionError
from anninh_core.messaging.inbound import attachment_fetcher
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.indexing.reindex import reindex
from anninh_core.worker.jobs.retention import RetentionJobs

DAY = timedelta(days=1)


def build_earlier_scope(message: Message) -> str:
    return build_conversation_scope(message.conversation)


@pytest.fixture
def earlier_message(scene: AttachmentScene, monkeypatch: pytest.MonkeyPatch) -> Message:
    """A tip with two pictures, stored as the previous version stored it."""
    with monkeypatch.context() as patched:
        for module in (files, service, attachment_fetcher):
            patched.setattr(module, "message_scope", build_earlier_scope)
        scope = MESSAGE.scope
        object.__setattr__(MESSAGE, "scope", build_earlier_scope)
        try:
            scene.sends(scene.add_picture(), scene.add_picture(b"another"))
        finally:
            object.__setattr__(MESSAGE, "scope", scope)
    return scene.message


def read_stored_scope(scene: AttachmentScene, message: Message) -> str:
    record = scene.app.internals.context.storage.records.get(MESSAGE.name, message.id)
    assert record is not None
    return record.scope


def test_reindex_keeps_message_and_files_together(scene: AttachmentScene, earlier_message: Message) -> None:
    """A reindex leaves a message and its files under the conversation's key, the conversation isn't purged before the
    case, and officers can still open the files.
    """
    assert read_stored_scope(scene, earlier_message) == build_earlier_scope(earlier_message)
    list(reindex(scene.app.internals.runner, scene.officer, KINDS))
    assert {progress.rewritten for progress in reindex(scene.app.internals.runner, scene.officer, KINDS)} == {0}
    assert read_stored_scope(scene, earlier_message) == build_earlier_scope(earlier_message)
    jobs = RetentionJobs(scene.app.internals.services)
    for days in (32, 8):
        scene.clock.advance(DAY * days)
        jobs.purge_expired()
    assert (scene.open_attachment(), scene.open_attachment(1)) == (PICTURE, b"another")


def test_saved_message_moves_with_its_files(scene: AttachmentScene, earlier_message: Message) -> None:
    """A message that is saved again is encrypted with its case's key, and so are all of its files."""
    delivery: Actor = system("delivery")
    run_step(scene.app.internals.services.conversations.lose_attachment, delivery, earlier_message.id, 1, "expired")
    assert read_stored_scope(scene, earlier_message) == earlier_message.case
    purge_scope(scene.app.internals.context, build_earlier_scope(earlier_message))
    assert scene.open_attachment() == PICTURE


def test_a_purged_case_gets_no_key_again(scene: AttachmentScene, earlier_message: Message) -> None:
    """For a purged case no new key is created, neither for its remaining messages nor for new ones."""
    purge_scope(scene.app.internals.context, earlier_message.case)
    delivery: Actor = system("delivery")
    with pytest.raises(DecryptionError, match="was purged in the meantime: its data can't be sealed again with"):
        run_step(scene.app.internals.services.conversations.lose_attachment, delivery, earlier_message.id, 1, "expired")
    list(reindex(scene.app.internals.runner, scene.officer, KINDS))
    assert scene.app.internals.context.storage.keyring.get(earlier_message.case) is None
    scene.dialog.says(AN, "Hôm nay lại có trộm ở xóm 3")
    assert scene.app.internals.context.storage.keyring.get(earlier_message.case) is None
