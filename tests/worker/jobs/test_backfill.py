"""What a webhook has missed goes the way that it would have gone."""

import logging
import threading
from collections.abc import Iterator, Sequence

import pytest
from tests.messaging.conftest import THEFT
from tests.support.commits import OnCommit

from anninh_core.app import App
from anninh_core.kernel.errors import NeedsPerson, StorageError
from anninh_core.ports.storages.changes import ChangeSet
from anninh_core.testing import FixedClock, MockChat, MockMessenger, SeededIds, memory_app
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import Actor

AN = "Thử Văn An"
BINH = "Thử Thị Bình"


class Late(MockMessenger):
    """Has missed some events."""

    events: Sequence[bytes] = ()
    error: Exception | None = None

    def missed_events(self) -> Sequence[bytes]:
        """Tell of them, or fail."""
        if self.error is not None:
            raise self.error
        return self.events


@pytest.fixture
def late(mock_chat: MockChat) -> Late:
    """A messenger that catches up."""
    made = Late.on(mock_chat, "oa")
    assert isinstance(made, Late)
    return made


@pytest.fixture
def broken(mock_chat: MockChat) -> Late:
    """Another one, which can't."""
    made = Late.on(mock_chat, "first")
    assert isinstance(made, Late)
    made.error = NeedsPerson(f"ask {AN} for a new consent")
    return made


@pytest.fixture
def anninh_app(
    mock_chat: MockChat, late: Late, broken: Late, anninh_clock: FixedClock, anninh_ids: SeededIds
) -> Iterator[App]:
    """An app with both."""
    messengers = {"first": broken, "oa": late}
    with memory_app(mock_chat, clock=anninh_clock, ids=anninh_ids, messengers=messengers) as app:
        yield app


def said(chat: MockChat, *names: str) -> list[bytes]:
    """Return the webhooks of people who write."""
    for name in names:
        chat.says(chat.person(name), THEFT)
    return [request.body for request in chat.webhooks()]


def test_missed_events_are_heard_once(app: App, chat: MockChat, late: Late, handler: Actor) -> None:
    """What came in by the webhook as well, or was read before, counts once."""
    chat.says(chat.person(AN), THEFT)
    (request,) = chat.webhooks()
    app.intake.accept("oa", request)
    late.events = [request.body, *said(chat, BINH)]
    assert [app.worker.jobs["backfill"].run() for _ in range(2)] == [1, 0]
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 2


def test_what_is_no_event_stops_nothing(app: App, chat: MockChat, late: Late, handler: Actor) -> None:
    """One that nobody understands is kept for whoever looks at failures, once; the others are heard."""
    late.events = [b"{", *said(chat, AN)]
    assert [app.worker.jobs["backfill"].run() for _ in range(2)] == [2, 0]
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 1


def test_a_messenger_that_fails_stops_no_other(
    app: App, chat: MockChat, late: Late, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named with the class of its error, never with what that says."""
    late.events = said(chat, AN)
    with caplog.at_level(logging.WARNING):
        assert app.worker.jobs["backfill"].run() == 1
    assert "messenger first could not tell what was missed: NeedsPerson" in caplog.messages
    assert AN not in caplog.text


def test_many_are_taken_in_by_portions(app: App, chat: MockChat, late: Late, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long outage isn't one long transaction."""
    late.events = [body for _ in range(25) for body in said(chat, *(f"Thử Thị {n}" for n in range(20)))]
    sizes: list[int] = []
    sound = MemoryStorage.commit

    def commit(self: MemoryStorage, changes: Sequence[ChangeSet]) -> object:
        sizes.append(len([one for one in changes if one.inbox]))
        return sound(self, changes)

    monkeypatch.setattr(MemoryStorage, "commit", commit)
    assert app.worker.jobs["backfill"].run() == 500
    assert [size for size in sizes if size] == [200, 200, 100]


def test_a_storage_in_trouble_is_no_messengers_fault(app: App, late: Late) -> None:
    """The worker rests then, as it always does."""
    late.error = StorageError("locked")
    with pytest.raises(StorageError):
        app.worker.tick()


def test_a_slow_platform_holds_up_no_answer(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a running worker waits for what was missed, it answers what has come."""
    asked = threading.Event()
    go_on = threading.Event()
    heard = threading.Event()

    def missed(_: Late) -> Sequence[bytes]:
        asked.set()
        go_on.wait(60)
        return ()

    monkeypatch.setattr(Late, "missed_events", missed)
    app.internals.runner.observers.append(OnCommit(lambda change: heard.set() if change.inbox_settled else None))
    worker = threading.Thread(target=app.worker.run)
    worker.start()
    try:
        assert asked.wait(60)
        chat.says(chat.person(AN), THEFT)
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        assert heard.wait(10)
    finally:
        go_on.set()
        app.worker.stop()
        worker.join()
