"""Webhook events that were missed are fetched from the platform and processed like others."""

import logging
import threading
from collections.abc import Iterator, Sequence

import pytest
from tests.messaging.conftest import THEFT
from tests.support.commits import CommitListener

from anninh_core.app import App
from anninh_core.kernel.errors import NeedsPerson, StorageError
from anninh_core.ports.storages.changes import ChangeSet
from anninh_core.testing import FixedClock, MockChat, MockMessenger, SeededIds, memory_app
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import Actor

AN = "Thử Văn An"
BINH = "Thử Thị Bình"


class MessengerWithMissedEvents(MockMessenger):
    """A messenger with prepared missed events."""

    events: Sequence[bytes] = ()
    error: Exception | None = None

    def missed_events(self) -> Sequence[bytes]:
        """Return the missed events, or raise the prepared error."""
        if self.error is not None:
            raise self.error
        return self.events


@pytest.fixture
def working_messenger(mock_chat: MockChat) -> MessengerWithMissedEvents:
    """A messenger that can fetch missed events."""
    messenger = MessengerWithMissedEvents.on(mock_chat, "oa")
    assert isinstance(messenger, MessengerWithMissedEvents)
    return messenger


@pytest.fixture
def failing_messenger(mock_chat: MockChat) -> MessengerWithMissedEvents:
    """A messenger that fails to fetch missed events."""
    messenger = MessengerWithMissedEvents.on(mock_chat, "first")
    assert isinstance(messenger, MessengerWithMissedEvents)
    messenger.error = NeedsPerson(f"ask {AN} for a new consent")
    return messenger


@pytest.fixture
def anninh_app(
    mock_chat: MockChat,
    working_messenger: MessengerWithMissedEvents,
    failing_messenger: MessengerWithMissedEvents,
    anninh_clock: FixedClock,
    anninh_ids: SeededIds,
) -> Iterator[App]:
    """An app with a messenger that can fetch missed events and one that fails to."""
    messengers = {"first": failing_messenger, "oa": working_messenger}
    with memory_app(mock_chat, clock=anninh_clock, ids=anninh_ids, messengers=messengers) as app:
        yield app


def write_messages(chat: MockChat, *names: str) -> list[bytes]:
    """Let people write a message each, and return the bodies of their webhooks."""
    for name in names:
        chat.says(chat.person(name), THEFT)
    return [request.body for request in chat.webhooks()]


def test_missed_events_are_stored_once(
    app: App, chat: MockChat, working_messenger: MessengerWithMissedEvents, handler: Actor
) -> None:
    """A missed event that also came by the webhook, or was fetched before, is stored once."""
    chat.says(chat.person(AN), THEFT)
    (request,) = chat.webhooks()
    app.intake.accept("oa", request)
    working_messenger.events = [request.body, *write_messages(chat, BINH)]
    assert [app.worker.jobs["backfill"].run() for _ in range(2)] == [1, 0]
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 2


def test_unreadable_event_stops_no_other(
    app: App, chat: MockChat, working_messenger: MessengerWithMissedEvents, handler: Actor
) -> None:
    """An unreadable missed event is stored once for an officer, and the other events are processed."""
    working_messenger.events = [b"{", *write_messages(chat, AN)]
    assert [app.worker.jobs["backfill"].run() for _ in range(2)] == [2, 0]
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 1


def test_failing_messenger_stops_no_other(
    app: App, chat: MockChat, working_messenger: MessengerWithMissedEvents, caplog: pytest.LogCaptureFixture
) -> None:
    """If a messenger fails to fetch missed events, the log names only its error's class, and the events of the others
    are fetched.
    """
    working_messenger.events = write_messages(chat, AN)
    with caplog.at_level(logging.WARNING):
        assert app.worker.jobs["backfill"].run() == 1
    assert "messenger first could not tell what was missed: NeedsPerson" in caplog.messages
    assert AN not in caplog.text


def test_many_events_are_stored_in_batches(
    app: App, chat: MockChat, working_messenger: MessengerWithMissedEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many missed events are stored in several commits."""
    working_messenger.events = [
        body for _ in range(25) for body in write_messages(chat, *(f"Thử Thị {n}" for n in range(20)))
    ]
    sizes: list[int] = []
    sound = MemoryStorage.commit

    def commit_and_count(self: MemoryStorage, changes: Sequence[ChangeSet]) -> object:
        sizes.append(len([change_set for change_set in changes if change_set.inbox]))
        return sound(self, changes)

    monkeypatch.setattr(MemoryStorage, "commit", commit_and_count)
    assert app.worker.jobs["backfill"].run() == 500
    assert [size for size in sizes if size] == [200, 200, 100]


def test_storage_error_is_not_the_messengers(app: App, working_messenger: MessengerWithMissedEvents) -> None:
    """A storage error while missed events are stored makes the worker pause, as any storage error does."""
    working_messenger.error = StorageError("locked")
    with pytest.raises(StorageError):
        app.worker.tick()


def test_slow_backfill_delays_no_answer(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a running worker fetches missed events, it answers new events."""
    was_called = threading.Event()
    go_on = threading.Event()
    was_processed = threading.Event()

    def fetch_slowly(_: MessengerWithMissedEvents) -> Sequence[bytes]:
        was_called.set()
        go_on.wait(60)
        return ()

    monkeypatch.setattr(MessengerWithMissedEvents, "missed_events", fetch_slowly)
    app.internals.runner.observers.append(
        CommitListener(lambda change: was_processed.set() if change.inbox_settled else None)
    )
    worker = threading.Thread(target=app.worker.run)
    worker.start()
    try:
        assert was_called.wait(60)
        chat.says(chat.person(AN), THEFT)
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        assert was_processed.wait(10)
    finally:
        go_on.set()
        app.worker.stop()
        worker.join()
