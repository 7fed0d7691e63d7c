"""Workers that die or are overtaken during a send."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, outbox, receipt, times_sent

from anninh_core.app import App
from anninh_core.domain.tips import TipState
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

AN = "Thử Văn An"
LEASE = timedelta(minutes=3)


def test_crash_after_start_is_reconciled(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that was started and never settled becomes unknown after its lease expires, and is reconciled."""

    def interrupt(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        original(self, message)
        raise KeyboardInterrupt

    original = MockMessenger.send
    monkeypatch.setattr(MockMessenger, "send", interrupt)
    with pytest.raises(KeyboardInterrupt):
        dialog.says(AN, THEFT)
    monkeypatch.setattr(MockMessenger, "send", original)
    app.worker.drain()
    assert receipt(app).state == "started"
    clock.advance(LEASE)
    for _ in range(2):
        app.worker.step()
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "reconciled")
    assert times_sent(app, chat) == [1]


def test_a_crash_before_starting_loses_nothing(app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> None:
    """A row that was claimed and never started is sent after the lease expires."""
    chat.fail_next("rate_limit", timedelta(seconds=10))
    dialog.says(AN, THEFT)
    clock.advance(timedelta(seconds=10))
    queues = app.internals.context.storage.queues
    (claimed,) = queues.claim_outbox(clock.now(), timedelta(minutes=2), 10)
    app.worker.drain()
    dialog.hears_nothing(AN)
    clock.advance(LEASE)
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert not queues.start(claimed.id, claimed.token, clock.now(), timedelta(minutes=2))


def test_two_workers_send_nothing_twice(app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> None:
    """A worker with an expired lease finds its row taken by another worker, and doesn't send it."""
    chat.fail_next("rate_limit", timedelta(seconds=5))
    dialog.says(AN, THEFT)
    clock.advance(timedelta(seconds=5))
    queues = app.internals.context.storage.queues
    original = type(queues).start
    calls: list[str] = []

    def overtaken(self: object, id: str, token: int, now: object, ttl: timedelta) -> bool:
        if not calls:
            calls.append(id)
            clock.advance(LEASE)
            app.worker.step()
        return original(self, id, token, now, ttl)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(queues), "start", overtaken)
        app.worker.step()
    assert times_sent(app, chat) == [1]
    assert receipt(app).state == "delivered"


def test_row_is_settled_only_once(app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> None:
    """A send that took longer than its lease and was reconciled meanwhile counts once."""
    original = MockMessenger.send

    def slow(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sent_receipt = original(self, message)
        clock.advance(LEASE)
        app.internals.context.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        app.worker.step()
        return sent_receipt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", slow)
        dialog.says(AN, THEFT)
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "reconciled")
    assert times_sent(app, chat) == [1]


def test_answer_is_recorded_only_once(app: App, clock: FixedClock, dialog: Dialog, handler: Actor) -> None:
    """An answer settled by a faster worker is recorded once in its tip."""
    dialog.says(AN, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã xong.", reason="solved")
    app.tips.answer(handler, tip.id)
    original = MockMessenger.send

    def slow(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sent_receipt = original(self, message)
        clock.advance(LEASE)
        app.internals.context.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        app.worker.step()
        return sent_receipt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", slow)
        app.worker.step()
    assert app.tips.get(handler, tip.id).answer_proof == "reconciled"
    assert [row.state for row in outbox(app, "tip.answer")] == ["delivered"]
