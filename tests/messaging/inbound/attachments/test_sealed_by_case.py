"""Words and files are sealed by the case that they belong to, and go with it and with no other."""

import pytest
from tests.messaging.conftest import Launch
from tests.messaging.inbound.attachments.conftest import AN, PICTURE, Meanwhile, Scene
from tests.messaging.inbound.attachments.test_trouble import AGES, HOUR
from tests.support.pictures import picture
from tests.support.purging import purge_scope

from anninh_core.app.backup.garbage import collect_garbage
from anninh_core.domain.conversations.files import files_of
from anninh_core.domain.conversations.model import MESSAGE, conversation_scope, talk_scope
from anninh_core.kernel.errors import DecryptionError

STORY = "Đêm qua nhà em bị mất trộm xe đạp ở xóm 2"


def scopes(scene: Scene) -> set[str]:
    """Return what seals the messages that can be read."""
    return {record.scope for record in scene.app.internals.context.storage.maintenance.scan(MESSAGE.name)}


def in_conversation(scene: Scene, blob: str) -> bool:
    """Tell whether a file opens by the key of its conversation, or of what was said in it that month."""
    return any(opens(scene, scope, blob) for scope in earlier_scopes(scene))


def earlier_scopes(scene: Scene) -> tuple[str, str]:
    message = scene.messages()[0]
    return conversation_scope(message.conversation), talk_scope(message)


def opens(scene: Scene, scope: str, blob: str) -> bool:
    try:
        return files_of(scene.app.internals.runner, scope).get(blob) == PICTURE
    except DecryptionError:
        return False


def mark(scene: Scene) -> None:
    """Let the officer make a tip of the only message."""
    scene.app.conversations.create_tip(scene.officer, [scene.message.id])


def test_a_message_is_sealed_by_its_case(scene: Scene) -> None:
    """From the commit on in which it is linked; chatter stays with the conversation."""
    scene.dialog.says(AN, "chào")
    scene.dialog.says(AN, STORY)
    chatter, story = scene.messages()
    assert scopes(scene) == {conversation_scope(chatter.conversation), story.case}
    assert story.case.startswith("tip:")


def test_a_file_is_sealed_by_the_case_too(scene: Scene) -> None:
    """It opens where the case is read, and not by the key of the conversation."""
    scene.sends()
    (attachment,) = scene.message.attachments
    assert scene.looks() == PICTURE
    assert not in_conversation(scene, attachment.blob)


def test_one_case_is_purged_and_the_other_read(scene: Scene) -> None:
    """Two cases of the same resident: words and file of one are gone, those of the other are there."""
    scene.sends()
    first = scene.message
    scene.dialog.says(AN, "Hôm nay lại có người đánh nhau ở chợ", attachments=[scene.image(picture(2))])
    second = next(message for message in scene.messages() if message.case != first.case)
    assert second.conversation == first.conversation
    purge_scope(scene.app.internals.context, first.case)
    with pytest.raises(DecryptionError):
        scene.app.conversations.attachment(scene.officer, first.case, first.id)
    assert [message.id for message in scene.messages()] == [second.id]
    assert scene.app.conversations.attachment(scene.officer, second.case, second.id).data == picture(2)
    assert [message.text for message in scene.app.conversations.history(scene.officer, second.case).items] == [
        second.text
    ]


def test_a_file_said_in_a_group_moves_to_the_case(scene: Scene, launch: Launch) -> None:
    """Marked as a tip, a post and its picture are sealed by the tip in the same commit; the old file is garbage."""
    group = launch()
    scene.dialog.says(AN, STORY, to=group.title, attachments=[scene.image()])
    (before,) = scene.message.attachments
    assert in_conversation(scene, before.blob)
    tip = scene.app.conversations.create_tip(scene.officer, [scene.message.id])
    (after,) = scene.message.attachments
    assert (after.blob != before.blob, in_conversation(scene, after.blob)) == (True, False)
    assert scene.app.conversations.attachment(scene.officer, f"tip:{tip.id}", scene.message.id).data == PICTURE
    assert collect_garbage(scene.app, scene.officer, AGES).blobs == 1
    for scope in earlier_scopes(scene):
        purge_scope(scene.app.internals.context, scope)
    assert scene.app.conversations.attachment(scene.officer, f"tip:{tip.id}", scene.message.id).data == PICTURE


def test_a_post_marked_while_its_file_is_fetched(scene: Scene, launch: Launch, meanwhile: Meanwhile) -> None:
    """The file is fetched once more, and sealed by the case that the post has come to."""
    group = launch()
    meanwhile(lambda: mark(scene))
    scene.dialog.says(AN, STORY, to=group.title, attachments=[scene.image()])
    for _ in range(3):
        scene.later(HOUR)
    (attachment,) = scene.message.attachments
    assert attachment.blob
    assert not in_conversation(scene, attachment.blob)
    assert scene.app.conversations.attachment(scene.officer, scene.message.case, scene.message.id).data == PICTURE


def test_a_post_whose_file_is_gone_becomes_a_tip_all_the_same(scene: Scene, launch: Launch) -> None:
    """A lost file loses no words."""
    group = launch()
    scene.dialog.says(AN, STORY, to=group.title, attachments=[scene.image()])
    (before,) = scene.message.attachments
    scene.app.internals.context.blobs.delete(before.blob)
    tip = scene.app.conversations.create_tip(scene.officer, [scene.message.id])
    assert scene.app.tips.get(scene.officer, tip.id).text == STORY
    assert scene.message.attachments == (before,)
