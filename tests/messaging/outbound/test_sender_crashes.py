"""Workers that die or are overtaken in the middle of a send."""

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


def test_a_crash_after_starting_is_owned_up_to(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row started and never settled is unknown once its lease ran out, and the platform is asked about it."""

    def dies(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sound(self, message)
        raise KeyboardInterrupt

    sound = MockMessenger.send
    monkeypatch.setattr(MockMessenger, "send", dies)
    with pytest.raises(KeyboardInterrupt):
        dialog.says(AN, THEFT)
    monkeypatch.setattr(MockMessenger, "send", sound)
    app.worker.drain()
    assert receipt(app).state == "started"
    clock.advance(LEASE)
    for _ in range(2):
        app.worker.step()
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "reconciled")
    assert times_sent(app, chat) == [1]


def test_a_crash_before_starting_loses_nothing(app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> None:
    """A row claimed and never started goes out when the lease has run out."""
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
    """A worker whose lease ran out while it prepared finds its row taken, and leaves it."""
    chat.fail_next("rate_limit", timedelta(seconds=5))
    dialog.says(AN, THEFT)
    clock.advance(timedelta(seconds=5))
    queues = app.internals.context.storage.queues
    sound = type(queues).start
    calls: list[str] = []

    def overtaken(self: object, id: str, token: int, now: object, ttl: timedelta) -> bool:
        if not calls:
            calls.append(id)
            clock.advance(LEASE)
            app.worker.step()
        return sound(self, id, token, now, ttl)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(queues), "start", overtaken)
        app.worker.step()
    assert times_sent(app, chat) == [1]
    assert receipt(app).state == "delivered"


def test_settling_what_another_worker_settled_is_left_alone(
    app: App, chat: MockChat, clock: FixedClock, dialog: Dialog
) -> None:
    """A send that took longer than its lease and was reconciled meanwhile counts once."""
    sound = MockMessenger.send

    def slow(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sent = sound(self, message)
        clock.advance(LEASE)
        app.internals.context.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        app.worker.step()
        return sent

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", slow)
        dialog.says(AN, THEFT)
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "reconciled")
    assert times_sent(app, chat) == [1]


def test_an_answer_settled_meanwhile_is_noted_once(app: App, clock: FixedClock, dialog: Dialog, handler: Actor) -> None:
    """The tip is answered by what the faster worker knew; the slower one finds the row settled."""
    dialog.says(AN, THEFT)
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã xong.", reason="solved")
    app.tips.answer(handler, tip.id)
    sound = MockMessenger.send

    def slow(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sent = sound(self, message)
        clock.advance(LEASE)
        app.internals.context.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        app.worker.step()
        return sent

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", slow)
        app.worker.step()
    assert app.tips.get(handler, tip.id).answer_proof == "reconciled"
    assert [row.state for row in outbox(app, "tip.answer")] == ["delivered"]
