"""Files received with messages are backed up."""

from pathlib import Path

import pytest
from tests.app.backup.conftest import PICTURE, PROFILE, Office, Settle
from tests.app.backup.test_backup import NOW, restore_backup

from anninh_core.app import open_app
from anninh_core.app.backup import back_up
from anninh_core.domain.conversations.files import get_file_storage
from anninh_core.domain.conversations.model import message_scope
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place

pytestmark = pytest.mark.slow


def test_backup_contains_message_files(office: Office, empty_folder_maker: Settle, tmp_path: Path) -> None:
    """A picture encrypted with its conversation is in the backup, and can be decrypted after the restore."""
    path = tmp_path / "backup.zip"
    app = office.app
    router = system("router")
    address = Address("oa", Place.PERSON, "p1")
    picture = Attachment("image", url="https://mock.invalid/files/f0001")
    inbound = InboundMessage(
        id="m1", conversation=address, sender=address, text="Xem", sent_at=NOW, attachments=(picture,)
    )
    message = run_step(app.internals.services.conversations.record_message, router, inbound, kind="tip")
    blob = get_file_storage(app.internals.runner, message_scope(message)).put(PICTURE)
    run_step(app.internals.services.conversations.keep_attachment, router, message.id, 0, blob, message_scope(message))
    assert back_up(app, office.me, path).count("blobs") == 3
    settings = empty_folder_maker("new")
    restore_backup(settings, path)
    with open_app(PROFILE, settings) as new:
        assert get_file_storage(new.internals.runner, message_scope(message)).get(blob) == PICTURE
