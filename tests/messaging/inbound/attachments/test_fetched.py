"""Files that came with a message are fetched soon, sealed, and shown to whoever may hold the case."""

import threading
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, Appoint, Launch, journal, outbox
from tests.messaging.inbound.attachments.conftest import AN, PICTURE, Meanwhile, Scene

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
"""As if everything had been stored long ago."""


def test_a_picture_is_had(scene: Scene) -> None:
    """Its bytes lie sealed in the blob store, the platform's link is forgotten, and an officer gets it, traced."""
    scene.sends()
    scene.dialog.hears(AN, "Mã tiếp nhận")
    (attachment,) = scene.message.attachments
    assert (attachment.url, attachment.lost, attachment.name) == ("", "", "xe.png")
    assert PICTURE not in scene.app.internals.context.blobs.get(attachment.blob)
    assert scene.looks() == PICTURE
    traced = journal(scene.app)[-1]
    assert (traced.action, traced.outcome, traced.actor) == ("conversations.attachment", "read", scene.officer.label)
    assert (traced.facts["message"], traced.facts["attachment"]) == (scene.message.id, 0)
    assert (scene.row.state, scene.row.proof, scene.row.lane) == ("delivered", "fetched", "media")


def test_its_blob_is_in_use(scene: Scene) -> None:
    """Garbage collection leaves what a message refers to."""
    scene.sends()
    assert len(list(scene.app.internals.context.blobs.digests())) == 1
    assert find_unused_blobs(scene.app, AGES) == ()


def test_only_files_with_a_link_are_fetched(scene: Scene) -> None:
    """A sticker, a link and a place say all by themselves; without a link, or when it is here, nothing is fetched."""
    url = scene.chat.file(PICTURE)
    kinds = [Attachment(kind, url=url) for kind in ("sticker", "link", "location", "video", "audio", "file")]
    scene.sends(*kinds, Attachment("image", "a.png"), Attachment("image", url=url, blob="b"))
    assert scene.here() == [False] * 3 + [True] * 3 + [False, True]
    assert scene.ends() == [("delivered", "fetched")] * 3


def test_files_of_a_group_are_had_too(scene: Scene, launch: Launch) -> None:
    """Whoever moderates a group wants to see what was shown in it."""
    group = launch()
    scene.dialog.says(AN, "Xem này", to=group.title, attachments=[scene.image()])
    assert scene.here() == [True]


@pytest.mark.parametrize(
    ("content", "alive", "lost"), [(PICTURE, False, "expired"), (b"x" * (MAX_FILE_BYTES + 1), True, "too_large")]
)
def test_what_can_t_be_had_any_more_is_marked(scene: Scene, *, content: bytes, alive: bool, lost: str) -> None:
    """A dead link and a file that is too large are told to the officer, and lie on nobody's desk."""
    picture = scene.image(content)
    if not alive:
        scene.chat.forget_file(picture.url)
    scene.sends(picture)
    (attachment,) = scene.message.attachments
    assert (attachment.lost, attachment.url, attachment.blob) == (lost, "", "")
    assert scene.ends() == [("delivered", lost)]
    assert scene.app.failures.troubles(scene.officer) == ()
    with pytest.raises(NotFound, match=rf"it was lost \({lost}\)"):
        scene.looks()


def test_only_who_holds_the_case_sees_its_pictures(scene: Scene, appoint: Appoint) -> None:
    """An officer whose case it isn't is refused, and no other case opens the message."""
    scene.sends()
    said = scene.message
    app = scene.app
    stranger = appoint("tip_officer", unit="ninh-khang")
    with pytest.raises(Refused):
        app.conversations.attachment(stranger, said.case, said.id)
    scene.dialog.says("Thử Thị Bình", THEFT)
    (other,) = {one.case for one in scene.messages()} - {said.case}
    with pytest.raises(NotFound, match="for which you have the permission"):
        app.conversations.attachment(scene.officer, other, said.id)
    with pytest.raises(NotFound, match=r"has no attachment .*: it has 1, numbered from 0"):
        app.conversations.attachment(scene.officer, said.case, said.id, 1)


def test_an_attachment_without_a_file_is_said_to_have_none(scene: Scene) -> None:
    """A place has no bytes."""
    scene.sends(Attachment("location", latitude=20.25, longitude=105.97))
    with pytest.raises(NotFound, match="holds no file"):
        scene.looks()


def test_neither_the_pace_nor_its_bucket_has_to_do_with_it(scene: Scene) -> None:
    """A messenger that may send nothing for an hour is asked for files all the same, and no token is spent on it."""
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
        scene.chat.says(scene.chat.person(f"Thử {number}"), THEFT, attachments=[scene.image(b"%d" % number)])
    for request in scene.chat.webhooks():
        app.intake.accept("oa", request)
    worker.drain()
    assert all(said.attachments[0].blob for said in scene.messages())
    assert sorted(row.state for row in outbox(app, "tip.receipt")) == ["delivered", "ready", "ready"]
    scene.clock.advance(HOUR)
    worker.drain()
    assert sorted(row.state for row in outbox(app, "tip.receipt")) == ["delivered", "delivered", "ready"]


def test_an_unknown_send_holds_no_picture_up(scene: Scene) -> None:
    """What is sent and what is fetched wait in lanes of their own."""
    scene.chat.fail_next("lost_before")
    scene.sends()
    assert scene.looks() == PICTURE


def test_a_running_worker_answers_while_a_picture_comes(
    scene: Scene, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform that gives a file out slowly delays no answer; who is told to stop still waits for the file."""
    answered = threading.Event()
    begun = threading.Event()
    app = scene.app
    sound = MockMessenger.send

    def send(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        assert begun.wait(30)
        receipt = sound(self, message)
        answered.set()
        return receipt

    def slow() -> None:
        begun.set()
        assert answered.wait(30)
        app.worker.stop()

    monkeypatch.setattr(MockMessenger, "send", send)
    meanwhile(slow)
    scene.chat.says(scene.chat.person(AN), THEFT, attachments=[scene.image()])
    for request in scene.chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.run(pause=timedelta(milliseconds=10))
    assert scene.here() == [True]


def test_a_stopped_worker_begins_no_file(scene: Scene) -> None:
    """Once it was told to stop, its threads claim nothing more; the next worker has the file."""
    scene.chat.says(scene.chat.person(AN), THEFT, attachments=[scene.image()])
    for request in scene.chat.webhooks():
        scene.app.intake.accept("oa", request)
    scene.app.worker.inbox.run()
    scene.app.worker.stop()
    scene.app.worker.run()
    assert scene.row.state == "ready"
    scene.app.worker.drain()
    assert scene.here() == [True]
