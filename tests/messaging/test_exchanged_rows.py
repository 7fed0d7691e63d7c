"""Bodies of queue rows, exchanged by somebody who can write the storage and has no keys."""

from attrs import evolve
from tests.messaging.conftest import FIRE, THEFT, outbox

from anninh_core.app import App
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing import Dialog, MockChat
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import Actor


def exchange(app: App, table: str) -> None:
    """Give two rows of a queue each other's body."""
    assert isinstance(app.internals.context.storage, MemoryStorage)
    one, other = getattr(app.internals.context.storage.tables, table).values()
    first, second = one.row, other.row
    one.row = evolve(first, body=second.body, scope=second.scope)
    other.row = evolve(second, body=first.body, scope=first.scope)


def test_exchanged_events_are_not_believed(app: App, chat: MockChat, handler: Actor) -> None:
    """Nobody's words are taken for somebody else's: neither becomes a tip."""
    for name, words in (("Thử Văn An", THEFT), ("Thử Thị Bình", FIRE)):
        chat.says(chat.person(name), words)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    exchange(app, "inbox")
    app.worker.drain()
    assert app.tips.list(handler).items == ()
    assert app.internals.context.storage.queues.inbox((InboxState.DONE,)) == []


def test_exchanged_messages_are_not_sent(app: App, chat: MockChat, dialog: Dialog) -> None:
    """What was for one person doesn't reach another."""
    for name in ("Thử Văn An", "Thử Thị Bình"):
        chat.says(chat.person(name), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.inbox.run(10)
    exchange(app, "outbox")
    app.worker.drain()
    assert OutboxState.DELIVERED not in {row.state for row in outbox(app, "tip.receipt")}
    for name in ("Thử Văn An", "Thử Thị Bình"):
        dialog.hears_nothing(name)
