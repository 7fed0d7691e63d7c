"""The journal has a mark for each fetched file, so that a person with the keys can recognise the file."""

from tests.messaging.conftest import Launch, journal
from tests.messaging.inbound.attachments.conftest import AN, AttachmentScene


def test_same_photo_gets_different_marks(scene: AttachmentScene, launch: Launch) -> None:
    """A photo gets a different mark each time it is sent, so that no mark shows that one person sent it in a group and
    in private.
    """
    group = launch()
    photo = scene.add_picture()
    scene.sends(photo)
    scene.dialog.says(AN, "Xem này", to=group.title, attachments=[photo])
    scene.dialog.says(AN, "Xin gửi lại", attachments=[photo])
    marks = [entry.facts["file"] for entry in journal(scene.app) if "attachment.kept" in entry.events]
    assert len(marks) == 3
    assert len(set(marks)) == 3
