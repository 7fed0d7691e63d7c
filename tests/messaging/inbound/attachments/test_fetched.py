"""Files of a message are fetched soon, encrypted, and shown to officers with permission for the case."""

import threading
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, Appoint, Launch, journal, outbox
from tests.messaging.inbound.attachments.conftest import AN, PICTURE, AttachmentScene, Meanwhile

from anninh_core.app.backup.garbage import find_unused_blobs
from anninh_core.app.bootstrap.worker import build_worker
from anninh_core.domain.audit.heads.journal_monitor import HeadSchedule
from anninh_core.kernel.errors import NotFound, Refused
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.testing import MockMessenger
from anninh_core.testing.mock.account import MAX_FILE_BYTES
from anninh_core.vocabulary.messages import Attachment, OutgoingMessage, Receipt
from anninh_core.vocabulary.rates import Rate

HOUR = timedelta(hours=1)
AGES = -timedelta(days=100 * 365)
"""Negative minimum age, with which every blob counts as stored long ago."""


def test_picture_is_fetched_and_encrypted(scene: AttachmentScene) -> None:
    """A picture's content is encrypted in the blob store, the platform's link is removed, and each opening is in the
    journal.
    """
    scene.sends()
    scene.dialog.hears(AN, "Mã tiếp nhận")
    (attachment,) = scene.message.attachments
    assert (attachment.url, attachment.lost, attachment.name) == ("", "", "xe.png")
    assert PICTURE not in scene.app.internals.context.blobs.get(attachment.blob)
    assert scene.open_attachment() == PICTURE
    traced = journal(scene.app)[-1]
    assert (traced.action, traced.outcome, traced.actor) == ("conversations.attachment", "read", scene.officer.label)
    assert (traced.facts["message"], traced.facts["attachment"]) == (scene.message.id, 0)
    assert (scene.fetch_row.state, scene.fetch_row.proof, scene.fetch_row.lane) == ("delivered", "fetched", "media")


def test_its_blob_is_in_use(scene: AttachmentScene) -> None:
    """Garbage collection keeps blobs that a message refers to."""
    scene.sends()
    assert len(list(scene.app.internals.context.blobs.digests())) == 1
    assert find_unused_blobs(scene.app, AGES) == ()


def test_only_files_with_a_link_are_fetched(scene: AttachmentScene) -> None:
    """Files are fetched for pictures, videos, audio and files with a link that aren't stored yet, and not for stickers,
    links and places.
    """
    url = scene.chat.file(PICTURE)
    kinds = [Attachment(kind, url=url) for kind in ("sticker", "link", "location", "video", "audio", "file")]
    scene.sends(*kinds, Attachment("image", "a.png"), Attachment("image", url=url, blob="b"))
    assert scene.are_attachments_stored() == [False] * 3 + [True] * 3 + [False, True]
    assert scene.list_row_results() == [("delivered", "fetched")] * 3


def test_files_of_a_group_are_fetched_too(scene: AttachmentScene, launch: Launch) -> None:
    """Files posted in a group are fetched too, for its moderators."""
    group = launch()
    scene.dialog.says(AN, "Xem này", to=group.title, attachments=[scene.add_picture()])
    assert scene.are_attachments_stored() == [True]


@pytest.mark.parametrize(
    ("content", "alive", "lost"), [(PICTURE, False, "expired"), (b"x" * (MAX_FILE_BYTES + 1), True, "too_large")]
)
def test_lost_file_is_marked(scene: AttachmentScene, *, content: bytes, alive: bool, lost: str) -> None:
    """A file with an expired link or beyond the size limit is marked as lost for the officer, and is no failure to
    decide.
    """
    picture = scene.add_picture(content)
    if not alive:
        scene.chat.forget_file(picture.url)
    scene.sends(picture)
    (attachment,) = scene.message.attachments
    assert (attachment.lost, attachment.url, attachment.blob) == (lost, "", "")
    assert scene.list_row_results() == [("delivered", lost)]
    assert scene.app.failures.troubles(scene.officer) == ()
    with pytest.raises(NotFound, match=rf"it was lost \({lost}\)"):
        scene.open_attachment()


