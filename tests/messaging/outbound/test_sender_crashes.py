"""Workers that die during a send, or lose their lease to another worker."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, count_sends, outbox, read_newest_receipt

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
    """A row whose send was started but never settled becomes unknown after its lease expires, and is reconciled."""

    def send_and_interrupt(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        original(self, message)
        raise KeyboardInterrupt

    original = MockMessenger.send
    monkeypatch.setattr(MockMessenger, "send", send_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        dialog.says(AN, THEFT)
    monkeypatch.setattr(MockMessenger, "send", original)
    app.worker.drain()
    assert read_newest_receipt(app).state == "started"
    clock.advance(LEASE)
    for _ in range(2):
        app.worker.step()
    assert (read_newest_receipt(app).state, read_newest_receipt(app).proof) == ("delivered", "reconciled")
    assert count_sends(app, chat) == [1]


def test_a_crash_before_starting_loses_nothing(app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> None:
    """A row that was claimed but never started is sent after the lease expires."""
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

    def start_after_other_worker(self: object, id: str, token: int, now: object, ttl: timedelta) -> bool:
        if not calls:
            calls.append(id)
            clock.advance(LEASE)
            app.worker.step()
        return original(self, id, token, now, ttl)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(queues), "start", start_after_other_worker)
        app.worker.step()
    assert count_sends(app, chat) == [1]
    assert read_newest_receipt(app).state == "delivered"


def test_row_is_settled_only_once(app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> None:
    """A send that took longer than its lease and was reconciled meanwhile counts once."""
    original = MockMessenger.send

    def send_beyond_lease(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sent_receipt = original(self, message)
        clock.advance(LEASE)
        app.internals.context.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        app.worker.step()
        return sent_receipt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", send_beyond_lease)
        dialog.says(AN, THEFT)
    assert (read_newest_receipt(app).state, read_newest_receipt(app).proof) == ("delivered", "reconciled")
    assert count_sends(app, chat) == [1]


def test_answer_is_recorded_only_once(app: App, clock: FixedClock, dialog: Dialog, handler: Actor) -> None:
    """An answer settled by a faster worker is recorded once in its tip."""
    dialog.says(AN, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã xong.", reason="solved")
    app.tips.answer(handler, tip.id)
    original = MockMessenger.send

    def send_answer_beyond_lease(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sent_receipt = original(self, message)
        clock.advance(LEASE)
        app.internals.context.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        app.worker.step()
        return sent_receipt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", send_answer_beyond_lease)
        app.worker.step()
    assert app.tips.get(handler, tip.id).answer_proof == "reconciled"
    assert [row.state for row in outbox(app, "tip.answer")] == ["delivered"]
