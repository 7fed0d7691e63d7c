"""The address of a sender is purged although the sender has no conversation record, because none of their events was
processed.
"""

import pytest
from tests.messaging.conftest import Appoint
from tests.worker.jobs.test_clocks import AN, DAY, Rounds, iter_readable_records, retention_rounds

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.ports.storages.queues import InboxRow, InboxState
from anninh_core.testing import FixedClock, MockChat, pump

__all__ = ["retention_rounds"]


@pytest.fixture
def failed_event(app: App, chat: MockChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> InboxRow:
    """An event that has failed so often that an officer has to handle it."""
    with monkeypatch.context() as broken:
        broken.setattr(type(app.internals.services.conversations), "record_message", lambda *_, **__: 1 / 0)
        chat.says(chat.person(AN), "chào")
        pump(app, chat)
        for _ in range(8):
            clock.advance(DAY / 24)
            app.worker.drain()
    (row,) = app.internals.context.storage.queues.inbox([InboxState.FAILED])
    return row


def test_address_is_purged_after_giving_up(
    app: App, failed_event: InboxRow, appoint: Appoint, retention_rounds: Rounds
) -> None:
    """A failed event's address is kept until an officer gives the event up, and is purged with its hash after the
    retention of small talk.
    """
    scope = f"identity:{failed_event.conversation}"
    keyring = app.internals.context.storage.keyring
    assert list(iter_readable_records(app, CONVERSATION)) == []
    assert retention_rounds(100) == []
    officer = appoint("tip_officer")
    app.failures.give_up(officer, failed_event.id, "Không đọc được")
    assert (stored := keyring.get(scope)) is not None
    assert stored.blind_index != ""
    assert retention_rounds(1) == [scope]
    assert keyring.get(scope) is None


def test_address_is_purged_without_its_mark(
    app: App, clock: FixedClock, failed_event: InboxRow, appoint: Appoint, retention_rounds: Rounds
) -> None:
    """A failed event's address is purged even if the record that the event was received was pruned before."""
    app.failures.give_up(appoint("tip_officer"), failed_event.id, "Không đọc được")
    scope = f"identity:{failed_event.conversation}"
    assert retention_rounds(10) == []
    assert app.internals.context.storage.queues.prune_inbox(clock.now()) == 1
    assert retention_rounds(1) == [scope]
