"""Messages and files that earlier versions encrypted with the conversation's key stay together and move together."""

from datetime import timedelta

import pytest
from tests.messaging.inbound.attachments.conftest import AN, PICTURE, Scene
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


def scope_of_before(message: Message) -> str:
    return build_conversation_scope(message.conversation)


@pytest.fixture
def before(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Message:
    """A tip with two pictures as the previous version stored it."""
    with monkeypatch.context() as patched:
        for module in (files, service, attachment_fetcher):
            patched.setattr(module, "message_scope", scope_of_before)
        scope = MESSAGE.scope
        object.__setattr__(MESSAGE, "scope", scope_of_before)
        try:
            scene.sends(scene.image(), scene.image(b"another"))
        finally:
            object.__setattr__(MESSAGE, "scope", scope)
    return scene.message


def scope(scene: Scene, message: Message) -> str:
    record = scene.app.internals.context.storage.records.get(MESSAGE.name, message.id)
    assert record is not None
    return record.scope


def test_reindex_keeps_message_and_files_together(scene: Scene, before: Message) -> None:
    """A reindex leaves a message and its files under the conversation's key, the conversation isn't purged before the
    case, and officers can still open them.
    """
    assert scope(scene, before) == scope_of_before(before)
    list(reindex(scene.app.internals.runner, scene.officer, KINDS))
    assert {progress.rewritten for progress in reindex(scene.app.internals.runner, scene.officer, KINDS)} == {0}
    assert scope(scene, before) == scope_of_before(before)
    jobs = RetentionJobs(scene.app.internals.services)
    for days in (32, 8):
        scene.clock.advance(DAY * days)
        jobs.purge_expired()
    assert (scene.looks(), scene.looks(1)) == (PICTURE, b"another")


def test_saved_message_moves_with_its_files(scene: Scene, before: Message) -> None:
    """A message that is saved again is encrypted with its case's key, and so are all of its files."""
    delivery: Actor = system("delivery")
    run_step(scene.app.internals.services.conversations.lose_attachment, delivery, before.id, 1, "expired")
    assert scope(scene, before) == before.case
    purge_scope(scene.app.internals.context, scope_of_before(before))
    assert scene.looks() == PICTURE


def test_a_purged_case_gets_no_key_again(scene: Scene, before: Message) -> None:
    """For a purged case no new key is created, neither for its remaining messages nor for new ones."""
    purge_scope(scene.app.internals.context, before.case)
    delivery: Actor = system("delivery")
    with pytest.raises(DecryptionError, match="was purged in the meantime: its data can't be sealed again with"):
        run_step(scene.app.internals.services.conversations.lose_attachment, delivery, before.id, 1, "expired")
    list(reindex(scene.app.internals.runner, scene.officer, KINDS))
    assert scene.app.internals.context.storage.keyring.get(before.case) is None
    scene.dialog.says(AN, "Hôm nay lại có trộm ở xóm 3")
    assert scene.app.internals.context.storage.keyring.get(before.case) is None
