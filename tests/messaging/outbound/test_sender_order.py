"""The order in which messages are sent, and which message waits for which."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import FIRE, THEFT, Launch, outbox, read_outbox_states

from anninh_core.app import App
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger
from anninh_core.usecase import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission

AN = "Thử Văn An"


def test_order_is_kept_across_failures(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """While the first reply to a person is retried, later replies to that person wait, and other people get theirs."""
    chat.fail_next("rate_limit", timedelta(minutes=1))
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    dialog.says("Thử Thị Bình", THEFT)
    dialog.hears("Thử Thị Bình", "Mã tiếp nhận")
    dialog.hears_nothing(AN)
    clock.advance(timedelta(minutes=1))
    app.worker.drain()
    first, second = chat.hears(chat.person(AN))
    assert "Mã tiếp nhận" in first
    assert "TRA CUU" in second


def test_a_conversation_goes_on_past_a_failure(app: App, chat: MockChat, dialog: Dialog) -> None:
    """After a message that failed for good the next one is sent."""
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    assert read_outbox_states(app) == ["failed", "delivered"]


def test_emergency_numbers_overtake(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A reply delayed by a rate limit doesn't delay the emergency numbers."""
    chat.fail_next("rate_limit", timedelta(hours=1))
    dialog.says(AN, THEFT)
    dialog.says(AN, FIRE)
    dialog.hears(AN, "113.*114.*115.*111.*112")
    dialog.hears_nothing(AN)


def test_unknown_outcome_delays_the_next_reply(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the outcome of a reply is unknown, the next reply waits ten minutes for it, and is then sent."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
    chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    app.worker.tick()
    app.worker.drain()
    dialog.hears_nothing(AN)
    clock.advance(timedelta(minutes=11))
    assert app.worker.jobs["release_held"].run() == 1
    app.worker.drain()
    dialog.hears(AN, "TRA CUU")


def test_row_waits_for_its_predecessor(app: App, chat: MockChat, clock: FixedClock, launch: Launch) -> None:
    """A correction waits for its original, even in another group or lane."""
    group = launch()
    other = launch("ninh-hai", title="Nhóm Zalo An ninh xã Ninh Hải")
    chat.fail_next("rate_limit", timedelta(minutes=1))
    send_pair(app, group.conversation, other.conversation)
    app.worker.drain()
    assert read_outbox_states(app, "content.post") == ["ready", "waiting"]
    clock.advance(timedelta(minutes=1))
    app.worker.drain()
    first, second = outbox(app, "content.post")
    assert chat.account.sent(first.id)[0].id < chat.account.sent(second.id)[0].id


def send_pair(app: App, first: str, second: str) -> None:
    """Put two texts for two conversations into the outbox; the second waits for the first."""

    def write_pair(uow: UnitOfWork) -> None:
        uow.permit("hoa-lu")
        row = uow.send(first, "một", lane=Lane.BROADCAST, purpose="content.post", cause="item:1", scope="item:1")
        uow.send(second, "hai", after=row, purpose="content.post", cause="item:1", scope="item:1")

    app.internals.runner.run_command(system("router"), "test.send", Permission.INTAKE, write_pair)
