"""The outbox is sent under every failure that the mock chat can simulate."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, count_sends, read_newest_receipt, read_outbox_states

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.kernel.errors import RequestRejected
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger
from anninh_core.usecase import Actor
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

AN = "Thử Văn An"


def test_a_message_leaves_once(app: App, chat: MockChat, dialog: Dialog) -> None:
    """An accepted message is settled with the platform's id, and not sent again."""
    dialog.says(AN, THEFT)
    app.worker.drain()
    row = read_newest_receipt(app)
    assert (row.state, row.attempts, row.proof) == ("delivered", 1, "accepted")
    assert row.platform_id == chat.account.sent(row.id)[0].id
    assert count_sends(app, chat) == [1]


def test_a_rate_limit_is_honoured(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """After a rate limit the message isn't tried before the platform's requested delay is over, and then arrives."""
    chat.fail_next("rate_limit", timedelta(minutes=5))
    dialog.says(AN, THEFT)
    clock.advance(timedelta(minutes=4, seconds=59))
    app.worker.drain()
    dialog.hears_nothing(AN)
    assert (read_newest_receipt(app).state, read_newest_receipt(app).attempts) == ("ready", 1)
    clock.advance(timedelta(seconds=1))
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")


def test_a_rate_limit_without_a_delay_backs_off(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """If the platform requests no delay, the delays between attempts double from two seconds up to 15 minutes, and the
    message arrives after hours.
    """
    waits = []
    for _ in range(40):
        chat.fail_next("rate_limit", timedelta(microseconds=1))
    start = clock.now()
    dialog.says(AN, THEFT)
    while read_newest_receipt(app).state == "ready":
        waits.append((read_newest_receipt(app).due_at - clock.now()).total_seconds())
        clock.set(read_newest_receipt(app).due_at)
        app.worker.drain()
    assert (read_newest_receipt(app).state, read_newest_receipt(app).attempts) == ("delivered", 41)
    assert [2**n <= wait <= 2 ** (n + 1) for n, wait in enumerate(waits[:8])] == [True] * 8
    assert max(waits) <= 900
    assert clock.now() - start > timedelta(hours=4)


def test_an_expired_token_waits_for_a_person(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """After an expired token a message isn't retried until a person has logged in."""
    chat.fail_next("expired_token")
    dialog.says(AN, THEFT)
    clock.advance(timedelta(days=2))
    app.worker.drain()
    assert (read_newest_receipt(app).state, read_newest_receipt(app).attempts) == ("needs_person", 1)
    assert "log in again" in read_newest_receipt(app).error


def test_a_lost_answer_is_reconciled(app: App, chat: MockChat, dialog: Dialog) -> None:
    """A message that arrived although the platform's response was lost is settled as delivered, and not sent again."""
    chat.fail_next("lost_answer")
    dialog.says(AN, THEFT)
    app.worker.drain()
    assert (read_newest_receipt(app).state, read_newest_receipt(app).proof) == ("delivered", "reconciled")
    assert count_sends(app, chat) == [1]


def test_lost_message_is_sent_again(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A message that was lost before it arrived is sent again once, after a pause."""
    chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    dialog.hears_nothing(AN)
    clock.advance(timedelta(seconds=4))
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert count_sends(app, chat) == [1]


def test_repeated_losses_are_retried_slowly(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A message that is lost again and again is tried about four times an hour, and fails within a day."""
    for _ in range(150):
        chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    assert read_newest_receipt(app).attempts == 1
    for _ in range(24 * 12):
        clock.advance(timedelta(minutes=5))
        app.worker.drain()
    assert read_newest_receipt(app).state == "failed"
    assert 90 < read_newest_receipt(app).attempts < 150


def test_rejected_message_becomes_a_failure(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A rejected message is tried once and becomes a failure."""
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    (trouble,) = app.failures.troubles(handler)
    assert (trouble.direction, trouble.state, trouble.purpose, trouble.attempts) == ("out", "failed", "tip.receipt", 1)
    assert trouble.reason.endswith("(scripted: rejected)")


def test_unknown_outcome_is_not_sent_again(
    app: App, chat: MockChat, dialog: Dialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message with an outcome that the platform can't report stays unknown, and isn't sent again."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
    chat.fail_next("lost_answer")
    dialog.says(AN, THEFT)
    for _ in range(5):
        app.worker.drain()
    assert read_outbox_states(app) == ["unknown"]
    assert count_sends(app, chat) == [1]


def build_failing_call(error: Exception) -> Callable[..., Receipt]:
    def raise_error(*_: object) -> Receipt:
        raise error

    return raise_error


def test_any_error_while_sending_means_unknown(
    app: App, chat: MockChat, dialog: Dialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any error during a send means an unknown outcome, since data may have been sent; an error in reconciliation
    changes nothing.
    """
    monkeypatch.setattr(MockMessenger, "send", build_failing_call(RuntimeError("socket")))
    monkeypatch.setattr(MockMessenger, "reconcile", build_failing_call(RuntimeError("socket")))
    dialog.says(AN, THEFT)
    assert (read_newest_receipt(app).state, read_newest_receipt(app).error) == ("unknown", "RuntimeError")


def test_outbox_has_no_addresses(app: App, chat: MockChat, dialog: Dialog) -> None:
    """The outbox doesn't contain the recipient's address; it is read from the encrypted conversation when the message
    is sent.
    """
    dialog.says(AN, THEFT)
    who = app.internals.context.storage.records.get(
        CONVERSATION.name, find_recipient(app.internals.context, read_newest_receipt(app))
    )
    assert who is not None
    assert chat.person(AN).encode() not in who.body + read_newest_receipt(app).body
    assert chat.person(AN) not in read_newest_receipt(app).conversation


def test_rows_of_removed_messenger_stay_unknown(app: App, chat: MockChat, dialog: Dialog) -> None:
    """An unknown row of a messenger that is no longer in the settings stays unknown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
        chat.fail_next("lost_answer")
        dialog.says(AN, THEFT)
    del app.internals.messengers["oa"]  # type: ignore[attr-defined]
    app.worker.drain()
    assert read_outbox_states(app) == ["unknown"]


def test_stored_error_quotes_no_message(app: App, dialog: Dialog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stored error of a send has neither recipient nor text, even if the adapter's error quotes them."""

    def reject_and_quote(_: MockMessenger, message: OutgoingMessage) -> Receipt:
        raise RequestRejected(f"user {message.to.id} can't be sent {message.text!r}")

    monkeypatch.setattr(MockMessenger, "send", reject_and_quote)
    dialog.says(AN, THEFT)
    app.worker.drain()
    assert read_newest_receipt(app).state == "failed"
    error = read_newest_receipt(app).error
    assert re.fullmatch(r"RequestRejected: user … can't be sent '…(\\n…)*'", unpack_sentence(error))
    assert [line for line in THEFT.splitlines() if line in error] == []
