"""Duration of the retries of a message, and the messages that are sent meanwhile."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import FIRE, THEFT, Launch, outbox, read_newest_receipt, read_outbox_states
from tests.messaging.outbound.test_sender_order import send_pair

from anninh_core.app import App
from anninh_core.kernel.errors import RetryLater
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

AN = "Thử Văn An"


def limit_next_sends(chat: MockChat, times: int) -> None:
    for _ in range(times):
        chat.fail_next("rate_limit", timedelta(microseconds=1))


def retry_until_settled(app: App, clock: FixedClock, purpose: str) -> None:
    """Move the clock to each next attempt of the newest row of a purpose until the row is settled."""
    while (row := outbox(app, purpose)[-1]).state in ("ready", "waiting"):
        clock.set(max(row.due_at, clock.now() + timedelta(seconds=1)))
        app.worker.drain()


def test_reply_fails_after_a_day(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A reply that can't be sent for a day becomes a failure, with the number of attempts and the reason."""
    limit_next_sends(chat, 200)
    start = clock.now()
    dialog.says(AN, THEFT)
    retry_until_settled(app, clock, "tip.receipt")
    assert read_newest_receipt(app).state == "failed"
    assert unpack_sentence(read_newest_receipt(app).error).startswith(
        f"Gave up after {read_newest_receipt(app).attempts} attempts. Too many messages were sent"
    )
    assert timedelta(hours=12) < clock.now() - start < timedelta(hours=25)


@pytest.fixture
def refused_purposes(monkeypatch: pytest.MonkeyPatch) -> dict[str, timedelta | None]:
    """Purposes of messages that the platform refuses for now -> delay that the platform requests."""
    original = MockMessenger.send
    purposes: dict[str, timedelta | None] = {}

    def refuse_or_send(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        if message.purpose in purposes:
            raise RetryLater("an attachment is still processed", purposes[message.purpose])
        return original(self, message)

    monkeypatch.setattr(MockMessenger, "send", refuse_or_send)
    return purposes


def test_emergency_reply_fails_within_minutes(
    app: App, dialog: Dialog, clock: FixedClock, refused_purposes: dict[str, timedelta | None]
) -> None:
    """An emergency reply fails after seven attempts in two minutes, and at once if the platform requests a longer
    delay.
    """
    refused_purposes["tip.emergency"] = None
    start = clock.now()
    dialog.says(AN, FIRE)
    retry_until_settled(app, clock, "tip.emergency")
    (row,) = outbox(app, "tip.emergency")
    assert (row.state, row.attempts) == ("failed", 7)
    assert clock.now() - start <= timedelta(minutes=2, seconds=10)
    refused_purposes["tip.emergency"] = timedelta(minutes=5)
    dialog.says("Thử Thị Bình", FIRE)
    assert [(row.state, row.attempts) for row in outbox(app, "tip.emergency")] == [("failed", 7), ("failed", 1)]


def test_failing_reply_moves_to_the_end(
    app: App, dialog: Dialog, clock: FixedClock, handler: Actor, refused_purposes: dict[str, timedelta | None]
) -> None:
    """After six failed attempts the conversation's next message is sent first; the reply is shown as retrying and
    arrives later.
    """
    refused_purposes["tip.receipt"] = None
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    for attempt in range(1, 6):
        assert (read_newest_receipt(app).attempts, read_newest_receipt(app).state) == (attempt, "ready")
        dialog.hears_nothing(AN)
        clock.set(read_newest_receipt(app).due_at)
        app.worker.drain()
    dialog.hears(AN, "TRA CUU")
    assert unpack_sentence(read_newest_receipt(app).error) == (
        "Moved to the end of the queue after 6 attempts. an attachment is still processed"
    )
    (trouble,) = app.failures.troubles(handler, state="retrying")
    assert (trouble.id, trouble.attempts, trouble.safe_actions) == (read_newest_receipt(app).id, 6, ())
    assert app.failures.troubles(handler) == ()
    refused_purposes.clear()
    retry_until_settled(app, clock, "tip.receipt")
    dialog.hears(AN, "Mã tiếp nhận")
    assert (read_newest_receipt(app).state, read_newest_receipt(app).attempts) == ("delivered", 7)


def test_a_correction_never_overtakes_its_original(app: App, chat: MockChat, clock: FixedClock, launch: Launch) -> None:
    """A message that follows a broadcast waits for it, however often the broadcast fails."""
    group = launch()
    other = launch("ninh-hai", title="Nhóm Zalo An ninh xã Ninh Hải")
    limit_next_sends(chat, 12)
    send_pair(app, group.conversation, other.conversation)
    app.worker.drain()
    for _ in range(11):
        assert read_outbox_states(app, "content.post") == ["ready", "waiting"]
        clock.set(outbox(app, "content.post")[0].due_at)
        app.worker.drain()
    clock.set(outbox(app, "content.post")[0].due_at)
    app.worker.drain()
    first, second = outbox(app, "content.post")
    assert (first.attempts, first.state, second.state) == (13, "delivered", "delivered")
    assert chat.account.sent(first.id)[0].id < chat.account.sent(second.id)[0].id


def test_resent_message_is_tried_once(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """A message sent again by a person gets one more attempt before it becomes a failure again."""
    limit_next_sends(chat, 200)
    dialog.says(AN, THEFT)
    retry_until_settled(app, clock, "tip.receipt")
    attempts = read_newest_receipt(app).attempts
    app.failures.resend(handler, read_newest_receipt(app).id)
    app.worker.drain()
    assert (read_newest_receipt(app).state, read_newest_receipt(app).attempts) == ("failed", attempts + 1)


def test_stale_verdict_resends_nothing(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stale "not delivered" verdict doesn't resend a row that another worker found delivered."""
    limit_next_sends(chat, 7)
    chat.fail_next("lost_answer")
    with monkeypatch.context() as patch:
        patch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
        dialog.says(AN, THEFT)
        retry_until_settled(app, clock, "tip.receipt")
    assert (read_newest_receipt(app).state, read_newest_receipt(app).attempts) == ("unknown", 8)

    def deliver_by_other_worker(*_: object) -> Verdict:
        settled = OutboxSettled(
            id=read_newest_receipt(app).id, token=None, state=OutboxState.DELIVERED, at=clock.now(), proof="reconciled"
        )
        app.internals.context.storage.commit([ChangeSet(outbox_settled=settled)])
        return Verdict.NOT_DELIVERED

    monkeypatch.setattr(MockMessenger, "reconcile", deliver_by_other_worker)
    clock.advance(timedelta(minutes=1))
    app.worker.drain()
    assert (read_newest_receipt(app).state, read_newest_receipt(app).proof) == ("delivered", "reconciled")
    assert len(chat.account.sent(read_newest_receipt(app).id)) == 1
