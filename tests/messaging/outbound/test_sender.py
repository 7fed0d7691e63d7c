"""Draining the outbox under every failure the pretend service can play."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, receipt, states, times_sent

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
    """What was taken is settled with the platform's id, and never sent again."""
    dialog.says(AN, THEFT)
    app.worker.drain()
    row = receipt(app)
    assert (row.state, row.attempts, row.proof) == ("delivered", 1, "accepted")
    assert row.platform_id == chat.account.sent(row.id)[0].id
    assert times_sent(app, chat) == [1]


def test_a_rate_limit_is_honoured(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Nothing is tried before the delay that the platform named, then it arrives."""
    chat.fail_next("rate_limit", timedelta(minutes=5))
    dialog.says(AN, THEFT)
    clock.advance(timedelta(minutes=4, seconds=59))
    app.worker.drain()
    dialog.hears_nothing(AN)
    assert (receipt(app).state, receipt(app).attempts) == ("ready", 1)
    clock.advance(timedelta(seconds=1))
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")


def test_a_rate_limit_without_a_delay_backs_off(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Waits double from two seconds to a quarter of an hour; an outage of hours is waited for, then it arrives."""
    waits = []
    for _ in range(40):
        chat.fail_next("rate_limit", timedelta(microseconds=1))
    start = clock.now()
    dialog.says(AN, THEFT)
    while receipt(app).state == "ready":
        waits.append((receipt(app).due_at - clock.now()).total_seconds())
        clock.set(receipt(app).due_at)
        app.worker.drain()
    assert (receipt(app).state, receipt(app).attempts) == ("delivered", 41)
    assert [2**n <= wait <= 2 ** (n + 1) for n, wait in enumerate(waits[:8])] == [True] * 8
    assert max(waits) <= 900
    assert clock.now() - start > timedelta(hours=4)


def test_an_expired_token_waits_for_a_person(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Nobody is sent to again and again while somebody has to log in first."""
    chat.fail_next("expired_token")
    dialog.says(AN, THEFT)
    clock.advance(timedelta(days=2))
    app.worker.drain()
    assert (receipt(app).state, receipt(app).attempts) == ("needs_person", 1)
    assert "log in again" in receipt(app).error


def test_a_lost_answer_is_reconciled(app: App, chat: MockChat, dialog: Dialog) -> None:
    """It had arrived: the platform says so, and it is not sent again."""
    chat.fail_next("lost_answer")
    dialog.says(AN, THEFT)
    app.worker.drain()
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "reconciled")
    assert times_sent(app, chat) == [1]


def test_what_was_lost_before_is_sent_again(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """It had not arrived: it goes out again after a pause, once."""
    chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    dialog.hears_nothing(AN)
    clock.advance(timedelta(seconds=4))
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert times_sent(app, chat) == [1]


def test_a_platform_that_loses_everything_is_not_hammered(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock
) -> None:
    """Lost and not delivered, over and over, is tried four times an hour and ends at the failure desk in a day."""
    for _ in range(150):
        chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    assert receipt(app).attempts == 1
    for _ in range(24 * 12):
        clock.advance(timedelta(minutes=5))
        app.worker.drain()
    assert receipt(app).state == "failed"
    assert 90 < receipt(app).attempts < 150


def test_what_can_never_arrive_is_shown(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A message rejected for good is tried once and lies on the failure desk."""
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    (trouble,) = app.failures.troubles(handler)
    assert (trouble.direction, trouble.state, trouble.purpose, trouble.attempts) == ("out", "failed", "tip.receipt", 1)
    assert trouble.reason.endswith("(scripted: rejected)")


def test_an_outcome_nobody_knows_is_decided_by_a_person(
    app: App, chat: MockChat, dialog: Dialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the platform can't tell either, the row stays unknown and is never sent again blindly."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
    chat.fail_next("lost_answer")
    dialog.says(AN, THEFT)
    for _ in range(5):
        app.worker.drain()
    assert states(app) == ["unknown"]
    assert times_sent(app, chat) == [1]


def raising(error: Exception) -> Callable[..., Receipt]:
    def fail(*_: object) -> Receipt:
        raise error

    return fail


def test_any_error_while_sending_means_unknown(
    app: App, chat: MockChat, dialog: Dialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes may have left whatever an adapter raises; a reconciling that raises too leaves the row as it is."""
    monkeypatch.setattr(MockMessenger, "send", raising(RuntimeError("socket")))
    monkeypatch.setattr(MockMessenger, "reconcile", raising(RuntimeError("socket")))
    dialog.says(AN, THEFT)
    assert (receipt(app).state, receipt(app).error) == ("unknown", "RuntimeError")


def test_addresses_never_lie_in_the_outbox(app: App, chat: MockChat, dialog: Dialog) -> None:
    """The row names a blind index; the address is looked up in the vault when the message leaves."""
    dialog.says(AN, THEFT)
    who = app.internals.context.storage.records.get(
        CONVERSATION.name, find_recipient(app.internals.context, receipt(app))
    )
    assert who is not None
    assert chat.person(AN).encode() not in who.body + receipt(app).body
    assert chat.person(AN) not in receipt(app).conversation


def test_a_messenger_taken_away_leaves_its_rows(app: App, chat: MockChat, dialog: Dialog) -> None:
    """What was started on a messenger that the settings no longer name is nobody's to guess about."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
        chat.fail_next("lost_answer")
        dialog.says(AN, THEFT)
    del app.internals.messengers["oa"]  # type: ignore[attr-defined]
    app.worker.drain()
    assert states(app) == ["unknown"]


def test_what_a_platform_repeats_is_not_kept(app: App, dialog: Dialog, monkeypatch: pytest.MonkeyPatch) -> None:
    """An adapter whose error quotes recipient and text leaves neither in the clear columns of the outbox."""

    def repeats(_: MockMessenger, message: OutgoingMessage) -> Receipt:
        raise RequestRejected(f"user {message.to.id} can't be sent {message.text!r}")

    monkeypatch.setattr(MockMessenger, "send", repeats)
    dialog.says(AN, THEFT)
    app.worker.drain()
    assert receipt(app).state == "failed"
    error = receipt(app).error
    assert re.fullmatch(r"RequestRejected: user … can't be sent '…(\\n…)*'", unpack_sentence(error))
    assert [line for line in THEFT.splitlines() if line in error] == []
