"""What an arrival changes in the domain, and what was purged on the way."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, journal, outbox, receipt
from tests.support.purging import purge_scope

from anninh_core.app import App
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, pump
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

AN = "Thử Văn An"


def settled_tip(app: App, handler: Actor) -> Tip:
    """Settle the newest tip and put its answer into the outbox."""
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã bắt được kẻ trộm.", reason="solved")
    return app.tips.answer(handler, tip.id)


def test_the_arrival_of_an_answer_is_written_into_the_tip(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor
) -> None:
    """The tip is answered when its answer arrived, with the proof, in the same commit as the settlement."""
    dialog.says(AN, THEFT)
    tip = settled_tip(app, handler)
    assert app.tips.get(handler, tip.id).state is TipState.RESOLVED
    pump(app, chat)
    answered = app.tips.get(handler, tip.id)
    assert (answered.state, answered.answer_proof) == (TipState.ANSWERED, "accepted")
    (arrived,) = [entry for entry in journal(app) if "tip.answered" in entry.events]
    assert arrived.action == "dispatch.arrived"


def test_an_arrival_that_comes_too_late_settles_its_row_all_the_same(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor
) -> None:
    """The record is purged meanwhile: what arrived has arrived, the row says why it was not noted, nothing hangs."""
    dialog.says(AN, THEFT)
    tip = settled_tip(app, handler)
    row = outbox(app, "tip.answer")[0]
    sound = MockMessenger.send

    def purged_meanwhile(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        purge_scope(app.internals.context, f"tip:{tip.id}")
        app.internals.context.encryptor.forget(f"tip:{tip.id}")
        return sound(self, message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", purged_meanwhile)
        app.worker.drain()
    settled = app.internals.context.storage.queues.outbox_row(row.id)
    assert settled is not None
    assert settled.state == "delivered"
    assert unpack_sentence(settled.error).startswith(
        f"The outcome couldn't be noted in tip:{tip.id}. The key of 'tip:{tip.id}' was destroyed"
    )
    assert app.worker.drain() == 0


def test_what_was_purged_before_it_left_is_shown(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, clock: FixedClock
) -> None:
    """Words whose key is destroyed, and a recipient whose identity is, can't be sent: the failure desk says so."""
    for scope in ("tip", "identity"):
        chat.fail_next("rate_limit", timedelta(seconds=5))
        dialog.says(f"Thử {scope}", THEFT)
        row = receipt(app)
        destroyed = row.scope if scope == "tip" else f"identity:{row.conversation}"
        purge_scope(app.internals.context, destroyed)
        app.internals.context.encryptor.forget(destroyed)
        clock.advance(timedelta(seconds=5))
        app.worker.drain()
        assert (receipt(app).state, receipt(app).attempts) == ("failed", 1)
        assert unpack_sentence(receipt(app).error).startswith(
            f"The message can't be prepared. The key of {destroyed!r} was destroyed"
        )


def test_a_room_that_fails_at_an_arrival_stops_nobody(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrived has arrived: the row is settled and says what failed, and the mail of others goes on."""

    def broken(*_: object) -> None:
        raise KeyError("lost")

    dialog.says(AN, THEFT)
    settled_tip(app, handler)
    monkeypatch.setattr(Tip, "answered", broken)
    pump(app, chat)
    (row,) = outbox(app, "tip.answer")
    assert (row.state, unpack_sentence(row.error)) == (
        "delivered",
        f"The outcome couldn't be noted in {row.cause}. KeyError",
    )


def test_an_arrival_waits_for_a_storage_in_trouble(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It isn't settled without its ending: the worker stops, and the row is still there to be cleared up."""

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    dialog.says(AN, THEFT)
    settled_tip(app, handler)
    monkeypatch.setattr(Tip, "answered", full)
    with pytest.raises(StorageError):
        pump(app, chat)
    assert [row.state for row in outbox(app, "tip.answer")] == ["started"]
