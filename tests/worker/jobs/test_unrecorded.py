"""Somebody of whom only an address is known, as nothing of what they sent was ever processed."""

import pytest
from tests.messaging.conftest import Appoint
from tests.worker.jobs.test_clocks import AN, DAY, Rounds, readable, rounds

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.ports.storages.queues import InboxRow, InboxState
from anninh_core.testing import FixedClock, MockChat, pump

__all__ = ["rounds"]


@pytest.fixture
def failed(app: App, chat: MockChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> InboxRow:
    """An event that fails again and again, until a person has to see to it."""
    with monkeypatch.context() as broken:
        broken.setattr(type(app.internals.services.conversations), "record_message", lambda *_, **__: 1 / 0)
        chat.says(chat.person(AN), "chào")
        pump(app, chat)
        for _ in range(8):
            clock.advance(DAY / 24)
            app.worker.drain()
    (row,) = app.internals.context.storage.queues.inbox([InboxState.FAILED])
    return row


def test_their_address_waits_until_a_person_gave_it_up_and_goes_then(
    app: App, failed: InboxRow, appoint: Appoint, rounds: Rounds
) -> None:
    """After the days of talk that became nothing, and with it the hash by which it is found."""
    scope = f"identity:{failed.conversation}"
    keyring = app.internals.context.storage.keyring
    assert list(readable(app, CONVERSATION)) == []
    assert rounds(100) == []
    officer = appoint("tip_officer")
    app.failures.give_up(officer, failed.id, "Không đọc được")
    assert (stored := keyring.get(scope)) is not None
    assert stored.blind_index != ""
    assert rounds(1) == [scope]
    assert keyring.get(scope) is None


def test_their_address_goes_too_once_the_mark_of_their_event_is_gone(
    app: App, clock: FixedClock, failed: InboxRow, appoint: Appoint, rounds: Rounds
) -> None:
    """Nothing names them any more."""
    app.failures.give_up(appoint("tip_officer"), failed.id, "Không đọc được")
    scope = f"identity:{failed.conversation}"
    assert rounds(10) == []
    assert app.internals.context.storage.queues.prune_inbox(clock.now()) == 1
    assert rounds(1) == [scope]