def test_pictures_need_permission_for_the_case(scene: AttachmentScene, appoint: Appoint) -> None:
    """An attachment is refused to officers without permission for the case, under another case, and for a number that
    the message doesn't have.
    """
    scene.sends()
    message = scene.message
    app = scene.app
    stranger = appoint("tip_officer", unit="ninh-khang")
    with pytest.raises(Refused):
        app.conversations.attachment(stranger, message.case, message.id)
    scene.dialog.says("Thử Thị Bình", THEFT)
    (other,) = {sent.case for sent in scene.read_messages()} - {message.case}
    with pytest.raises(NotFound, match="for which you have the permission"):
        app.conversations.attachment(scene.officer, other, message.id)
    with pytest.raises(NotFound, match=r"has no attachment .*: it has 1, numbered from 0"):
        app.conversations.attachment(scene.officer, message.case, message.id, 1)


def test_attachment_without_file_cannot_be_opened(scene: AttachmentScene) -> None:
    """Opening an attachment without a file, such as a place, is refused with that reason."""
    scene.sends(Attachment("location", latitude=20.25, longitude=105.97))
    with pytest.raises(NotFound, match="holds no file"):
        scene.open_attachment()


def test_fetching_ignores_the_rate_limit(scene: AttachmentScene) -> None:
    """Fetching ignores a messenger's rate limit and uses up none of it."""
    app = scene.app
    paces = {"oa": RateLimit(overall=Rate(per_minute=1 / 60))}
    heads = HeadSchedule(24, 1000, {})
    worker = build_worker(
        app.internals.runner,
        app.internals.services,
        app.internals.plugins,
        app.internals.messengers,
        limits=paces,
        heads=heads,
        collectors={},
    )
    for number in range(3):
        scene.chat.says(scene.chat.person(f"Thử {number}"), THEFT, attachments=[scene.add_picture(b"%d" % number)])
    for request in scene.chat.webhooks():
        app.intake.accept("oa", request)
    worker.drain()
    assert all(message.attachments[0].blob for message in scene.read_messages())
    assert sorted(row.state for row in outbox(app, "tip.receipt")) == ["delivered", "ready", "ready"]
    scene.clock.advance(HOUR)
    worker.drain()
    assert sorted(row.state for row in outbox(app, "tip.receipt")) == ["delivered", "delivered", "ready"]


def test_unknown_send_delays_no_fetch(scene: AttachmentScene) -> None:
    """A send with an unknown outcome doesn't delay fetches, which have their own lane."""
    scene.chat.fail_next("lost_before")
    scene.sends()
    assert scene.open_attachment() == PICTURE


def test_slow_fetch_delays_no_reply(
    scene: AttachmentScene, run_during_fetch: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow fetch doesn't delay replies, and a stopping worker finishes the fetch."""
    answered = threading.Event()
    fetch_started = threading.Event()
    app = scene.app
    original_send = MockMessenger.send

    def record_and_send(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        assert fetch_started.wait(30)
        receipt = original_send(self, message)
        answered.set()
        return receipt

    def fetch_slowly() -> None:
        fetch_started.set()
        assert answered.wait(30)
        app.worker.stop()

    monkeypatch.setattr(MockMessenger, "send", record_and_send)
    run_during_fetch(fetch_slowly)
    scene.chat.says(scene.chat.person(AN), THEFT, attachments=[scene.add_picture()])
    for request in scene.chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.run(pause=timedelta(milliseconds=10))
    assert scene.are_attachments_stored() == [True]


def test_stopped_worker_starts_no_fetch(scene: AttachmentScene) -> None:
    """A stopped worker claims no further file; the next worker fetches it."""
    scene.chat.says(scene.chat.person(AN), THEFT, attachments=[scene.add_picture()])
    for request in scene.chat.webhooks():
        scene.app.intake.accept("oa", request)
    scene.app.worker.inbox.run()
    scene.app.worker.stop()
    scene.app.worker.run()
    assert scene.fetch_row.state == "ready"
    scene.app.worker.drain()
    assert scene.are_attachments_stored() == [True]
