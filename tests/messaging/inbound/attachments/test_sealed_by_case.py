"""Messages and files are encrypted with the key of their case, and are purged with this case only."""

import pytest
from tests.messaging.conftest import Launch
from tests.messaging.inbound.attachments.conftest import AN, PICTURE, AttachmentScene, Meanwhile
from tests.messaging.inbound.attachments.test_trouble import AGES, HOUR
from tests.support.pictures import build_picture
from tests.support.purging import purge_scope

from anninh_core.app.backup.garbage import collect_garbage
from anninh_core.domain.conversations.files import get_file_storage
from anninh_core.domain.conversations.model import MESSAGE, build_conversation_scope, build_talk_scope
from anninh_core.kernel.errors import DecryptionError

STORY = "Đêm qua nhà em bị mất trộm xe đạp ở xóm 2"


def read_scopes(scene: AttachmentScene) -> set[str]:
    """Return the encryption scopes of the stored messages."""
    return {record.scope for record in scene.app.internals.context.storage.maintenance.scan(MESSAGE.name)}


def has_conversation_key(scene: AttachmentScene, blob: str) -> bool:
    """Return whether a file can be decrypted with the key of its conversation, or of that month's talk."""
    return any(can_decrypt(scene, scope, blob) for scope in build_earlier_scopes(scene))


def build_earlier_scopes(scene: AttachmentScene) -> tuple[str, str]:
    message = scene.read_messages()[0]
    return build_conversation_scope(message.conversation), build_talk_scope(message)


def can_decrypt(scene: AttachmentScene, scope: str, blob: str) -> bool:
    try:
        return get_file_storage(scene.app.internals.runner, scope).get(blob) == PICTURE
    except DecryptionError:
        return False


def create_tip_from_message(scene: AttachmentScene) -> None:
    """Create a tip from the only message as the officer."""
    scene.app.conversations.create_tip(scene.officer, [scene.message.id])


def test_a_message_is_sealed_by_its_case(scene: AttachmentScene) -> None:
    """A message is encrypted with its case's key from the commit that links it to the case, and chatter with the
    conversation's key.
    """
    scene.dialog.says(AN, "chào")
    scene.dialog.says(AN, STORY)
    chatter, story = scene.read_messages()
    assert read_scopes(scene) == {build_conversation_scope(chatter.conversation), story.case}
    assert story.case.startswith("tip:")


def test_a_file_is_sealed_by_the_case_too(scene: AttachmentScene) -> None:
    """A file is encrypted with the case's key and not with the conversation's key."""
    scene.sends()
    (attachment,) = scene.message.attachments
    assert scene.open_attachment() == PICTURE
    assert not has_conversation_key(scene, attachment.blob)


def test_one_case_is_purged_and_the_other_read(scene: AttachmentScene) -> None:
    """After a purge of one of a resident's two cases, message and file of the other remain readable."""
    scene.sends()
    first = scene.message
    scene.dialog.says(AN, "Hôm nay lại có người đánh nhau ở chợ", attachments=[scene.add_picture(build_picture(2))])
    second = next(message for message in scene.read_messages() if message.case != first.case)
    assert second.conversation == first.conversation
    purge_scope(scene.app.internals.context, first.case)
    with pytest.raises(DecryptionError):
        scene.app.conversations.attachment(scene.officer, first.case, first.id)
    assert [message.id for message in scene.read_messages()] == [second.id]
    assert scene.app.conversations.attachment(scene.officer, second.case, second.id).data == build_picture(2)
    assert [message.text for message in scene.app.conversations.history(scene.officer, second.case).items] == [
        second.text
    ]


def test_group_file_moves_to_the_case(scene: AttachmentScene, launch: Launch) -> None:
    """When a group post becomes a tip, message and picture are encrypted with the tip's key in the same commit, and the
    old file is collected as garbage.
    """
    group = launch()
    scene.dialog.says(AN, STORY, to=group.title, attachments=[scene.add_picture()])
    (before,) = scene.message.attachments
    assert has_conversation_key(scene, before.blob)
    tip = scene.app.conversations.create_tip(scene.officer, [scene.message.id])
    (after,) = scene.message.attachments
    assert (after.blob != before.blob, has_conversation_key(scene, after.blob)) == (True, False)
    assert scene.app.conversations.attachment(scene.officer, f"tip:{tip.id}", scene.message.id).data == PICTURE
    assert collect_garbage(scene.app, scene.officer, AGES).blobs == 1
    for scope in build_earlier_scopes(scene):
        purge_scope(scene.app.internals.context, scope)
    assert scene.app.conversations.attachment(scene.officer, f"tip:{tip.id}", scene.message.id).data == PICTURE


def test_post_becomes_tip_during_fetch(scene: AttachmentScene, launch: Launch, run_during_fetch: Meanwhile) -> None:
    """If a post becomes a tip while its file is fetched, the file is fetched again and encrypted with the tip's key."""
    group = launch()
    run_during_fetch(lambda: create_tip_from_message(scene))
    scene.dialog.says(AN, STORY, to=group.title, attachments=[scene.add_picture()])
    for _ in range(3):
        scene.pass_time(HOUR)
    (attachment,) = scene.message.attachments
    assert attachment.blob
    assert not has_conversation_key(scene, attachment.blob)
    assert scene.app.conversations.attachment(scene.officer, scene.message.case, scene.message.id).data == PICTURE


def test_post_with_lost_file_becomes_a_tip(scene: AttachmentScene, launch: Launch) -> None:
    """A post becomes a tip with its text even if its file was lost."""
    group = launch()
    scene.dialog.says(AN, STORY, to=group.title, attachments=[scene.add_picture()])
    (before,) = scene.message.attachments
    scene.app.internals.context.blobs.delete(before.blob)
    tip = scene.app.conversations.create_tip(scene.officer, [scene.message.id])
    assert scene.app.tips.get(scene.officer, tip.id).text == STORY
    assert scene.message.attachments == (before,)
