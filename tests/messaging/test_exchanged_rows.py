"""An attacker with write access to the storage, but without keys, swaps the encrypted bodies of queue rows."""

from attrs import evolve
from tests.messaging.conftest import FIRE, THEFT, outbox

from anninh_core.app import App
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing import Dialog, MockChat
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import Actor


def swap_bodies(app: App, table: str) -> None:
    """Swap the bodies of two rows of a queue."""
    assert isinstance(app.internals.context.storage, MemoryStorage)
    entry, other_entry = getattr(app.internals.context.storage.tables, table).values()
    first, second = entry.row, other_entry.row
    entry.row = evolve(first, body=second.body, scope=second.scope)
    other_entry.row = evolve(second, body=first.body, scope=first.scope)


def test_exchanged_events_are_refused(app: App, chat: MockChat, handler: Actor) -> None:
    """Events whose bodies were swapped don't become tips."""
    for name, words in (("Thử Văn An", THEFT), ("Thử Thị Bình", FIRE)):
        chat.says(chat.person(name), words)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    swap_bodies(app, "inbox")
    app.worker.drain()
    assert app.tips.list(handler).items == ()
    assert app.internals.context.storage.queues.inbox((InboxState.DONE,)) == []


def test_exchanged_messages_are_not_sent(app: App, chat: MockChat, dialog: Dialog) -> None:
    """Messages whose bodies were swapped aren't sent."""
    for name in ("Thử Văn An", "Thử Thị Bình"):
        chat.says(chat.person(name), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.inbox.run(10)
    swap_bodies(app, "outbox")
    app.worker.drain()
    assert OutboxState.DELIVERED not in {row.state for row in outbox(app, "tip.receipt")}
    for name in ("Thử Văn An", "Thử Thị Bình"):
        dialog.hears_nothing(name)
