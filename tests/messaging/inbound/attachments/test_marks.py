"""The journal marks each file that was fetched, so that who has the keys can tell whether it is the one."""

from tests.messaging.conftest import Launch, journal
from tests.messaging.inbound.attachments.conftest import AN, Scene


def test_one_photo_has_two_marks(scene: Scene, launch: Launch) -> None:
    """In a group and in private, and sent twice in private: no mark tells that one person sent both."""
    group = launch()
    photo = scene.image()
    scene.sends(photo)
    scene.dialog.says(AN, "Xem này", to=group.title, attachments=[photo])
    scene.dialog.says(AN, "Xin gửi lại", attachments=[photo])
    marks = [entry.facts["file"] for entry in journal(scene.app) if "attachment.kept" in entry.events]
    assert len(marks) == 3
    assert len(set(marks)) == 3
