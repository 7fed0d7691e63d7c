"""A sender with a known address and without a conversation record, because none of their events was processed."""

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
    """An event that fails until an officer has to handle it."""
    with monkeypatch.context() as broken:
        broken.setattr(type(app.internals.services.conversations), "record_message", lambda *_, **__: 1 / 0)
        chat.says(chat.person(AN), "chào")
        pump(app, chat)
        for _ in range(8):
            clock.advance(DAY / 24)
            app.worker.drain()
    (row,) = app.internals.context.storage.queues.inbox([InboxState.FAILED])
    return row


def test_address_is_purged_after_giving_up(app: App, failed: InboxRow, appoint: Appoint, rounds: Rounds) -> None:
    """The address is kept until an officer gives the event up, and then purged with its hash after the days of small
    talk.
    """
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


def test_address_is_purged_without_its_mark(
    app: App, clock: FixedClock, failed: InboxRow, appoint: Appoint, rounds: Rounds
) -> None:
    """The address is also purged after the mark of the event was pruned."""
    app.failures.give_up(appoint("tip_officer"), failed.id, "Không đọc được")
    scope = f"identity:{failed.conversation}"
    assert rounds(10) == []
    assert app.internals.context.storage.queues.prune_inbox(clock.now()) == 1
    assert rounds(1) == [scope]
