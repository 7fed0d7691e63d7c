"""A delivery changes the records that the message belongs to; purged data can't be sent."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, journal, outbox, read_newest_receipt
from tests.support.purging import purge_scope

from anninh_core.app import App
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, pump
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

AN = "Thử Văn An"


def settle_newest_tip(app: App, handler: Actor) -> Tip:
    """Settle the newest tip, put its answer into the outbox, and return the tip."""
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã bắt được kẻ trộm.", reason="solved")
    return app.tips.answer(handler, tip.id)


def test_delivered_answer_is_recorded_in_the_tip(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A tip is answered when its answer is delivered, with the proof, in the same commit as the settlement."""
    dialog.says(AN, THEFT)
    tip = settle_newest_tip(app, handler)
    assert app.tips.get(handler, tip.id).state is TipState.RESOLVED
    pump(app, chat)
    answered = app.tips.get(handler, tip.id)
    assert (answered.state, answered.answer_proof) == (TipState.ANSWERED, "accepted")
    (arrival,) = [entry for entry in journal(app) if "tip.answered" in entry.events]
    assert arrival.action == "dispatch.arrived"


def test_delivery_after_a_purge_settles_the_row(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """If the record was purged during the send, the row is delivered with a note why the record wasn't changed."""
    dialog.says(AN, THEFT)
    tip = settle_newest_tip(app, handler)
    row = outbox(app, "tip.answer")[0]
    original = MockMessenger.send

    def purge_and_send(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        purge_scope(app.internals.context, f"tip:{tip.id}")
        app.internals.context.encryptor.forget(f"tip:{tip.id}")
        return original(self, message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", purge_and_send)
        app.worker.drain()
    delivered = app.internals.context.storage.queues.outbox_row(row.id)
    assert delivered is not None
    assert delivered.state == "delivered"
    assert unpack_sentence(delivered.error).startswith(
        f"The outcome couldn't be noted in tip:{tip.id}. The key of 'tip:{tip.id}' was destroyed"
    )
    assert app.worker.drain() == 0


def test_purged_message_fails_with_its_reason(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, clock: FixedClock
) -> None:
    """A message fails with a reason if the key of its text or of its recipient was destroyed."""
    for scope in ("tip", "identity"):
        chat.fail_next("rate_limit", timedelta(seconds=5))
        dialog.says(f"Thử {scope}", THEFT)
        row = read_newest_receipt(app)
        key_scope = row.scope if scope == "tip" else f"identity:{row.conversation}"
        purge_scope(app.internals.context, key_scope)
        app.internals.context.encryptor.forget(key_scope)
        clock.advance(timedelta(seconds=5))
        app.worker.drain()
        assert (read_newest_receipt(app).state, read_newest_receipt(app).attempts) == ("failed", 1)
        assert unpack_sentence(read_newest_receipt(app).error).startswith(
            f"The message can't be prepared. The key of {key_scope!r} was destroyed"
        )


def test_failing_record_keeps_the_delivery(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If recording a delivery raises an error, the row is delivered with that error, and other messages are still
    sent.
    """

    def raise_key_error(*_: object) -> None:
        raise KeyError("lost")

    dialog.says(AN, THEFT)
    settle_newest_tip(app, handler)
    monkeypatch.setattr(Tip, "answered", raise_key_error)
    pump(app, chat)
    (row,) = outbox(app, "tip.answer")
    assert (row.state, unpack_sentence(row.error)) == (
        "delivered",
        f"The outcome couldn't be noted in {row.cause}. KeyError",
    )


def test_failing_storage_leaves_row_unsettled(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the storage fails while a delivery is recorded, the row isn't settled and the worker stops."""

    def raise_disk_full(*_: object) -> None:
        raise StorageError("the disk is full")

    dialog.says(AN, THEFT)
    settle_newest_tip(app, handler)
    monkeypatch.setattr(Tip, "answered", raise_disk_full)
    with pytest.raises(StorageError):
        pump(app, chat)
    assert [row.state for row in outbox(app, "tip.answer")] == ["started"]
