"""Files that came with messages are kept as all else is."""

from pathlib import Path

import pytest
from tests.app.backup.conftest import PICTURE, PROFILE, Office, Settle
from tests.app.backup.test_backup import NOW, restored

from anninh_core.app import open_app
from anninh_core.app.backup import back_up
from anninh_core.domain.conversations.files import files_of
from anninh_core.domain.conversations.model import message_scope
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place

pytestmark = pytest.mark.slow


def test_a_backup_has_them(office: Office, empty: Settle, tmp_path: Path) -> None:
    """A picture that was sealed with its conversation is carried, and opens where the backup was restored."""
    path = tmp_path / "backup.zip"
    app = office.app
    router = system("router")
    at = Address("oa", Place.PERSON, "p1")
    picture = Attachment("image", url="https://mock.invalid/files/f0001")
    came = InboundMessage(id="m1", conversation=at, sender=at, text="Xem", sent_at=NOW, attachments=(picture,))
    said = run_step(app.internals.services.conversations.record_message, router, came, kind="tip")
    blob = files_of(app.internals.runner, message_scope(said)).put(PICTURE)
    run_step(app.internals.services.conversations.keep_attachment, router, said.id, 0, blob, message_scope(said))
    assert back_up(app, office.me, path).count("blobs") == 3
    settings = empty("new")
    restored(settings, path)
    with open_app(PROFILE, settings) as new:
        assert files_of(new.internals.runner, message_scope(said)).get(blob) == PICTURE
