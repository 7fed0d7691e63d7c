"""Bodies of queue rows, exchanged by an attacker with write access to the storage and without keys."""

from attrs import evolve
from tests.messaging.conftest import FIRE, THEFT, outbox

from anninh_core.app import App
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing import Dialog, MockChat
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import Actor


def exchange(app: App, table: str) -> None:
    """Swap the bodies of two rows of a queue."""
    assert isinstance(app.internals.context.storage, MemoryStorage)
    entry, other_entry = getattr(app.internals.context.storage.tables, table).values()
    first, second = entry.row, other_entry.row
    entry.row = evolve(first, body=second.body, scope=second.scope)
    other_entry.row = evolve(second, body=first.body, scope=first.scope)


def test_exchanged_events_are_refused(app: App, chat: MockChat, handler: Actor) -> None:
    """Events with exchanged bodies become no tips."""
    for name, words in (("Thử Văn An", THEFT), ("Thử Thị Bình", FIRE)):
        chat.says(chat.person(name), words)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    exchange(app, "inbox")
    app.worker.drain()
    assert app.tips.list(handler).items == ()
    assert app.internals.context.storage.queues.inbox((InboxState.DONE,)) == []


def test_exchanged_messages_are_not_sent(app: App, chat: MockChat, dialog: Dialog) -> None:
    """Messages with exchanged bodies aren't sent."""
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
