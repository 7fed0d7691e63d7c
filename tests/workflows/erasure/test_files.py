"""An erased person's files are deleted with their messages, even if a kept case has encrypted copies of them."""

from tests.messaging.conftest import THEFT
from tests.workflows.erasure.conftest import NAME, Withdraws, erase_resident

from anninh_core.app import App
from anninh_core.domain.tips import TipState
from anninh_core.testing import Dialog, FixedClock, MockChat
from anninh_core.testing.memory import MemoryBlobs
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Attachment


def test_kept_case_loses_erased_persons_files(
    *,
    app: App,
    chat: MockChat,
    clock: FixedClock,
    dialog: Dialog,
    operator: Actor,
    handler: Actor,
    withdraw_function: Withdraws,
) -> None:
    """A kept case keeps its text after its reporter's erasure, but not the reporter's picture; another resident's
    picture stays.
    """
    app.internals.context.blobs = MemoryBlobs(clock)
    for name in (NAME, "Thử Thị Bình"):
        dialog.says(name, THEFT, attachments=[Attachment("image", "xe.png", url=chat.file(name.encode()))])
    app.worker.drain()
    assert len(list(app.internals.context.blobs.digests())) == 2
    mine = app.tips.list(handler).items[-1]
    app.tips.triage(handler, mine.id, unit="ninh-hoa", category=mine.category, urgency="ordinary")
    app.tips.settle(handler, mine.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, mine.id)
    app.worker.drain()
    (message,) = app.conversations.history(handler, f"tip:{mine.id}").items
    assert app.conversations.attachment(handler, f"tip:{mine.id}", message.id).data == NAME.encode()
    erase_resident(app, operator, withdraw_function())
    assert app.tips.get(handler, mine.id).text == THEFT
    (remaining,) = app.internals.context.blobs.digests()
    (other,) = (tip for tip in app.tips.list(handler).items if tip.id != mine.id)
    (message,) = app.conversations.history(handler, f"tip:{other.id}").items
    assert [attachment.blob for attachment in message.attachments] == [remaining]
